// SPDX-License-Identifier: GPL-2.0-only
#include "stats.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

static const struct interval no_interval = { NAN, NAN };

static int rising(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

int stats_sort(double *value, size_t count)
{
	if (count == 0)
		return -EINVAL;
	for (size_t i = 0; i < count; i++)
		if (!isfinite(value[i]))
			return -EINVAL;
	qsort(value, count, sizeof(*value), rising);
	return 0;
}

double stats_quantile(const double *value, size_t count, double q)
{
	double place, share;
	size_t below;

	if (count == 0 || !(q >= 0 && q <= 1))
		return NAN;
	place = (double)(count - 1) * q;
	below = (size_t)place;
	share = place - (double)below;
	if (share == 0)
		return value[below];
	return value[below] + share * (value[below + 1] - value[below]);
}

/* Neither overflows nor cancels. */
double stats_middle(double a, double b)
{
	return (a < 0) == (b < 0) ? a + 0.5 * (b - a) : 0.5 * (a + b);
}

double stats_median(const double *value, size_t count)
{
	return count ? stats_middle(value[(count - 1) / 2], value[count / 2]) : NAN;
}

/* Two passes: the sum of squares of differences does not cancel. */
double stats_sd(const double *value, size_t count)
{
	double mean = 0, squares = 0;

	if (count < 2)
		return NAN;
	for (size_t i = 0; i < count; i++)
		mean += value[i] / (double)count;
	for (size_t i = 0; i < count; i++)
		squares += (value[i] - mean) * (value[i] - mean);
	return sqrt(squares / (double)(count - 1));
}

/* P(Binomial(n, 1/2) = k), by logarithms: 2^-n is 0 in a double from n = 1075 on. */
static double binomial_half(size_t n, size_t k)
{
	return exp(lgamma((double)n + 1) - lgamma((double)k + 1) - lgamma((double)(n - k) + 1) -
		   (double)n * M_LN2);
}

struct interval stats_median_interval(const double *value, size_t count, double confidence)
{
	double tail = 0;
	size_t k = 0;

	/* tail = P(Binomial < k + 1) while k is tried. */
	while (k < count / 2) {
		tail += binomial_half(count, k);
		if (1 - 2 * tail < confidence)
			break;
		k++;
	}
	if (k == 0)
		return no_interval;
	return (struct interval){ value[k - 1], value[count - k] };
}
