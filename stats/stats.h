/* SPDX-License-Identifier: GPL-2.0-only */
/* What a few samples say of where they come from. */
#ifndef STATS_STATS_H
#define STATS_STATS_H

#include <stddef.h>
#include <stdint.h>

/*
 * A value is what one sample, that is one process, gave: operations within a process are not
 * independent and are never pooled here.
 *
 * All functions but stats_sort() take @value as stats_sort() left it: finite, rising. None of
 * them changes it. What cannot be said is NAN, never 0.
 */

/* Both NAN when there is none. */
struct interval {
	double low, high;
};

#define STATS_CONFIDENCE 0.95

/* Fewer values than this give no interval at STATS_CONFIDENCE: 1 - 2 / 2^n is below it. */
#define STATS_LEAST 6

/* Sorts @value. -EINVAL, and nothing is changed, when there is none or one is not finite. */
int stats_sort(double *value, size_t count);

/*
 * The quantile @q (0 .. 1): linear between the order statistics around (n - 1) q. Type 7 of
 * Hyndman and Fan, "Sample quantiles in statistical packages", The American Statistician 50
 * (1996); what R and NumPy give by default. NAN when @count is 0 or @q is out of range.
 */
double stats_quantile(const double *value, size_t count, double q);

/* The mean of two values. */
double stats_middle(double a, double b);

double stats_median(const double *value, size_t count);

/* Standard deviation of a sample, divisor n - 1; NAN when @count is below 2. */
double stats_sd(const double *value, size_t count);

/*
 * The exact interval of the median: from the k-th value to the k-th last one with the
 * greatest k at which 1 - 2 P(Binomial(n, 1/2) < k) is still @confidence (0 .. 1). It holds
 * for any continuous distribution; ties only widen it. H. A. David, H. N. Nagaraja, "Order
 * Statistics", 3rd edition, section 7.1.
 */
struct interval stats_median_interval(const double *value, size_t count, double confidence);

#endif
