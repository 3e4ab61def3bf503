// SPDX-License-Identifier: GPL-2.0-only
/* Is a condition of a claim met by what was measured? */
#include "internal.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/compare/judge.h"
#include "analysis/text/text.h"
#include "selection.h"
#include "util/err.h"

static bool is_compared(const struct claim_test *test)
{
	return test->kind == CLAIM_MORE || test->kind == CLAIM_NOT_MORE ||
	       test->kind == CLAIM_WITHIN;
}

/* In ns, not in instructions or in pieces. */
static bool is_time(const struct trial *t)
{
	const char *unit = t->run->metric[t->metric].unit;

	return !strcmp(unit, "ns") || !strcmp(unit, "1/s");
}

/* Why @p cannot be judged; "" when it can. */
static const char *why_not(const struct trial *t, const struct point *p)
{
	double *value = calloc(p->count, sizeof(*value));
	size_t n = value ? point_values(p, t->metric, value) : 0;
	const char *why = point_why(p, t->metric);

	free(value);
	if (point_count(p, SAMPLE_FAILED))
		return "a sample failed";
	if (n == 0)
		return why[0] ? why : "not measured";
	return n < STATS_LEAST ? "fewer than 6 samples of a point" : "";
}

/* Finds the run, the metric and all points, each with samples enough; false: the result says why not. */
static bool is_there(struct trial *t)
{
	char missing[256];

	t->metric = run_metric(t->run, t->test->metric);
	if (t->metric == RUN_NONE) {
		trial_say(t->result->why, "the run has no %s", t->test->metric);
		return false;
	}
	if (trial_found_fault(t))
		return true;
	if (where_lacks(&t->grid, t->test->where, missing, sizeof(missing))) {
		trial_say(t->result->why, "the run has no point at %s", missing);
		return false;
	}
	for (const struct point *p = trial_next(t, NULL); p; p = trial_next(t, p)) {
		const char *why = why_not(t, p);

		if (!why[0])
			continue;
		trial_say(t->result->why, "%s: %s", t->test->words, why);
		return false;
	}
	return true;
}

/* Is the difference that @row has proven, and beyond what a variant differs from itself? */
static bool is_proven(const struct row *row)
{
	return row->verdict != VERDICT_NONE && !row_is_unproven(row);
}

static enum claim_verdict judge_more(const struct row *row, double by)
{
	double least = row->absolute ? 0 : by;

	if (is_proven(row) && row->shift_interval.low > least)
		return CLAIM_SUPPORTED;
	return row->shift_interval.high <= least ? CLAIM_NOT_SUPPORTED : CLAIM_INCONCLUSIVE;
}

static enum claim_verdict judge_not_more(const struct row *row, double by)
{
	if (row->shift_interval.high < by)
		return CLAIM_SUPPORTED;
	return is_proven(row) && row->shift_interval.low >= by ? CLAIM_NOT_SUPPORTED
							       : CLAIM_INCONCLUSIVE;
}

static enum claim_verdict judge_within(const struct row *row, double by)
{
	const struct interval *in = &row->shift_interval;

	if (in->low > -by && in->high < by)
		return CLAIM_SUPPORTED;
	return is_proven(row) && (in->low >= by || in->high <= -by) ? CLAIM_NOT_SUPPORTED
								    : CLAIM_INCONCLUSIVE;
}

static enum claim_verdict judge_row(const struct claim_test *test, const struct row *row)
{
	if (isnan(row->shift_interval.low))
		return CLAIM_INCONCLUSIVE;
	if (test->kind == CLAIM_MORE)
		return judge_more(row, test->by);
	return test->kind == CLAIM_WITHIN ? judge_within(row, test->by)
					  : judge_not_more(row, test->by);
}

/* Refuted before open before met; of the met, the one that is nearest to not being so. */
static bool decides(const struct trial *t, const struct row *a, const struct row *b)
{
	static const int rank[] = {
		[CLAIM_NOT_SUPPORTED] = 0, [CLAIM_INCONCLUSIVE] = 1, [CLAIM_SUPPORTED] = 2
	};
	int ra = rank[judge_row(t->test, a)], rb = rank[judge_row(t->test, b)];

	if (ra != rb)
		return ra < rb;
	if (t->test->kind == CLAIM_MORE)
		return a->shift_interval.low < b->shift_interval.low;
	return fabs(a->shift) > fabs(b->shift);
}

static void put_shift(const struct trial *t, const struct row *row)
{
	char shift[TEXT_NUMBER], low[TEXT_NUMBER], high[TEXT_NUMBER];
	const char *unit = t->run->metric[row->metric].unit;

	if (row->absolute)
		trial_say(t->result->figure, "%s %+.3g [%.3g, %.3g]%s%s", t->test->words,
			  row->shift, row->shift_interval.low, row->shift_interval.high,
			  unit[0] ? " " : "", unit);
	else
		trial_say(t->result->figure, "%s %s%% [%s, %s]", t->test->words,
			  text_change(shift, row->shift), text_change(low, row->shift_interval.low),
			  text_change(high, row->shift_interval.high));
	if (t->rows > 1 && judge_row(t->test, row) == CLAIM_SUPPORTED)
		trial_say(t->result->figure + strlen(t->result->figure), ", %s of %zu",
			  t->test->kind == CLAIM_MORE ? "least" : "most", t->rows);
}

static const char *why_open(const struct row *row)
{
	if (row->note[0])
		return row->note;
	return row->verdict == VERDICT_NOISE ? "too noisy: within A/A" : "too noisy";
}

static void try_rows(const struct trial *t)
{
	const struct row *row = t->row;

	for (size_t i = 1; i < t->rows; i++)
		if (decides(t, &t->row[i], row))
			row = &t->row[i];
	t->result->verdict = judge_row(t->test, row);
	if (!isnan(row->shift))
		put_shift(t, row);
	if (t->result->verdict == CLAIM_INCONCLUSIVE)
		trial_open(t, why_open(row));
}

/* A row for each point; false when one has no base, or one that cannot be judged. */
static int open_rows(struct trial *t, bool *all)
{
	int ret = 0;

	*all = true;
	for (const struct point *p = trial_next(t, NULL); p && *all && !ret; p = trial_next(t, p)) {
		const struct point *base = where_base(&t->grid, p, t->test->base);
		const char *why = base ? why_not(t, base) : "nothing to compare it with";

		*all = !why[0];
		if (!*all)
			trial_say(t->result->why, "%s: %s", t->test->words, why);
		else
			t->row[t->rows++] =
				(struct row){ .point = p, .base = base, .metric = t->metric };
		if (*all)
			ret = row_measure(&t->row[t->rows - 1], t->run);
	}
	return ret;
}

/* Under emulation: with a caveat, or not at all. */
static void mind_emulation(const struct trial *t)
{
	enum claim_emulated emulated = t->test->emulated;

	if (!t->run->emulated || emulated == EMULATED_HOLDS)
		return;
	t->result->caveat = emulated == EMULATED_TOLD || (!emulated && is_time(t));
	if (emulated == EMULATED_UNDECIDED)
		trial_open(t, "emulated: who waits for whom is up to the emulator");
}

/* The rows of all comparisons of a claim: one family of tests. All are of one run. */
static int judge_together(const struct trial *t, size_t trials, struct row *row, size_t rows)
{
	size_t *metric = calloc(trials, sizeof(*metric)), metrics = 0;
	const struct trial *first = NULL;
	struct aa_list aa = { 0 };
	int ret = metric ? 0 : err_memory();

	for (size_t i = 0; i < trials && !ret; i++) {
		if (!t[i].rows)
			continue;
		first = first ? first : &t[i];
		metric[metrics++] = t[i].metric;
	}
	if (!ret && first)
		ret = aa_find(&aa, &first->grid, metric, metrics);
	if (!ret && first)
		ret = judge_family(row, rows, first->run, &aa);
	aa_list_free(&aa);
	free(metric);
	return ret;
}

/* Up to the verdicts of comparisons, for which all rows have to be there. */
static int begin(struct trial *t, const struct claim_runs *runs, struct row *row)
{
	bool all;
	int ret;

	t->result->verdict = CLAIM_INCONCLUSIVE;
	t->run = claim_run(runs, t->test->suite);
	if (!t->run) {
		trial_say(t->result->why, "claims/%s was not run", t->test->suite);
		return 0;
	}
	if (!t->run->samples || !t->run->axes) {
		trial_say(t->result->why, "nothing was measured");
		return 0;
	}
	ret = grid_build(&t->grid, t->run, 0, RUN_NONE);
	if (ret || !is_there(t))
		return ret;
	if (!is_compared(t->test)) {
		trial_alone(t);
		mind_emulation(t);
		return 0;
	}
	t->row = row;
	ret = open_rows(t, &all);
	if (!all)
		t->rows = 0;
	return ret;
}

/* As many as a claim can have: each condition, each point. */
static size_t most_rows(const struct claim *claim, const struct claim_runs *runs)
{
	size_t most = 1;

	for (size_t i = 0; i < claim->tests; i++) {
		const struct run *run = claim_run(runs, claim->test[i].suite);

		most += run ? run->samples : 0;
	}
	return most;
}

int claim_try(const struct claim *claim, const struct claim_runs *runs, struct claim_result *result)
{
	struct row *row = calloc(most_rows(claim, runs), sizeof(*row));
	struct trial *t = calloc(claim->tests, sizeof(*t));
	size_t rows = 0;
	int ret = row && t ? 0 : err_memory();

	for (size_t i = 0; i < claim->tests && !ret; i++) {
		t[i].test = &claim->test[i];
		t[i].result = &result[i];
		ret = begin(&t[i], runs, row + rows);
		rows += t[i].rows;
	}
	if (!ret)
		ret = judge_together(t, claim->tests, row, rows);
	for (size_t i = 0; i < claim->tests && !ret; i++) {
		if (!t[i].rows)
			continue;
		try_rows(&t[i]);
		mind_emulation(&t[i]);
	}
	for (size_t i = 0; t && i < claim->tests; i++)
		grid_free(&t[i].grid);
	free(t);
	free(row);
	return ret;
}
