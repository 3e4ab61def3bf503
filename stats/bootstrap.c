// SPDX-License-Identifier: GPL-2.0-only
#include "bootstrap.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "util/random.h"

static const struct interval no_interval = { NAN, NAN };

/* How often each value is drawn, and what came out of each resample. */
struct draws {
	uint32_t *drawn; /* room for the values of the greater side */
	double *figure;  /* STATS_RESAMPLES */
	uint64_t state;
};

static bool draws_open(struct draws *d, size_t most, uint64_t seed)
{
	d->drawn = malloc(most * sizeof(*d->drawn));
	d->figure = malloc(STATS_RESAMPLES * sizeof(*d->figure));
	d->state = seed;
	return d->drawn && d->figure;
}

/* Puts the figure of rank @k into its place, none greater before it and none smaller behind it. Hoare's selection. */
static void place_rank(double *figure, size_t count, size_t k)
{
	size_t low = 0, high = count - 1;

	while (low < high) {
		double pivot = figure[low + (high - low) / 2];
		size_t i = low - 1, j = high + 1;

		for (;;) {
			double swapped;

			while (figure[++i] < pivot)
				;
			while (figure[--j] > pivot)
				;
			if (i >= j)
				break;
			swapped = figure[i];
			figure[i] = figure[j];
			figure[j] = swapped;
		}
		if (k <= j)
			high = j;
		else
			low = j + 1;
	}
}

/* As stats_quantile(), without sorting: of thousands of figures, two are looked at. */
static double quantile_of_figures(double *figure, size_t count, double q)
{
	double place = (double)(count - 1) * q;
	size_t below = (size_t)place;
	double share = place - (double)below, next = INFINITY;

	place_rank(figure, count, below);
	if (share == 0)
		return figure[below];
	for (size_t i = below + 1; i < count; i++)
		next = figure[i] < next ? figure[i] : next;
	return figure[below] + share * (next - figure[below]);
}

static bool are_finite(const double *figure, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (!isfinite(figure[i]))
			return false;
	return true;
}

/* Frees what there is; the interval when all figures are @there. */
static struct interval draws_close(struct draws *d, bool there, double confidence)
{
	const size_t count = STATS_RESAMPLES;
	struct interval interval = no_interval;

	if (there && are_finite(d->figure, count)) {
		interval.low = quantile_of_figures(d->figure, count, (1 - confidence) / 2);
		interval.high = quantile_of_figures(d->figure, count, (1 + confidence) / 2);
	}
	free(d->drawn);
	free(d->figure);
	return interval;
}

/*
 * The quantile @q of @count values drawn from @value. As these are sorted, it is enough to count
 * how often each is drawn.
 */
static double quantile_of_resample(struct draws *d, const double *value, size_t count, double q)
{
	double place = (double)(count - 1) * q, share;
	size_t below = (size_t)place, upto, i = 0;
	double low;

	memset(d->drawn, 0, count * sizeof(*d->drawn));
	for (size_t n = 0; n < count; n++)
		d->drawn[((random_next(&d->state) >> 32) * count) >> 32]++;
	share = place - (double)below;
	for (upto = d->drawn[0]; upto <= below; upto += d->drawn[++i])
		;
	low = value[i];
	if (share == 0)
		return low;
	for (; upto <= below + 1; upto += d->drawn[++i])
		;
	return low + share * (value[i] - low);
}

struct interval stats_quantile_interval(const double *value, size_t count, double q,
					double confidence, uint64_t seed)
{
	struct draws d;
	bool there;

	if (count < STATS_LEAST || !(q >= 0 && q <= 1))
		return no_interval;
	there = draws_open(&d, count, seed);
	for (size_t i = 0; i < STATS_RESAMPLES && there; i++)
		d.figure[i] = quantile_of_resample(&d, value, count, q);
	return draws_close(&d, there, confidence);
}

static double ratio_of_resample(struct draws *d, const struct pair *p)
{
	double median = quantile_of_resample(d, p->value, p->count, 0.5);

	return median / quantile_of_resample(d, p->base, p->base_count, 0.5);
}

static size_t larger_side(const struct pair *p)
{
	return p->count > p->base_count ? p->count : p->base_count;
}

static bool has_enough(const struct pair *p)
{
	return p->count >= STATS_LEAST && p->base_count >= STATS_LEAST && p->base[0] > 0;
}

struct interval stats_ratio_interval(const double *value, size_t count, const double *base,
				     size_t base_count, double confidence, uint64_t seed)
{
	const struct pair pair = { value, base, count, base_count };
	struct draws d;
	bool there;

	if (!has_enough(&pair))
		return no_interval;
	there = draws_open(&d, larger_side(&pair), seed);
	for (size_t i = 0; i < STATS_RESAMPLES && there; i++)
		d.figure[i] = ratio_of_resample(&d, &pair);
	return draws_close(&d, there, confidence);
}

struct interval stats_difference_interval(const double *value, size_t count, const double *base,
					  size_t base_count, double confidence, uint64_t seed)
{
	struct draws d;
	bool there;

	if (count < STATS_LEAST || base_count < STATS_LEAST)
		return no_interval;
	there = draws_open(&d, count > base_count ? count : base_count, seed);
	for (size_t i = 0; i < STATS_RESAMPLES && there; i++) {
		d.figure[i] = quantile_of_resample(&d, value, count, 0.5);
		d.figure[i] -= quantile_of_resample(&d, base, base_count, 0.5);
	}
	return draws_close(&d, there, confidence);
}

double stats_ratio_mean(const struct pair *pair, size_t pairs)
{
	double sum = 0;

	for (size_t i = 0; i < pairs; i++) {
		double value = stats_median(pair[i].value, pair[i].count);
		double base = stats_median(pair[i].base, pair[i].base_count);

		if (!(value > 0 && base > 0))
			return NAN;
		sum += log(value / base);
	}
	return pairs ? exp(sum / (double)pairs) : NAN;
}

struct interval stats_ratio_mean_interval(const struct pair *pair, size_t pairs, double confidence,
					  uint64_t seed)
{
	struct draws d;
	size_t most = 0;
	bool there;

	for (size_t i = 0; i < pairs; i++) {
		if (!has_enough(&pair[i]) || !(pair[i].value[0] > 0))
			return no_interval;
		most = larger_side(&pair[i]) > most ? larger_side(&pair[i]) : most;
	}
	if (most == 0)
		return no_interval;
	there = draws_open(&d, most, seed);
	for (size_t i = 0; i < STATS_RESAMPLES && there; i++) {
		double sum = 0;

		for (size_t p = 0; p < pairs; p++)
			sum += log(ratio_of_resample(&d, &pair[p]));
		d.figure[i] = exp(sum / (double)pairs);
	}
	return draws_close(&d, there, confidence);
}
