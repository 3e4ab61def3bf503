/* SPDX-License-Identifier: GPL-2.0-only */
/* Do values rise or fall along a row of samples, and how fast? */
#ifndef STATS_SLOPE_H
#define STATS_SLOPE_H

#include "stats.h"

enum {
	SLOPE_MOST = 2000 /* values: their slopes take 16 MB */
};

struct slope {
	double slope; /* of @y, for each 1 of @x */
	struct interval interval;
	double tau; /* Kendall's tau-b, -1 .. 1 */
	double p;   /* two-sided, that there is no trend */
};

/*
 * Theil and Sen: the median of the slopes between any two values, tested by Kendall's tau. Not
 * least squares: outliers are never dropped here, and one of them, at either end, is enough to
 * turn a fitted line; of these slopes nearly 30 % may be wild. P. K. Sen, "Estimates of the
 * regression coefficient based on Kendall's tau", Journal of the American Statistical
 * Association 63 (1968).
 *
 * @x rises strictly; @y is in its order, not sorted. @p is exact up to 20 values without ties,
 * else normal with the variance corrected for ties and continuity (M. G. Kendall, "Rank
 * Correlation Methods", chapter 4). The interval is from the k-th slope to the k-th last one,
 * with the k of order_rank(). -EINVAL when there are fewer than 2 or more than SLOPE_MOST
 * values, one is not finite, or @x does not rise; -ENOMEM.
 */
int stats_slope(struct slope *slope, const double *x, const double *y, size_t count,
		double confidence);

#endif
