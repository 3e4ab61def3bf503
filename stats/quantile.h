/* SPDX-License-Identifier: GPL-2.0-only */
/* Quantiles and the mean of a log-linear histogram. */
#ifndef STATS_QUANTILE_H
#define STATS_QUANTILE_H

#include <loghist.h>

/*
 * The value that a share of @q of all recorded values does not exceed, in the unit of the
 * values: that of rank q * count, interpolated over the whole numbers of its bin that lie within
 * [min, max]. Exact for bins one value wide. NAN when @h is empty or @q is not in 0 .. 1.
 */
double loghist_quantile(const struct loghist *h, double q);

/* The mean, exact as long as the sum did not wrap at 2^64. NAN when @h is empty. */
double loghist_mean(const struct loghist *h);

#endif
