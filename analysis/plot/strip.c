// SPDX-License-Identifier: GPL-2.0-only
/* Each sample of each point as a mark, in the order of measuring: what a median was made of. */
#include "internal.h"

#include <math.h>
#include <stdlib.h>

#include "gnuplot.h"
#include "stats/stats.h"
#include "util/err.h"

enum {
	CELLS_MOST = 12, /* of a longer block the first ones */
	MARKS_MOST = 3000
};

/* Where the marks of a point begin and end: columns are 1 wide. */
#define REACH 0.36

struct strip {
	size_t cells, arms; /* places on the x axis; values of the compared axis that it has */
	size_t *arm;        /* for each value of the compared axis: which it is here, from 0 */
	size_t every;       /* one of so many samples has a mark */
	const struct point **first; /* of each arm */
	struct extent y, n;
	double *value; /* room for all samples */
};

static size_t cell_of(const struct draft *draft, size_t i)
{
	const struct block *block = draft->block;
	size_t cell = 0;

	for (size_t k = 1; k <= i && block->x != RUN_NONE; k++)
		cell += block->point[k].sample[0]->axis[block->x] !=
			block->point[k - 1].sample[0]->axis[block->x];
	return cell;
}

static size_t arm_of(const struct draft *draft, const struct point *p)
{
	return p->sample[0]->axis[draft->grid->by];
}

/* The points of the first cells, their arms, and how many marks they are. */
static size_t survey(const struct draft *draft, struct strip *strip)
{
	const struct block *block = draft->block;
	size_t values = draft->grid->run->axis[draft->grid->by].count, points = 0, marks = 0;

	for (size_t i = 0; i < block->count && cell_of(draft, i) < CELLS_MOST; i++, points++) {
		size_t n = point_values(&block->point[i], draft->metric, strip->value);
		size_t arm = arm_of(draft, &block->point[i]);

		strip->cells = cell_of(draft, i) + 1;
		marks += n;
		for (size_t k = 0; k < n; k++)
			extent_add(&strip->y, strip->value[k]);
		if (n)
			extent_add(&strip->n, (double)n);
		if (n && !strip->first[arm])
			strip->first[arm] = &block->point[i];
	}
	for (size_t arm = 0; arm < values; arm++)
		if (strip->first[arm]) {
			strip->arm[arm] = strip->arms;
			strip->first[strip->arms++] = strip->first[arm];
		}
	strip->every = 1 + marks / MARKS_MOST;
	return points;
}

static double column_of(const struct draft *draft, const struct strip *strip, size_t i)
{
	size_t arm = strip->arm[arm_of(draft, &draft->block->point[i])];

	return (double)(cell_of(draft, i) * (strip->arms + 1) + arm);
}

/* From left to right in the order of the samples' numbers, as points have them. */
static void put_marks(const struct draft *draft, const struct strip *strip, size_t i)
{
	const struct point *p = &draft->block->point[i];
	double column = column_of(draft, strip, i), step = 2 * REACH / (double)p->count;
	size_t measured = 0;

	for (size_t k = 0; k < p->count; k++) {
		const struct sample *s = p->sample[k];

		if (s->status == SAMPLE_OK && !isnan(s->value[draft->metric]) &&
		    measured++ % strip->every == 0)
			fprintf(draft->dat, "%.10g %.10g\n",
				column - REACH + step * ((double)k + 0.5), s->value[draft->metric]);
	}
}

static void put_medians(const struct draft *draft, const struct strip *strip, size_t points)
{
	fputs("# column, median\n", draft->dat);
	for (size_t i = 0; i < points; i++) {
		size_t n = point_values(&draft->block->point[i], draft->metric, strip->value);

		if (n)
			fprintf(draft->dat, "%.10g %.10g\n", column_of(draft, strip, i),
				stats_median(strip->value, n));
	}
}

static void put_figures(const struct draft *draft, const struct strip *strip, size_t points)
{
	const struct run *run = draft->grid->run;

	put_medians(draft, strip, points);
	for (size_t arm = 0; arm < strip->arms; arm++) {
		fprintf(draft->dat, "\n\n# %s %s: column, value\n", run->axis[draft->grid->by].name,
			point_axis(run, strip->first[arm], draft->grid->by)->text);
		for (size_t i = 0; i < points; i++) {
			const struct point *p = &draft->block->point[i];

			if (arm_of(draft, p) == arm_of(draft, strip->first[arm]))
				put_marks(draft, strip, i);
		}
	}
}

static void put_tick(const struct draft *draft, const char *text, double at)
{
	fputs("set xtics add (", draft->gp);
	gnuplot_string(draft->gp, text);
	fprintf(draft->gp, " %g)\n", at);
}

/* The value on the x axis below the middle of its arms; without such an axis the arm's own. */
static void put_ticks(const struct draft *draft, const struct strip *strip, size_t points)
{
	const struct run *run = draft->grid->run;
	size_t cell = CELLS_MOST, x = draft->block->x;

	fputs("set xtics ()\n", draft->gp);
	for (size_t i = 0; i < strip->arms && x == RUN_NONE; i++)
		put_tick(draft, point_axis(run, strip->first[i], draft->grid->by)->text, (double)i);
	for (size_t i = 0; i < points && x != RUN_NONE; i++) {
		if (cell_of(draft, i) == cell)
			continue;
		cell = cell_of(draft, i);
		put_tick(draft, point_axis(run, &draft->block->point[i], x)->text,
			 (double)(cell * (strip->arms + 1)) + ((double)strip->arms - 1) / 2);
	}
}

static void put_variables(struct draft *draft, const struct strip *strip)
{
	const struct run *run = draft->grid->run;
	struct text_scale scale =
		draft_scale(draft, "y_text", &run->metric[draft->metric], strip->y.low);
	struct extent y = { strip->y.low * scale.factor, strip->y.high * scale.factor, true };

	draft_text(draft, "x_text", "%s",
		   run->axis[draft->block->x == RUN_NONE ? draft->grid->by : draft->block->x].name);
	draft_text(draft, "how_text", "each sample, in the order of measuring; bar: median");
	fprintf(draft->gp, "x_low = -1\nx_high = %zu\n", strip->cells * (strip->arms + 1) - 1);
	draft_range_linear(draft, "y", y);
	draft_series(draft, strip->first, strip->arms);
	draft_machine(draft);
}

static int draw(struct draft draft, struct strip *strip, size_t points)
{
	const char *metric = draft.grid->run->metric[draft.metric].name;
	char *title;
	int ret;

	if (asprintf(&title, "%s of each sample", metric) < 0)
		return err_memory();
	ret = draft_open(&draft, "strip", metric, NULL, title);
	free(title);
	if (!ret) {
		put_figures(&draft, strip, points);
		put_variables(&draft, strip);
		put_ticks(&draft, strip, points);
	}
	return draft_close(&draft, plot_strip_template, ret);
}

/* One point alone is in its interval; and where no point has two samples, each is its median. */
int plot_strip(struct draft draft)
{
	const struct run *run = draft.grid->run;
	size_t values = run->axis[draft.grid->by].count, points;
	struct strip strip = {
		.arm = calloc(values, sizeof(*strip.arm)),
		.first = calloc(values, sizeof(*strip.first)),
		.value = calloc(run->samples, sizeof(*strip.value)),
	};
	int ret = 0;

	if (!strip.arm || !strip.first || !strip.value) {
		ret = err_memory();
	} else {
		points = survey(&draft, &strip);
		if (strip.y.any && (draft.asked || (points > 1 && strip.n.high > 1)))
			ret = draw(draft, &strip, points);
	}
	free(strip.arm);
	free(strip.first);
	free(strip.value);
	return ret;
}
