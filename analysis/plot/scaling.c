// SPDX-License-Identifier: GPL-2.0-only
/* A metric against a numeric axis, one line per compared value, with a band. */
#include "internal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/text/text.h"
#include "gnuplot.h"
#include "stats/stats.h"
#include "util/err.h"

/* What was seen while NAME.dat was written. */
struct seen {
	struct extent x, y, n;
	const struct point **first; /* of each line */
	size_t lines;
	double *value; /* room for all samples */
};

/* More than one place on the x axis, as numbers, and a value at one of them. */
static bool is_drawable(const struct draft *draft, double *value)
{
	const struct block *block = draft->block;
	const struct point *first = block->point, *last = first + block->count - 1;

	if (block->x == RUN_NONE ||
	    first->sample[0]->axis[block->x] == last->sample[0]->axis[block->x] ||
	    isnan(point_axis(draft->grid->run, last, block->x)->number))
		return false;
	for (size_t i = 0; i < block->count; i++)
		if (point_values(&block->point[i], draft->metric, value) > 0)
			return true;
	return false;
}

/* Writes the row of @p, whose @n values are in @seen. */
static void put_row(struct draft *draft, struct seen *seen, const struct point *p, size_t n)
{
	double x = point_axis(draft->grid->run, p, draft->block->x)->number;
	double median = stats_median(seen->value, n);
	struct interval in = stats_median_interval(seen->value, n, STATS_CONFIDENCE);

	fprintf(draft->dat, "%.15g %.10g ", x, median);
	if (isnan(in.low))
		fprintf(draft->dat, "NaN NaN %zu\n", n);
	else
		fprintf(draft->dat, "%.10g %.10g %zu\n", in.low, in.high, n);
	extent_add(&seen->x, x);
	extent_add(&seen->y, median);
	extent_add(&seen->y, in.low);
	extent_add(&seen->y, in.high);
	extent_add(&seen->n, (double)n);
}

static void put_line(struct draft *draft, struct seen *seen, size_t arm)
{
	const struct grid *grid = draft->grid;
	bool begun = false;

	for (size_t i = 0; i < draft->block->count; i++) {
		const struct point *p = &draft->block->point[i];
		size_t n = 0;

		if (p->sample[0]->axis[grid->by] == arm)
			n = point_values(p, draft->metric, seen->value);
		if (n > 0 && !begun) {
			begun = true;
			fprintf(draft->dat, "%s# %s %s: x, median, low, high, n\n",
				seen->lines ? "\n\n" : "", grid->run->axis[grid->by].name,
				point_axis(grid->run, p, grid->by)->text);
			seen->first[seen->lines++] = p;
		}
		if (n > 0)
			put_row(draft, seen, p, n);
	}
}

/* Between two places on the x axis, as a part of it. */
static double distance(const struct seen *seen, double from, double to)
{
	if (seen->x.low > 0)
		return log(to / from) / log(seen->x.high / seen->x.low);
	return (to - from) / (seen->x.high - seen->x.low);
}

/* A tick at each value of x while these are few, with a label while there is room; otherwise gnuplot chooses. */
static void put_ticks(struct draft *draft, const struct seen *seen)
{
	enum {
		FEW = 12
	};
	const struct axis *axis = &draft->grid->run->axis[draft->block->x];

	double last = NAN;

	if (axis->count > FEW)
		return;
	fputs("set xtics (", draft->gp);
	for (size_t i = 0; i < axis->count; i++) {
		double x = axis->value[i].number;
		bool room = !(distance(seen, last, x) < 0.045);

		if (isnan(x))
			continue;
		fprintf(draft->gp, "%s%s%.15g", i ? ", " : "", room ? "" : "'' ", x);
		last = room ? x : last;
	}
	fputs(")\n", draft->gp);
}

/* Where the kernel begins to flush everything: a line across, where that is in sight. */
static void put_ceiling(struct draft *draft, const struct seen *seen)
{
	const struct run *run = draft->grid->run;
	struct ceiling ceiling = ceiling_of(draft->grid, draft->block);

	if (strcmp(run->axis[draft->block->x].name, "pages") || !(ceiling.pages > seen->x.low) ||
	    !(ceiling.pages < seen->x.high))
		return;
	draft_ceiling_text(draft, &ceiling);
	fprintf(draft->gp, "ceiling = %.15g\n", ceiling.pages);
}

/* At least a decade high, so that what is flat looks flat. */
static struct extent tall(struct extent y)
{
	double missing = y.low > 0 ? sqrt(10 * y.low / y.high) : 1;

	if (missing > 1) {
		y.low /= missing;
		y.high *= missing;
	}
	return y;
}

static void put_variables(struct draft *draft, const struct seen *seen)
{
	const struct metric *metric = &draft->grid->run->metric[draft->metric];
	struct text_scale scale;
	struct extent y = tall(seen->y);

	draft_text(draft, "x_text", "%s", draft->grid->run->axis[draft->block->x].name);
	scale = draft_scale(draft, "y_text", metric, seen->y.low);
	y.low *= scale.factor;
	y.high *= scale.factor;
	draft_range(draft, "x", seen->x);
	draft_range(draft, "y", y);
	draft_series(draft, seen->first, seen->lines);
	put_ticks(draft, seen);
	put_ceiling(draft, seen);
	draft_samples(draft, seen->n, "; band: its 95 % interval");
	draft_machine(draft);
}

static int draw(struct draft *draft, struct seen *seen)
{
	const struct run *run = draft->grid->run;
	const struct metric *metric = &run->metric[draft->metric];
	char *title;
	int ret;

	if (asprintf(&title, "%s against %s%s%s", metric->name, run->axis[draft->block->x].name,
		     metric->help[0] ? ": " : "", metric->help) < 0)
		return err_memory();
	ret = draft_open(draft, "scaling", metric->name, NULL, title);
	free(title);
	if (!ret) {
		for (size_t arm = 0; arm < run->axis[draft->grid->by].count; arm++)
			put_line(draft, seen, arm);
		put_variables(draft, seen);
	}
	return draft_close(draft, plot_scaling_template, ret);
}

int plot_scaling(struct draft draft)
{
	struct seen seen = { 0 };
	int ret = 0;

	seen.value = calloc(draft.grid->run->samples, sizeof(*seen.value));
	seen.first = calloc(draft.block->count, sizeof(*seen.first));
	if (!seen.value || !seen.first)
		ret = err_memory();
	else if (is_drawable(&draft, seen.value))
		ret = draw(&draft, &seen);
	free(seen.value);
	free(seen.first);
	return ret;
}
