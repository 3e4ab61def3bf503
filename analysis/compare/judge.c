// SPDX-License-Identifier: GPL-2.0-only
#include "judge.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/text/text.h"
#include "stats/holm.h"
#include "util/err.h"

static const char *const words[] = {
	[VERDICT_NONE] = "none",   [VERDICT_UNPROVEN] = "unproven",
	[VERDICT_NOISE] = "noise", [VERDICT_BETTER] = "better",
	[VERDICT_WORSE] = "worse", [VERDICT_DIFFERENT] = "different",
};

const char *judge_word(enum verdict verdict)
{
	return words[verdict];
}

static enum verdict direction_of(const struct row *row, enum better better)
{
	bool rises = row->shift > 0;

	if (better == BETTER_NEITHER)
		return VERDICT_DIFFERENT;
	return rises == (better == BETTER_HIGHER) ? VERDICT_BETTER : VERDICT_WORSE;
}

static enum verdict verdict_of(const struct row *row, enum better better)
{
	if (isnan(row->p_holm))
		return VERDICT_NONE;
	if (!(row->p_holm < 1 - STATS_CONFIDENCE))
		return VERDICT_UNPROVEN;
	/* Of whole numbers a half may be alike: p can be small, and the shift 0. */
	if (!(fabs(row->shift) > 0) || fabs(row->shift) <= row->floor)
		return VERDICT_NOISE;
	return direction_of(row, better);
}

int judge_family(struct row *row, size_t rows, const struct run *run, const struct aa_list *aa)
{
	double *p = calloc(rows + 1, sizeof(*p));
	int ret = p ? 0 : -1;

	for (size_t i = 0; i < rows && !ret; i++)
		p[i] = row[i].p;
	if (!ret)
		ret = stats_holm(p, rows);
	for (size_t i = 0; i < rows && !ret; i++) {
		row[i].p_holm = p[i];
		row[i].floor = aa_floor(aa, run, row[i].metric, row[i].base, row[i].absolute);
		row[i].verdict = verdict_of(&row[i], run->metric[row[i].metric].better);
	}
	free(p);
	return ret ? err_memory() : 0;
}

/* The rows of one metric: one table, one family of tests. */
int judge_rows(struct comparison *c)
{
	size_t rows = c->grid.points;
	int ret = 0;

	for (size_t m = 0; m < c->metrics && !ret; m++)
		ret = judge_family(&c->row[m * rows], rows, c->run, &c->aa);
	return ret;
}

bool judge_is_regression(const struct comparison *c, const struct row *row, double threshold)
{
	bool higher = c->run->metric[row->metric].better == BETTER_HIGHER;

	if (row->verdict != VERDICT_WORSE)
		return false;
	if (row->absolute) /* what was 0 is worse by more than any share of it */
		return true;
	return higher ? row->shift_interval.high < -threshold : row->shift_interval.low > threshold;
}

/* Its interval reaches beyond the threshold, in the direction that is worse. */
static bool may_be_worse(const struct comparison *c, const struct row *row, double threshold)
{
	enum better better = c->run->metric[row->metric].better;

	if (better == BETTER_NEITHER)
		return false;
	if (row->absolute)
		threshold = 0;
	return better == BETTER_HIGHER ? row->shift_interval.low < -threshold
				       : row->shift_interval.high > threshold;
}

/*
 * Could p not be smaller with as many samples? All of one side are then above all of the other: one of
 * the two halves of 1 / C(n + m, n).
 */
static bool is_at_its_least(const struct row *row, const struct row *base)
{
	double n = (double)row->n, m = (double)base->n;
	double least = 2 * exp(lgamma(n + 1) + lgamma(m + 1) - lgamma(n + m + 1));

	return row->p <= least * (1 + 1e-6);
}

static bool is_measured(const struct row *row)
{
	return row->n > 0;
}

/*
 * A side was measured, and yet it is not known whether it is worse: no verdict; hidden by noise that is
 * greater than the threshold; or as far apart as can be, of too few samples for so many rows.
 */
static bool is_open(const struct comparison *c, const struct row *row, double threshold)
{
	const struct row *base = row + (row->base - row->point);

	if (row->failed > 0)
		return true;
	if (row_is_base(row))
		return c->flat && is_measured(row) && row_is_alone(c, row);
	if (row->verdict == VERDICT_NOISE)
		return (row->absolute || row->floor > threshold) && may_be_worse(c, row, threshold);
	if (row->verdict == VERDICT_UNPROVEN)
		return is_at_its_least(row, base) && may_be_worse(c, row, threshold);
	return row->verdict == VERDICT_NONE && (is_measured(row) || is_measured(base));
}

/* What was 0 comes first. */
static bool is_more(const struct row *a, const struct row *b)
{
	return a->absolute != b->absolute ? a->absolute : fabs(a->shift) > fabs(b->shift);
}

static int tell_regression(const struct comparison *c, const struct row *row, size_t count,
			   double threshold)
{
	char shift[TEXT_NUMBER], change[TEXT_NUMBER], label[256] = "";
	FILE *words = fmemopen(label, sizeof(label) - 1, "w");

	for (size_t i = 0; words && i < c->run->axes; i++)
		if (c->grid.varies[i])
			fprintf(words, " %s=%s", c->run->axis[i].name,
				point_axis(c->run, row->point, i)->text);
	if (words)
		fclose(words);
	if (row->absolute)
		snprintf(shift, sizeof(shift), "%+.3g, from 0", row->shift);
	else
		snprintf(shift, sizeof(shift), "%.28s %%", text_change(change, row->shift));
	return err_regression("%zu proven to be worse by more than %g %%; the most, %s at%s: %s",
			      count, 100 * threshold, c->run->metric[row->metric].name, label,
			      shift);
}

int judge_threshold(const struct comparison *c, double threshold)
{
	const struct row *worst = NULL;
	size_t worse = 0, open = 0, judged = 0;

	for (size_t i = 0; i < c->rows; i++) {
		const struct row *row = &c->row[i];

		judged += row->verdict != VERDICT_NONE;
		open += is_open(c, row, threshold);
		if (!judge_is_regression(c, row, threshold))
			continue;
		worse++;
		if (!worst || is_more(row, worst))
			worst = row;
	}
	if (worst)
		return tell_regression(c, worst, worse, threshold);
	if (open || !judged)
		return err_untrusted(
			"nothing is proven to be worse by more than %g %%, but %zu of "
			"%zu rows could not be judged: too few samples, failed ones, or "
			"noise above the threshold",
			100 * threshold, open, open + judged);
	return 0;
}
