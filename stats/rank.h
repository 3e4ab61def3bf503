/* SPDX-License-Identifier: GPL-2.0-only */
/* Do two sets of samples differ, and by how much? By ranks: no distribution is assumed. */
#ifndef STATS_RANK_H
#define STATS_RANK_H

#include <stdbool.h>

#include "stats.h"

/*
 * All functions take both sides as stats_sort() left them, and the difference as @value less
 * @base.
 */

struct utest {
	double u; /* pairs in which @value is the greater; equal ones count one half */
	double p; /* two-sided */
	bool exact;
};

/*
 * The test of Mann, Whitney and Wilcoxon. @p is exact when neither side has more than 20 values
 * and no two are equal; otherwise by the normal distribution, its variance corrected for ties
 * and U by one half for continuity (M. Hollander, D. A. Wolfe, E. Chicken, "Nonparametric
 * Statistical Methods", 3rd edition, section 4.1). All equal: 1. All NAN when a side is empty.
 */
struct utest stats_utest(const double *value, size_t count, const double *base, size_t base_count);

/*
 * The shift of Hodges and Lehmann: the median of all differences between a value of one side
 * and one of the other. NAN when a side is empty. Section 4.2 there.
 */
double stats_shift(const double *value, size_t count, const double *base, size_t base_count);

/*
 * Its interval, after Moses: from the k-th smallest difference to the k-th greatest, with the k
 * of order_rank(); section 4.3 there. It leaves out 0 exactly when stats_utest() has p <= 1 -
 * @confidence, if that is exact. k is that of values without ties: ties widen the interval.
 * None when there are so few values that no k does.
 */
struct interval stats_shift_interval(const double *value, size_t count, const double *base,
				     size_t base_count, double confidence);

#endif
