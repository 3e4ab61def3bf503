/* SPDX-License-Identifier: GPL-2.0-only */
/* How likely is each value of a rank statistic when there is no difference, or no trend? */
#ifndef STATS_ORDER_H
#define STATS_ORDER_H

#include <stddef.h>
#include <stdint.h>

/*
 * Two statistics: the U of Mann and Whitney of two sides, and the inversions in a row of values
 * (Kendall). Both are symmetric about half of their greatest value. Up to ORDER_EXACT values a
 * side, all arrangements are counted; beyond, the normal distribution with the same mean and
 * variance stands in, and a correction of one half for the steps of the statistic.
 */
enum {
	ORDER_EXACT = 20,
	ORDER_WAYS = ORDER_EXACT * ORDER_EXACT + 1
};

/* Of a statistic without ties, from 0 to @most. */
struct order_law {
	size_t most;
	double sd;               /* of the normal distribution that stands in, 0 when exact */
	int64_t all;             /* arrangements, when exact: how many there are */
	int64_t way[ORDER_WAYS]; /* and how many give each value */
};

/* Of U for @m and @n values, 1 at least. */
void order_of_u(struct order_law *law, size_t m, size_t n);

/* Of the inversions in @n values, 2 at least. */
void order_of_inversions(struct order_law *law, size_t n);

/* P(X <= @x) or P(X >= most - @x), doubled: two-sided; 1 at most. */
double order_p(const struct order_law *law, size_t x);

/*
 * The greatest k, from 1, at which 2 P(X < k) is still 1 - @confidence or less; 0 when there is
 * none. The k-th difference or slope from either end is then the end of its interval.
 */
size_t order_rank(const struct order_law *law, double confidence);

/*
 * The two-sided p of a statistic @off from its mean when its standard deviation is @sd and its
 * steps are 2 * @half wide: normal, with continuity correction. 1 when @sd is 0: all are equal.
 */
double order_normal_p(double off, double sd, double half);

#endif
