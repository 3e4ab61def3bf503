// SPDX-License-Identifier: GPL-2.0-only
#include "report.h"
#include "internal.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/compare/breakdown.h"
#include "analysis/compare/compare.h"
#include "analysis/compare/heading.h"
#include "analysis/compare/sample_counts.h"
#include "analysis/plot/plot.h"
#include "analysis/text/table.h"
#include "analysis/text/text.h"
#include "profile.h"
#include "scaling.h"
#include "util/err.h"

static const char *choose_by(const struct run *run)
{
	if (run->by != RUN_NONE)
		return run->axis[run->by].name;
	return run_axis(run, "variant") != RUN_NONE ? "variant" : run->axis[0].name;
}

/* Compares the metrics that the suite asks for. */
static int compare_shown(struct report *r)
{
	const char **names = calloc(r->run.shows, sizeof(*names));
	int ret;

	if (!names)
		return err_memory();
	for (size_t i = 0; i < r->run.shows; i++)
		names[i] = r->run.metric[r->run.shown[i]].name;
	ret = compare_run(&r->comparison, &r->run, choose_by(&r->run), names, r->run.shows, NULL);
	free(names);
	return ret;
}

static int report_open(struct report *r, const char *run_dir, unsigned int flags)
{
	int ret;

	*r = (struct report){ .undrawn = "" };
	ret = run_read(&r->run, run_dir, flags);
	if (ret)
		return ret;
	if (r->run.axes == 0 || r->run.metrics == 0)
		return err_usage("%s/run.json: no axes or no metrics: nothing to show", run_dir);
	return compare_shown(r);
}

static void report_close(struct report *r)
{
	comparison_free(&r->comparison);
	plot_list_free(&r->plots);
	run_free(&r->run);
}

static const struct calibration *find_cost(const struct run *run, const char *name)
{
	for (size_t i = 0; i < run->calibrations; i++)
		if (strcmp(run->calibration[i].name, name) == 0)
			return &run->calibration[i];
	return NULL;
}

/*
 * In its unit, and where that is time also in reads of the timer: the least that measuring
 * can cost.
 */
static int print_costs(FILE *out, const struct run *run)
{
	const struct calibration *timer = find_cost(run, "timer.read");
	bool timed = timer && timer->value > 0 && strcmp(timer->unit, "insn") != 0;
	struct table table;
	int ret;

	table_init(&table, "lrlr");
	table_cell(&table, "engine's own cost");
	table_cell(&table, "%s", "");
	table_cell(&table, "%s", "");
	table_cell(&table, "%s", timed ? "timer reads" : "");
	for (size_t i = 0; i < run->calibrations; i++) {
		const struct calibration *cost = &run->calibration[i];

		table_cell(&table, "%s", cost->name);
		table_cell(&table, "%.1f", cost->value);
		table_cell(&table, "%s", cost->unit);
		if (timed && strcmp(timer->unit, cost->unit) == 0)
			table_cell(&table, "%.2f", cost->value / timer->value);
		else
			table_cell(&table, "%s", "");
	}
	ret = table_print(&table, out, 0);
	table_free(&table);
	return ret;
}

static int print_growth(FILE *out, const struct report *r)
{
	size_t by = run_axis(&r->run, choose_by(&r->run));
	int ret = 0;

	enough_print(out, &r->comparison.grid);
	head_constants(out, &r->comparison.grid);
	for (size_t i = 0; i < r->comparison.metrics && !ret; i++)
		ret = scaling_print(out, &r->comparison.grid, r->comparison.metric[i]);
	for (size_t i = 0; i < r->comparison.metrics && !ret; i++)
		ret = stack_print(out, &r->comparison.grid, r->comparison.metric[i]);
	if (!ret)
		ret = profile_print(out, &r->run, by);
	return ret;
}

int report_print(FILE *out, const char *run_dir)
{
	struct report r;
	int ret = report_open(&r, run_dir, 0);

	if (!ret) {
		head_print(out, &r.run);
		ret = print_growth(out, &r);
	}
	if (!ret)
		fputs("\nmedian over samples ± reach of its 95 % interval; growth: last row over "
		      "first\n",
		      out);
	if (!ret && r.run.calibrations > 0) {
		fputc('\n', out);
		ret = print_costs(out, &r.run);
	}
	report_close(&r);
	return ret;
}

static int print_facts(FILE *out, const struct run *run)
{
	const struct {
		const char *name;
		const struct facts *facts;
	} groups[] = { { "", &run->machine }, { "vm ", &run->vm }, { "module ", &run->module } };
	struct table table;
	int ret;

	table_init(&table, "ll");
	for (size_t g = 0; g < sizeof(groups) / sizeof(groups[0]); g++) {
		for (size_t i = 0; i < groups[g].facts->count; i++) {
			table_cell(&table, "%s%s", groups[g].name, groups[g].facts->fact[i].name);
			table_cell(&table, "%s", groups[g].facts->fact[i].text);
		}
	}
	ret = table_print(&table, out, 0);
	table_free(&table);
	return ret;
}

void report_command(FILE *out, const struct run *run)
{
	fputs(run->command, out);
	if (!strstr(run->command, "--seed"))
		fprintf(out, " --seed=%ju", (uintmax_t)run->seed);
}

static void print_repeat(FILE *out, const struct run *run)
{
	fputs("\n## Repeat it\n\n    ", out);
	report_command(out, run);
	fputs("\n\nshootdown ", out);
	text_markdown(out, run->version);
	fputs(run->commit[0] ? ", commit " : "", out);
	text_markdown(out, run->commit);
	fprintf(out, "; seed %ju, %ju repeats; started ", (uintmax_t)run->seed,
		(uintmax_t)run->repeats);
	text_markdown(out, run->started);
	fputs(", ended ", out);
	text_markdown(out, run->finished[0] ? run->finished : "never");
	fputs(".\n", out);
}

static void print_plots(FILE *out, const struct report *r)
{
	fputs("\n## Plots\n\n", out);
	if (*r->undrawn) {
		fputs("Not drawn: ", out);
		text_markdown(out, r->undrawn);
		fputs(".\n", out);
	}
	for (size_t i = 0; i < r->plots.count && !*r->undrawn; i++) {
		fputs("![", out);
		text_markdown(out, r->plots.plot[i].title);
		fprintf(out, "](plots/%s.png)\n\n", r->plots.plot[i].name);
	}
}

int report_growth(FILE *out, const struct report *r)
{
	head_print(out, &r->run);
	return print_growth(out, r);
}

static int put_comparison(FILE *out, const struct report *r)
{
	int ret = compare_print_rows(&r->comparison, out);

	compare_print_legend(out);
	return ret;
}

static int put_costs(FILE *out, const struct report *r)
{
	return print_costs(out, &r->run);
}

static int put_facts(FILE *out, const struct report *r)
{
	return print_facts(out, &r->run);
}

/* No name in the results can end the block. */
static int print_fenced(FILE *out, const struct report *r,
			int (*put)(FILE *out, const struct report *r))
{
	char *text = NULL;
	size_t size;
	FILE *block = open_memstream(&text, &size);
	int ret;

	if (!block)
		return err_memory();
	ret = put(block, r);
	fclose(block);
	if (!ret)
		text_fenced(out, text);
	free(text);
	return ret;
}

static int print_summary(FILE *out, const struct report *r)
{
	int ret;

	fputs("# shootdown: ", out);
	text_markdown(out, r->run.suite);
	fputs("\n\n", out);
	ret = print_fenced(out, r, report_growth);
	fputs("\n## Against the baseline\n\n", out);
	if (!ret)
		ret = print_fenced(out, r, put_comparison);
	print_plots(out, r);
	fputs("\n## What measuring costs\n\n", out);
	if (!ret)
		ret = print_fenced(out, r, put_costs);
	fputs("\n## Machine\n\n", out);
	if (!ret)
		ret = print_fenced(out, r, put_facts);
	print_repeat(out, &r->run);
	return ret;
}

static int write_summary(const struct report *r)
{
	char file[PATH_MAX];
	FILE *out;
	bool bad;
	int ret;

	snprintf(file, sizeof(file), "%s/summary.md", r->run.path);
	out = fopen(file, "we");
	if (!out)
		return err_setup("cannot write %s: %s", file, strerror(errno));
	ret = print_summary(out, r);
	bad = ferror(out);
	if (fclose(out) || bad)
		return err_setup("cannot write %s: %s", file, strerror(errno));
	return ret;
}

int report_write(const char *run_dir)
{
	struct report r;
	char undrawn[512];
	int ret = report_open(&r, run_dir, RUN_HISTOGRAMS);

	if (!ret) {
		int drawn = plot_grid(&r.comparison.grid, &r.comparison, PLOT_BY_DEFAULT, &r.plots);

		snprintf(undrawn, sizeof(undrawn), "%s", drawn ? err_text() : "");
		r.undrawn = undrawn;
		ret = write_summary(&r);
		if (!ret)
			ret = report_page(&r);
		ret = ret ? ret : drawn;
	}
	report_close(&r);
	return ret;
}
