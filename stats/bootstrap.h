/* SPDX-License-Identifier: GPL-2.0-only */
/* How sure is a figure that no table of a distribution covers? Drawn anew from the samples. */
#ifndef STATS_BOOTSTRAP_H
#define STATS_BOOTSTRAP_H

#include "stats.h"

/*
 * Percentile bootstrap: B. Efron, R. J. Tibshirani, "An Introduction to the Bootstrap", chapter
 * 13. Each side is drawn anew with replacement, STATS_RESAMPLES times; the interval lies
 * between the quantiles (1 - @confidence) / 2 and (1 + @confidence) / 2 of what came out.
 *
 * The generator is splitmix64 (util/random.h), its state before the first number is @seed. A
 * draw from n values takes one number and is its upper 32 bits times n, without the lower 32
 * bits of that: off by less than n / 2^32. Within a resample @value is drawn first, then @base.
 * So the same @seed gives the same interval on each machine.
 *
 * All functions take @value as stats_sort() left it. There is no interval (both ends NAN) with
 * fewer than STATS_LEAST values on a side, or without memory.
 */

#ifndef STATS_RESAMPLES /* fewer where it is only fuzzed */
#define STATS_RESAMPLES 5000
#endif

/* The interval of stats_quantile(@value, @count, @q). */
struct interval stats_quantile_interval(const double *value, size_t count, double q,
					double confidence, uint64_t seed);

/* Of median(@value) / median(@base); none when a value of @base is not above 0. */
struct interval stats_ratio_interval(const double *value, size_t count, const double *base,
				     size_t base_count, double confidence, uint64_t seed);

/* Of median(@value) - median(@base). */
struct interval stats_difference_interval(const double *value, size_t count, const double *base,
					  size_t base_count, double confidence, uint64_t seed);

/* Two sides of one comparison, each as stats_sort() left it. */
struct pair {
	const double *value, *base;
	size_t count, base_count;
};

/*
 * The geometric mean over @pairs pairs of median(value) / median(base): the one mean of ratios
 * that does not depend on which side is the base. NAN when there is no pair or a median is not
 * above 0.
 */
double stats_ratio_mean(const struct pair *pair, size_t pairs);

/*
 * Its interval: in each resample all pairs are drawn anew, in their order. None when a value is
 * not above 0.
 */
struct interval stats_ratio_mean_interval(const struct pair *pair, size_t pairs, double confidence,
					  uint64_t seed);

#endif
