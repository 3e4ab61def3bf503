// SPDX-License-Identifier: GPL-2.0-only
#include "compare.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/read/lookup.h"
#include "judge.h"
#include "stats/bootstrap.h"
#include "stats/rank.h"
#include "util/err.h"

/* Room for the values of the two sides of a comparison. */
struct sides {
	double *value, *base;
};

static int find_metrics(struct comparison *c, const char *const *metric, size_t metrics)
{
	c->metric = calloc(metrics, sizeof(*c->metric));
	if (!c->metric)
		return err_memory();
	for (; c->metrics < metrics; c->metrics++) {
		int ret = lookup_metric(c->run, metric[c->metrics], &c->metric[c->metrics]);

		if (ret)
			return ret;
	}
	return 0;
}

/* A baseline that was asked for has to exist; "none" is only a wish. */
static int find_baseline(const struct run *run, size_t by, const char *name, size_t *baseline)
{
	if (name)
		return lookup_value(run, by, name, baseline);
	*baseline = run_axis_value(run, by, "none");
	return 0;
}

static void describe(struct row *row, double *value)
{
	row->n = point_values(row->point, row->metric, value);
	row->failed = point_count(row->point, SAMPLE_FAILED);
	row->skipped = point_count(row->point, SAMPLE_SKIPPED);
	row->median = stats_median(value, row->n);
	row->sd = stats_sd(value, row->n);
	row->interval = stats_median_interval(value, row->n, STATS_CONFIDENCE);
	row->note = "";
	if (row->n == 0)
		row->note = point_why(row->point, row->metric);
	if (row->n == 0 && !row->note[0])
		row->note = "not measured";
}

static const char *why_no_change(const struct row *row, size_t base_n)
{
	if (base_n == 0)
		return "baseline has no value";
	if (row->n < STATS_LEAST)
		return "n < 6";
	if (base_n < STATS_LEAST)
		return "n < 6 in baseline";
	return "";
}

static void clear_change(struct row *row)
{
	const struct interval none = { NAN, NAN };

	row->change = row->shift = row->p = row->p_holm = row->floor = NAN;
	row->change_interval = row->shift_interval = none;
}

static struct interval over(struct interval in, double divisor)
{
	return (struct interval){ in.low / divisor, in.high / divisor };
}

/* What is told of the difference where both sides have samples enough. */
static void set_shift(struct row *row, const struct sides *sides, size_t base_n, double base)
{
	double divisor = row->absolute ? 1 : base;

	row->shift = stats_shift(sides->value, row->n, sides->base, base_n) / divisor;
	row->shift_interval = over(
		stats_shift_interval(sides->value, row->n, sides->base, base_n, STATS_CONFIDENCE),
		divisor);
	row->p = stats_utest(sides->value, row->n, sides->base, base_n).p;
}

static void set_ratio(struct row *row, const struct sides *sides, size_t base_n, uint64_t seed)
{
	struct interval ratio = stats_ratio_interval(sides->value, row->n, sides->base, base_n,
						     STATS_CONFIDENCE, seed);

	row->change = row->median / stats_median(sides->base, base_n) - 1;
	row->change_interval = (struct interval){ ratio.low - 1, ratio.high - 1 };
}

/* Nothing is a multiple of 0: such a difference is told as it is. */
static void set_change(struct row *row, const struct sides *sides, uint64_t seed)
{
	size_t base_n = point_values(row->base, row->metric, sides->base);
	double base = stats_median(sides->base, base_n);

	clear_change(row);
	if (row_is_base(row) || row->n == 0)
		return;
	row->note = why_no_change(row, base_n);
	if (base_n == 0)
		return;
	row->absolute = !(base > 0);
	if (!row->absolute)
		set_ratio(row, sides, base_n, seed);
	if (!row->note[0])
		set_shift(row, sides, base_n, base);
}

int row_measure(struct row *row, const struct run *run)
{
	struct sides sides = { calloc(row->point->count, sizeof(*sides.value)),
			       calloc(row->base->count, sizeof(*sides.base)) };
	int ret = sides.value && sides.base ? 0 : err_memory();

	if (!ret) {
		describe(row, sides.value);
		set_change(row, &sides, run->seed);
	}
	free(sides.value);
	free(sides.base);
	return ret;
}

static bool same_cell(const struct block *block, const struct point *a, const struct point *b)
{
	return block->x == RUN_NONE || a->sample[0]->axis[block->x] == b->sample[0]->axis[block->x];
}

/* The baseline of the cell that begins at @first: its first point when it has no @baseline. */
static const struct point *find_base(const struct comparison *c, const struct block *block,
				     const struct point *first, size_t baseline)
{
	const struct point *end = block->point + block->count;

	for (const struct point *p = first; p < end && same_cell(block, first, p); p++)
		if (p->sample[0]->axis[c->grid.by] == baseline)
			return p;
	return first;
}

static void add_rows(struct comparison *c, size_t metric, const struct block *block,
		     size_t baseline, const struct sides *sides)
{
	const struct point *base = NULL;

	for (size_t i = 0; i < block->count; i++) {
		const struct point *p = &block->point[i];
		struct row *row = &c->row[c->rows++];

		if (i == 0 || !same_cell(block, p - 1, p))
			base = find_base(c, block, p, baseline);
		*row = (struct row){ .block = block, .point = p, .base = base, .metric = metric };
		describe(row, sides->value);
		set_change(row, sides, c->run->seed);
	}
}

static int add_all(struct comparison *c, size_t baseline)
{
	struct sides sides;

	c->row = calloc(c->metrics * c->grid.points, sizeof(*c->row));
	sides.value = calloc(c->run->samples, sizeof(*sides.value));
	sides.base = calloc(c->run->samples, sizeof(*sides.base));
	if (c->row && sides.value && sides.base)
		for (size_t m = 0; m < c->metrics; m++)
			for (size_t b = 0; b < c->grid.blocks; b++)
				add_rows(c, c->metric[m], &c->grid.block[b], baseline, &sides);
	free(sides.value);
	free(sides.base);
	return c->rows ? 0 : err_memory();
}

int compare_run(struct comparison *c, const struct run *run, const char *by,
		const char *const *metric, size_t metrics, const char *baseline)
{
	size_t axis = RUN_NONE, base = RUN_NONE;
	int ret;

	*c = (struct comparison){ .run = run };
	ret = lookup_axis(run, by, &axis);
	if (!ret)
		ret = find_metrics(c, metric, metrics);
	if (!ret)
		ret = find_baseline(run, axis, baseline, &base);
	if (!ret)
		ret = grid_build(&c->grid, run, axis, RUN_NONE);
	if (!ret)
		ret = add_all(c, base);
	if (!ret)
		ret = aa_find(&c->aa, &c->grid, c->metric, c->metrics);
	return ret ? ret : judge_rows(c);
}

void comparison_free(struct comparison *c)
{
	grid_free(&c->grid);
	aa_list_free(&c->aa);
	free(c->metric);
	free(c->row);
}

bool row_is_unproven(const struct row *row)
{
	return row->verdict == VERDICT_UNPROVEN || row->verdict == VERDICT_NOISE;
}

bool row_is_base(const struct row *row)
{
	return row->base == row->point;
}

static bool same_base(const struct row *a, const struct row *b)
{
	return a->base == b->base && a->metric == b->metric;
}

/* The rows of a cell stand together. */
bool row_is_alone(const struct comparison *c, const struct row *row)
{
	size_t i = (size_t)(row - c->row);

	return (i == 0 || !same_base(row - 1, row)) &&
	       (i + 1 == c->rows || !same_base(row, row + 1));
}
