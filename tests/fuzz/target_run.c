// SPDX-License-Identifier: GPL-2.0-only
/* run.json and samples.jsonl: what the reader accepts holds together, and all tables of it are in form. */
#include "fuzz.h"

#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/compare/compare.h"
#include "analysis/compare/heading.h"
#include "analysis/report/export.h"
#include "analysis/report/scaling.h"
#include "util/control.h"

static void check_hist(const struct hist *hist)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < hist->bins; i++) {
		require(hist->index[i] < LOGHIST_BINS, "bin %d", hist->index[i]);
		require(i == 0 || hist->index[i] > hist->index[i - 1], "bins do not rise");
		require(hist->bin[i] > 0 && hist->bin[i] <= RUN_COUNT - sum, "a bin overflows");
		sum += hist->bin[i];
	}
	require(sum == hist->count, "bins count %ju, not %ju", (uintmax_t)sum,
		(uintmax_t)hist->count);
	require(hist->bins == 0 || hist->min <= hist->max, "min above max");
	require(hist->hz >= 1 && isfinite(hist->hz), "%g units a second", hist->hz);
}

static void check_sample(const struct run *run, const struct sample *s)
{
	for (size_t i = 0; i < run->axes; i++)
		require(s->axis[i] < run->axis[i].count, "axis %zu has no value %u", i, s->axis[i]);
	for (size_t i = 0; i < s->absents; i++)
		require(isnan(s->value[s->absent[i].metric]), "measured and absent");
	for (size_t i = 0; i < s->hists; i++)
		check_hist(&s->hist[i]);
	require(!control_in(s->why), "why: %s", s->why);
}

static void check_run(const struct run *run)
{
	for (size_t i = 0; i < run->axes; i++)
		for (size_t j = 0; j < run->axis[i].count; j++)
			require(run->axis[i].value[j].text[0] &&
					!control_in(run->axis[i].value[j].text),
				"a value without a printable name");
	for (size_t i = 0; i < run->samples; i++)
		check_sample(run, &run->sample[i]);
	require(!run->metrics || (run->shows > 0 && run->shows <= run->metrics), "%zu shown",
		run->shows);
}

static void is_json(const char *text)
{
	json_error_t error;
	json_t *root = json_loads(text, JSON_REJECT_DUPLICATES, &error);

	require(root, "no JSON: %s: %s", error.text, text);
	json_decref(root);
}

static void is_plain(const char *text)
{
	require_plain("a table", text);
}

/* As compare prints it. */
static void print(const struct comparison *c,
		  int (*printer)(const struct comparison *comparison, FILE *out),
		  void (*check)(const char *text))
{
	char *text;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	int ret = printer(c, out);

	fclose(out);
	require(accepted(ret), "what was compared cannot be printed");
	check(text);
	free(text);
}

static int print_growth(const struct comparison *c, FILE *out)
{
	int ret = 0;

	head_print(out, c->run);
	for (size_t i = 0; i < c->metrics && !ret; i++)
		ret = scaling_print(out, &c->grid, c->metric[i]);
	return ret;
}

static int print_export(const struct comparison *c, FILE *out)
{
	return export_csv(out, c->run);
}

static void compare(const struct run *run, size_t by)
{
	const char *metric = run->metric[run->shown[0]].name;
	struct comparison c = { 0 };

	if (accepted(compare_run(&c, run, run->axis[by].name, &metric, 1, NULL))) {
		print(&c, compare_print_table, is_plain);
		print(&c, compare_print_markdown, is_plain);
		print(&c, print_growth, is_plain);
		print(&c, compare_print_csv, require_csv);
		print(&c, compare_print_json, is_json);
		print(&c, print_export, require_csv);
	}
	comparison_free(&c);
}

/* With itself a run has nothing to prove. */
static void compare_with_itself(const struct run *run)
{
	const char *metric = run->metric[run->shown[0]].name;
	struct comparison c = { 0 };
	struct run both = { 0 };

	if (accepted(compare_two(&c, &both, run, run, &metric, 1, false))) {
		for (size_t i = 0; i < c.rows; i++)
			require(c.row[i].verdict <= VERDICT_UNPROVEN, "row %zu is proven", i);
		print(&c, compare_print_table, is_plain);
		print(&c, compare_print_json, is_json);
	}
	comparison_free(&c);
	run_free(&both);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct run_input in = run_input(data, size);
	/* fmemopen() takes no empty buffer. */
	FILE *samples = in.lines_len ? fmemopen((void *)in.lines, in.lines_len, "r") : NULL;
	struct run run;

	if (accepted(run_load(&run, "fuzz", in.head, in.head_len, samples, RUN_HISTOGRAMS))) {
		check_run(&run);
		for (size_t by = 0; by < run.axes && by < 3 && run.metrics; by++)
			compare(&run, by);
		if (run.axes && run.metrics)
			compare_with_itself(&run);
	}
	run_free(&run);
	if (samples)
		fclose(samples);
	return 0;
}
