// SPDX-License-Identifier: GPL-2.0-only
/* All samples of a run in the order of measuring, each against the median of its point: is there a drift? */
#include "internal.h"

#include <math.h>
#include <stdlib.h>

#include "stats/stats.h"
#include "util/err.h"

enum {
	WINDOWS = 40,      /* of the line through the middle */
	WINDOW_LEAST = 10, /* samples in each */
	MARKS_MOST = 2000
};

/* What is farther from its median is drawn at the edge, in per cent. */
#define EDGE_LOW  -60
#define EDGE_HIGH 120

struct line {
	double *percent; /* for each sample of the run, from its point's median; NAN where there is none */
	double *value;              /* room for all samples */
	const struct point **first; /* of each compared value that has figures */
	size_t arms, measured;
	struct extent y;
};

static double at_edge(double percent)
{
	return fmin(fmax(percent, EDGE_LOW), EDGE_HIGH);
}

static void add_point(const struct draft *draft, struct line *line, const struct point *p)
{
	size_t n = point_values(p, draft->metric, line->value);
	size_t arm = p->sample[0]->axis[draft->grid->by];
	double median = stats_median(line->value, n);

	if (n > 1 && median > 0 && !line->first[arm])
		line->first[arm] = p;

	for (size_t i = 0; i < p->count && n > 1 && median > 0; i++) {
		const struct sample *s = p->sample[i];
		size_t at = (size_t)(s - draft->grid->run->sample);

		if (s->status != SAMPLE_OK || isnan(s->value[draft->metric]))
			continue;
		line->percent[at] = fmin(100 * (s->value[draft->metric] / median - 1), 1e300);
		extent_add(&line->y, at_edge(line->percent[at]));
		line->measured++;
	}
}

static void survey(const struct draft *draft, struct line *line)
{
	const struct grid *grid = draft->grid;

	for (size_t i = 0; i < grid->run->samples; i++)
		line->percent[i] = NAN;
	for (size_t i = 0; i < grid->points; i++)
		add_point(draft, line, &grid->point[i]);
	for (size_t arm = 0; arm < grid->run->axis[grid->by].count; arm++)
		if (line->first[arm])
			line->first[line->arms++] = line->first[arm];
}

/* Of the samples from the @first-th on that have a figure, @most at the most: a row. Returns where it ended. */
static size_t put_window(const struct draft *draft, struct line *line, size_t first, size_t most)
{
	const struct run *run = draft->grid->run;
	size_t i, n = 0, last = first;

	for (i = first; i < run->samples && n < most; i++)
		if (!isnan(line->percent[i])) {
			line->value[n++] = line->percent[i];
			last = i;
		}
	if (n < WINDOW_LEAST)
		return i;
	stats_sort(line->value, n);
	fprintf(draft->dat, "%.10g %.10g %.10g %.10g\n",
		((double)run->sample[first].number + (double)run->sample[last].number) / 2,
		at_edge(stats_median(line->value, n)), at_edge(stats_quantile(line->value, n, 0.1)),
		at_edge(stats_quantile(line->value, n, 0.9)));
	return i;
}

static void put_marks(const struct draft *draft, const struct line *line, size_t arm)
{
	const struct run *run = draft->grid->run;
	size_t by = draft->grid->by, value = line->first[arm]->sample[0]->axis[by];
	size_t every = 1 + line->measured / MARKS_MOST, marks = 0;

	fprintf(draft->dat, "\n\n# %s %s: sample, %% from the median of its point\n",
		run->axis[by].name, run->axis[by].value[value].text);
	for (size_t i = 0; i < run->samples; i++)
		if (run->sample[i].axis[by] == value && !isnan(line->percent[i]) &&
		    marks++ % every == 0)
			fprintf(draft->dat, "%ju %.10g\n", (uintmax_t)run->sample[i].number,
				at_edge(line->percent[i]));
}

/* Failed and skipped ones have no figure, but a place in time. */
static size_t put_lost(const struct draft *draft)
{
	const struct run *run = draft->grid->run;
	size_t lost = 0;

	fputs("\n\n# samples that failed or were skipped\n", draft->dat);
	for (size_t i = 0; i < run->samples; i++)
		if (run->sample[i].status != SAMPLE_OK && ++lost <= MARKS_MOST)
			fprintf(draft->dat, "%ju 0\n", (uintmax_t)run->sample[i].number);
	return lost;
}

static void put_figures(struct draft *draft, struct line *line)
{
	size_t most = line->measured / WINDOWS, at = 0;

	most = most < WINDOW_LEAST ? WINDOW_LEAST : most;
	fputs("# sample, median of the window, its 10th and 90th percentile: % from the median of "
	      "the point\n",
	      draft->dat);
	while (at < draft->grid->run->samples)
		at = put_window(draft, line, at, most);
	for (size_t arm = 0; arm < line->arms; arm++)
		put_marks(draft, line, arm);
	fprintf(draft->gp, "lost = %zu\nwindow = %zu\n", put_lost(draft), most);
}

static void put_variables(struct draft *draft, struct line *line)
{
	const struct run *run = draft->grid->run;

	extent_add(&line->y, -5);
	extent_add(&line->y, 5);
	draft_text(draft, "x_text", "sample, in the order of measuring");
	draft_text(draft, "y_text", "%s, %% from the median of its point",
		   run->metric[draft->metric].name);
	draft_text(draft, "how_text", "beyond %d and +%d %%: at the edge", EDGE_LOW, EDGE_HIGH);
	fprintf(draft->gp, "x_low = %ju\nx_high = %ju\n", (uintmax_t)run->sample[0].number,
		(uintmax_t)run->sample[run->samples - 1].number);
	draft_range(draft, "y", (struct extent){ line->y.low, line->y.high, true });
	draft_series(draft, line->first, line->arms);
	draft_machine(draft);
}

static int draw(struct draft draft, struct line *line)
{
	const char *metric = draft.grid->run->metric[draft.metric].name;
	char *title;
	int ret;

	if (asprintf(&title, "%s over the run: is there a drift?", metric) < 0)
		return err_memory();
	ret = draft_open(&draft, "time", metric, NULL, title);
	free(title);
	if (!ret) {
		put_variables(&draft, line);
		put_figures(&draft, line);
	}
	return draft_close(&draft, plot_time_template, ret);
}

/* Fewer samples show no drift. */
int plot_time(struct draft draft)
{
	const struct run *run = draft.grid->run;
	struct line line = {
		.percent = calloc(run->samples, sizeof(*line.percent)),
		.value = calloc(run->samples, sizeof(*line.value)),
		.first = calloc(run->axis[draft.grid->by].count, sizeof(*line.first)),
	};
	int ret = 0;

	if (!line.percent || !line.value || !line.first) {
		ret = err_memory();
	} else {
		survey(&draft, &line);
		if (line.measured >= 2 * WINDOW_LEAST)
			ret = draw(draft, &line);
	}
	free(line.percent);
	free(line.value);
	free(line.first);
	return ret;
}
