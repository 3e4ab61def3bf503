// SPDX-License-Identifier: GPL-2.0-only
/*
 * How often is a difference found that is there, and one called a difference that is not?
 *
 *   power [OPTION...] RUN METRIC
 *     --samples N,N,...   samples a side; the baseline has as many again, as its A/A pair's other half
 *     --rows N            rows of the table, so that Holm has something to correct; one of them differs
 *     --effect SHARE      by how much (0.05)
 *     --trials N          simulated comparisons of each kind (200)
 *     --seed N            1
 *
 * The values are those of a real run, of its point with the most samples, drawn with replacement. Each
 * comparison is a run of its own that goes the whole way: run_load(), compare_run(), judge_rows().
 */
#include <getopt.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/compare/compare.h"
#include "analysis/compare/judge.h"
#include "stats/stats.h"
#include "util/err.h"
#include "util/random.h"

#define BASE "base"
#define SIDE "side"

struct task {
	const char *path, *metric, *samples;
	size_t rows, trials;
	double effect;
	uint64_t seed;
	double *value; /* of the real run, rising */
	size_t values;
};

/* What the verdicts of the trials were. */
struct tally {
	size_t found, wrong_way; /* of the trials with a difference */
	size_t called;           /* rows without one, that were called different */
	size_t rows;             /* rows without one */
	double floor;            /* sum of them */
};

static double draw(const struct task *t, uint64_t *state)
{
	return t->value[((random_next(state) >> 32) * t->values) >> 32];
}

static void put_sample(FILE *out, size_t *number, size_t repeat, const char *variant, size_t cell,
		       double value)
{
	fprintf(out,
		"{\"sample\": %zu, \"repeat\": %zu, \"axes\": {\"variant\": \"%s\", \"cell\": "
		"%zu}, \"status\": \"ok\", \"metrics\": {\"m\": %.17g}}\n",
		(*number)++, repeat, variant, cell, value);
}

/* Of each cell a baseline and a side; the first baseline is taken twice, as a plan does. */
static void put_samples(FILE *out, const struct task *t, size_t n, double factor, uint64_t *state)
{
	size_t number = 0;

	for (size_t cell = 0; cell < t->rows; cell++) {
		for (size_t i = 0; i < (cell ? n : 2 * n); i++)
			put_sample(out, &number, i, BASE, cell, draw(t, state));
		for (size_t i = 0; i < n; i++)
			put_sample(out, &number, i, SIDE, cell,
				   draw(t, state) * (cell ? 1 : factor));
	}
}

static int put_head(char **head, size_t repeats)
{
	return asprintf(head,
			"{\"format\": \"shootdown-run\", \"version\": 1, \"started\": \"\", "
			"\"emulated\": false, \"seed\": 1, \"repeats\": %zu, \"planned\": 1, "
			"\"tool\": {\"version\": \"0\"}, \"suite\": {\"name\": \"s\"}, "
			"\"machine\": {}, \"status\": \"complete\", \"axes\": [\"variant\", "
			"\"cell\"], \"metrics\": {\"m\": {\"unit\": \"ns\", \"better\": "
			"\"lower\"}}}",
			repeats);
}

static bool is_different(const struct row *row)
{
	return row->verdict >= VERDICT_BETTER;
}

static void count(struct tally *tally, const struct comparison *c, bool differs)
{
	for (size_t i = 0; i < c->rows; i++) {
		const struct row *row = &c->row[i];
		bool first = point_axis(c->run, row->point, 1)->number == 0;

		if (row_is_base(row))
			continue;
		if (first)
			tally->floor += row->floor;
		if (!differs || !first) {
			tally->rows++;
			tally->called += is_different(row);
			continue;
		}
		tally->found += row->verdict == VERDICT_WORSE;
		tally->wrong_way += row->verdict == VERDICT_BETTER;
	}
}

/* One comparison: is what lies between the two sides found? */
static int try_once(const struct task *t, size_t n, bool differs, uint64_t *state,
		    struct tally *tally)
{
	static const char *const metric[] = { "m" };
	struct comparison c = { 0 };
	struct run run = { 0 };
	char *head, *lines = NULL;
	size_t size;
	FILE *samples = open_memstream(&lines, &size);
	int ret;

	if (!samples || put_head(&head, n) < 0)
		return err_memory();
	put_samples(samples, t, n, differs ? 1 + t->effect : 1, state);
	fclose(samples);
	samples = fmemopen(lines, size, "r");
	ret = run_load(&run, "power", head, strlen(head), samples, 0);
	if (!ret)
		ret = compare_run(&c, &run, "variant", metric, 1, BASE);
	if (!ret)
		count(tally, &c, differs);
	comparison_free(&c);
	run_free(&run);
	fclose(samples);
	free(lines);
	free(head);
	return ret;
}

static int try_all(const struct task *t, size_t n)
{
	uint64_t state = t->seed + n;
	struct tally differing = { 0 }, same = { 0 };
	int ret = 0;

	for (size_t i = 0; i < t->trials && !ret; i++) {
		ret = try_once(t, n, true, &state, &differing);
		if (!ret)
			ret = try_once(t, n, false, &state, &same);
	}
	if (!ret)
		printf("| %zu | %.2f %% | %.1f %% | %.2f %% |\n", n,
		       100 * differing.floor / (double)t->trials,
		       100 * (double)differing.found / (double)t->trials,
		       100 * (double)same.called / (double)same.rows);
	return ret;
}

static const struct point *richest(const struct grid *grid)
{
	const struct point *most = grid->point;

	for (size_t i = 1; i < grid->points; i++)
		if (point_count(&grid->point[i], SAMPLE_OK) > point_count(most, SAMPLE_OK))
			most = &grid->point[i];
	return most;
}

static double spread(const struct task *t)
{
	return (stats_quantile(t->value, t->values, 0.75) -
		stats_quantile(t->value, t->values, 0.25)) /
	       stats_median(t->value, t->values);
}

static int take_values(struct task *t, const struct run *run)
{
	size_t metric = run_metric(run, t->metric);
	struct grid grid = { 0 };
	int ret;

	if (metric == RUN_NONE || !run->axes)
		return err_usage("%s has no metric %s", t->path, t->metric);
	ret = grid_build(&grid, run, 0, RUN_NONE);
	if (!ret) {
		t->value = calloc(run->samples, sizeof(*t->value));
		t->values = t->value ? point_values(richest(&grid), metric, t->value) : 0;
		ret = t->values ? 0 : err_usage("%s: no sample has %s", t->path, t->metric);
	}
	grid_free(&grid);
	return ret;
}

static int study(struct task *t)
{
	struct run run;
	int ret = run_read(&run, t->path, 0);

	if (!ret)
		ret = take_values(t, &run);
	if (!ret) {
		printf("%s of %s: %zu real samples, median %.6g, sd %.2f %%, quartiles %.2f %% "
		       "apart; %zu row%s, %zu comparisons of each kind, seed %ju\n\n",
		       t->metric, run.name, t->values, stats_median(t->value, t->values),
		       100 * stats_sd(t->value, t->values) / stats_median(t->value, t->values),
		       100 * spread(t), t->rows, t->rows == 1 ? "" : "s", t->trials,
		       (uintmax_t)t->seed);
		printf("| samples | mean A/A floor | %g %% found | same called different |\n"
		       "| ---: | ---: | ---: | ---: |\n",
		       100 * t->effect);
	}
	for (const char *n = t->samples; !ret && n; n = strchr(n, ',') ? strchr(n, ',') + 1 : NULL)
		ret = try_all(t, strtoul(n, NULL, 10));
	free(t->value);
	run_free(&run);
	return ret;
}

static int parse(struct task *t, int argc, char **argv)
{
	static const struct option options[] = {
		{ "samples", 1, NULL, 'n' }, { "rows", 1, NULL, 'r' }, { "effect", 1, NULL, 'e' },
		{ "trials", 1, NULL, 't' },  { "seed", 1, NULL, 's' }, { 0 }
	};
	int key;

	while ((key = getopt_long(argc, argv, "", options, NULL)) >= 0) {
		if (key == 'n')
			t->samples = optarg;
		else if (key == 'r')
			t->rows = strtoul(optarg, NULL, 10);
		else if (key == 'e')
			t->effect = strtod(optarg, NULL);
		else if (key == 't')
			t->trials = strtoul(optarg, NULL, 10);
		else if (key == 's')
			t->seed = strtoull(optarg, NULL, 10);
		else
			return err_usage("power: no such option");
	}
	if (argc - optind != 2 || !t->rows || !t->trials)
		return err_usage("power [OPTION...] RUN METRIC");
	t->path = argv[optind];
	t->metric = argv[optind + 1];
	return 0;
}

int main(int argc, char **argv)
{
	struct task task = {
		.samples = "6,8,10,15,20,30,50,100",
		.rows = 1,
		.trials = 200,
		.effect = 0.05,
		.seed = 1,
	};
	int ret = parse(&task, argc, argv);

	if (!ret)
		study(&task);
	return (int)err_report();
}
