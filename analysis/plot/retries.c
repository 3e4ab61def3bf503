// SPDX-License-Identifier: GPL-2.0-only
/* How often a device fault had to try again, against how often was invalidated. */
#include "internal.h"

#include <math.h>
#include <stdlib.h>

#include "stats/stats.h"
#include "util/err.h"

enum {
	MARKS_MOST = 2000
};

/* The two metrics, and what was seen while NAME.dat was written. */
struct seen {
	size_t rate, retries;
	const struct point **line;
	size_t lines, every;
	struct extent x, y;
	double *value; /* room for all samples */
};

static bool has_both(const struct seen *seen, const struct sample *s)
{
	return s->status == SAMPLE_OK && !isnan(s->value[seen->rate]) &&
	       !isnan(s->value[seen->retries]);
}

/* Samples that have both; whether any of them tried again. */
static size_t count_samples(const struct run *run, const struct seen *seen, bool *any)
{
	size_t count = 0;

	*any = false;
	for (size_t i = 0; i < run->samples; i++) {
		if (!has_both(seen, &run->sample[i]))
			continue;
		count++;
		*any = *any || run->sample[i].value[seen->retries] > 0;
	}
	return count;
}

static double median_of(const struct seen *seen, const struct point *p, size_t metric)
{
	return stats_median(seen->value, point_values(p, metric, seen->value));
}

static void put_median(const struct draft *draft, struct seen *seen, const struct point *p)
{
	double x = median_of(seen, p, seen->rate), y = median_of(seen, p, seen->retries);

	if (isnan(x) || isnan(y))
		return;
	fprintf(draft->dat, "%.10g %.10g\n", x, y);
}

static void put_samples(const struct draft *draft, struct seen *seen, size_t arm)
{
	const struct run *run = draft->grid->run;
	size_t marks = 0;

	for (size_t i = 0; i < run->samples; i++) {
		const struct sample *s = &run->sample[i];

		if (s->axis[draft->grid->by] != arm || !has_both(seen, s))
			continue;
		if (marks++ % seen->every == 0)
			fprintf(draft->dat, "%.10g %.10g\n", s->value[seen->rate],
				s->value[seen->retries]);
		extent_add(&seen->x, s->value[seen->rate]);
		extent_add(&seen->y, s->value[seen->retries]);
	}
}

static const struct point *first_of(const struct draft *draft, struct seen *seen, size_t arm)
{
	const struct grid *grid = draft->grid;

	for (size_t i = 0; i < grid->points; i++)
		if (grid->point[i].sample[0]->axis[grid->by] == arm &&
		    !isnan(median_of(seen, &grid->point[i], seen->retries)) &&
		    !isnan(median_of(seen, &grid->point[i], seen->rate)))
			return &grid->point[i];
	return NULL;
}

/* Two parts for each compared value: the medians of its points, and all of its samples. */
static void put_arm(struct draft *draft, struct seen *seen, size_t arm)
{
	const struct grid *grid = draft->grid;
	const struct point *first = first_of(draft, seen, arm);

	if (!first)
		return;
	fprintf(draft->dat,
		"%s# %s %s: invalidating operations a second, retries of a fault: medians\n",
		seen->lines ? "\n\n" : "", grid->run->axis[grid->by].name,
		point_axis(grid->run, first, grid->by)->text);
	for (size_t i = 0; i < grid->points; i++)
		if (grid->point[i].sample[0]->axis[grid->by] == arm)
			put_median(draft, seen, &grid->point[i]);
	fputs("\n\n# samples\n", draft->dat);
	put_samples(draft, seen, arm);
	seen->line[seen->lines++] = first;
}

static void put_variables(struct draft *draft, const struct seen *seen)
{
	double factor = seen->x.high >= 1e4 ? 1e-3 : 1;
	struct extent x = { seen->x.low * factor, seen->x.high * factor, true };

	draft_text(draft, "x_text", "operations that invalidate, of all workers, %s",
		   factor < 1 ? "1000/s" : "1/s");
	fprintf(draft->gp, "factor = %.15g\n", factor);
	draft_text(draft, "y_text", "retries of a device fault");
	draft_text(draft, "how_text", "small: each sample; large: median of a point");
	draft_range_linear(draft, "x", x);
	draft_range_linear(draft, "y", seen->y);
	draft_series(draft, seen->line, seen->lines);
	draft_machine(draft);
}

static int draw(struct draft draft, struct seen *seen)
{
	int ret = draft_open(&draft, "retries", "fault", NULL,
			     "Retries of device faults against the rate of invalidations");

	if (!ret) {
		for (size_t arm = 0; arm < draft.grid->run->axis[draft.grid->by].count; arm++)
			put_arm(&draft, seen, arm);
		put_variables(&draft, seen);
	}
	return draft_close(&draft, plot_retries_template, ret);
}

/* Where no fault had to try again there is nothing to see. */
int plot_retries(struct draft draft)
{
	const struct run *run = draft.grid->run;
	struct seen seen = {
		.rate = run_metric(run, "op.rate"),
		.retries = run_metric(run, "fault.retries"),
	};
	bool any;
	int ret = 0;

	if (seen.rate == RUN_NONE || seen.retries == RUN_NONE)
		return 0;
	seen.every = 1 + count_samples(run, &seen, &any) / MARKS_MOST;
	if (!any)
		return 0;
	seen.line = calloc(run->axis[draft.grid->by].count, sizeof(*seen.line));
	seen.value = calloc(run->samples, sizeof(*seen.value));
	if (!seen.line || !seen.value)
		ret = err_memory();
	else
		ret = draw(draft, &seen);
	free(seen.line);
	free(seen.value);
	return ret;
}
