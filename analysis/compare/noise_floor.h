/* SPDX-License-Identifier: GPL-2.0-only */
/* How much does a variant differ from itself? What is less than that is noise. */
#ifndef ANALYSIS_COMPARE_NOISE_FLOOR_H
#define ANALYSIS_COMPARE_NOISE_FLOOR_H

#include "analysis/read/points.h"
#include "stats/stats.h"

/* An A/A pair: the two halves of a point that its run took twice, in one metric. */
struct aa {
	const struct point *point;
	size_t metric;
	size_t n, twin_n;         /* values in each half */
	double shift;             /* of Hodges and Lehmann, over the first half's median */
	struct interval interval; /* of the shift, over that median, too */
	double p;                 /* of Mann and Whitney */
	double floor;             /* the end of @interval that is farther from 0; NAN: not known */
	double reach;             /* the same in the metric's unit */
};

struct aa_list {
	struct aa *aa;
	size_t count;
};

/*
 * The pairs of all points of @grid, for each of @metrics metrics. A floor is not known with
 * fewer than STATS_LEAST values in a half, or when their median is not above 0. 0 or
 * err_memory(); aa_list_free() in either case.
 */
int aa_find(struct aa_list *list, const struct grid *grid, const size_t *metric, size_t metrics);

void aa_list_free(struct aa_list *list);

/*
 * The noise floor of @metric at @point: the greatest of the pairs in its section, or where that
 * has none of all; NAN when none is known. @absolute: in the metric's unit, not as a share.
 */
double aa_floor(const struct aa_list *list, const struct run *run, size_t metric,
		const struct point *point, bool absolute);

#endif
