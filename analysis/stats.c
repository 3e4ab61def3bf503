// SPDX-License-Identifier: GPL-2.0-only
#include "stats.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "util/random.h"

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

double stats_median(const double *value, size_t count)
{
	return stats_quantile(value, count, 0.5);
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

/* The value at @place, from 0, of a sorted resample that holds @drawn[i] times value[i]. */
static double drawn_at(const double *value, const uint32_t *drawn, size_t place)
{
	size_t upto = drawn[0], i = 0;

	while (upto <= place)
		upto += drawn[++i];
	return value[i];
}

/*
 * The median of @count values drawn from @value. As these are sorted, it is enough to count
 * how often each is drawn. @drawn: room for @count. The draw by multiplication is off by
 * less than count / 2^32.
 */
static double median_of_resample(const double *value, size_t count, uint32_t *drawn,
				 uint64_t *state)
{
	memset(drawn, 0, count * sizeof(*drawn));
	for (size_t i = 0; i < count; i++)
		drawn[((random_next(state) >> 32) * count) >> 32]++;
	return (drawn_at(value, drawn, (count - 1) / 2) + drawn_at(value, drawn, count / 2)) / 2;
}

struct interval stats_ratio_interval(const double *value, size_t count, const double *base,
				     size_t base_count, double confidence, uint64_t seed)
{
	size_t most = count > base_count ? count : base_count;
	struct interval interval = no_interval;
	uint32_t *drawn;
	double *ratio;

	if (count < STATS_LEAST || base_count < STATS_LEAST || base[0] <= 0)
		return no_interval;
	drawn = malloc(most * sizeof(*drawn));
	ratio = malloc(STATS_RESAMPLES * sizeof(*ratio));
	if (!drawn || !ratio)
		goto out;
	for (size_t i = 0; i < STATS_RESAMPLES; i++) {
		double median = median_of_resample(value, count, drawn, &seed);

		ratio[i] = median / median_of_resample(base, base_count, drawn, &seed);
	}
	if (stats_sort(ratio, STATS_RESAMPLES))
		goto out;
	interval.low = stats_quantile(ratio, STATS_RESAMPLES, (1 - confidence) / 2);
	interval.high = stats_quantile(ratio, STATS_RESAMPLES, (1 + confidence) / 2);
out:
	free(drawn);
	free(ratio);
	return interval;
}
