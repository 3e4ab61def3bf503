// SPDX-License-Identifier: GPL-2.0-only
#include "noise_floor.h"

#include <math.h>
#include <stdlib.h>

#include "stats/rank.h"
#include "util/err.h"

static size_t half_of(const struct point *point, size_t metric, unsigned int half, double *value)
{
	size_t count = 0;

	for (size_t i = 0; i < point->count; i++) {
		const struct sample *s = point->sample[i];

		if (s->half == half && s->status == SAMPLE_OK && !isnan(s->value[metric]))
			value[count++] = s->value[metric];
	}
	if (count > 0)
		stats_sort(value, count);
	return count;
}

static bool has_twin(const struct point *point)
{
	for (size_t i = 0; i < point->count; i++)
		if (point->sample[i]->half == 1)
			return true;
	return false;
}

/* @half and @twin: room for all samples of a point, each. */
static struct aa compare_halves(const struct point *point, size_t metric, double *half,
				double *twin)
{
	struct aa aa = { .point = point, .metric = metric, .shift = NAN, .p = NAN };
	struct interval in;
	double median;

	aa.interval = (struct interval){ NAN, NAN };
	aa.floor = aa.reach = NAN;
	aa.n = half_of(point, metric, 0, half);
	aa.twin_n = half_of(point, metric, 1, twin);
	median = stats_median(half, aa.n);
	if (aa.n < STATS_LEAST || aa.twin_n < STATS_LEAST)
		return aa;
	in = stats_shift_interval(twin, aa.twin_n, half, aa.n, STATS_CONFIDENCE);
	aa.reach = fmax(fabs(in.low), fabs(in.high));
	if (!(median > 0))
		return aa;
	aa.shift = stats_shift(twin, aa.twin_n, half, aa.n) / median;
	aa.interval = (struct interval){ in.low / median, in.high / median };
	aa.p = stats_utest(twin, aa.twin_n, half, aa.n).p;
	aa.floor = fmax(fabs(aa.interval.low), fabs(aa.interval.high));
	return aa;
}

int aa_find(struct aa_list *list, const struct grid *grid, const size_t *metric, size_t metrics)
{
	double *half = calloc(2 * grid->run->samples, sizeof(*half));
	size_t pairs = 0;

	for (size_t i = 0; i < grid->points; i++)
		pairs += has_twin(&grid->point[i]);
	*list = (struct aa_list){ .aa = calloc(pairs * metrics + 1, sizeof(*list->aa)) };
	if (half && list->aa)
		for (size_t m = 0; m < metrics; m++)
			for (size_t i = 0; i < grid->points; i++)
				if (has_twin(&grid->point[i]))
					list->aa[list->count++] =
						compare_halves(&grid->point[i], metric[m], half,
							       half + grid->run->samples);
	free(half);
	return half && list->aa ? 0 : err_memory();
}

void aa_list_free(struct aa_list *list)
{
	free(list->aa);
	*list = (struct aa_list){ 0 };
}

double aa_floor(const struct aa_list *list, const struct run *run, size_t metric,
		const struct point *point, bool absolute)
{
	size_t section = run_axis(run, "section");
	double here = NAN, anywhere = NAN;

	for (size_t i = 0; i < list->count; i++) {
		const struct aa *aa = &list->aa[i];
		double floor = absolute ? aa->reach : aa->floor;

		if (aa->metric != metric)
			continue;
		anywhere = fmax(anywhere, floor);
		if (section != RUN_NONE &&
		    aa->point->sample[0]->axis[section] == point->sample[0]->axis[section])
			here = fmax(here, floor);
	}
	return isnan(here) ? anywhere : here;
}
