// SPDX-License-Identifier: GPL-2.0-only
#include "growth.h"

#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "bootstrap.h"
#include "util/random.h"

/* A relative error below which residuals say nothing: counts fit exactly. */
static const double exact = 1e-6;

/* All samples: @y at @x, with the weight @w. */
struct cloud {
	double *x, *y, *w;
	size_t count;
};

static double abscissa(enum growth growth, double x)
{
	return growth == GROWTH_LOG ? log2(x) : x;
}

/* The squares that are left, as shares; INFINITY for a model that does not hold or grows too little. */
static double residue(const struct cloud *c, enum growth growth)
{
	double n = 0, sx = 0, sy = 0, sxx = 0, sxy = 0, a, b = 0, rest = 0;
	double first = abscissa(growth, c->x[0]), last = abscissa(growth, c->x[c->count - 1]);

	for (size_t i = 0; i < c->count; i++) {
		double x = abscissa(growth, c->x[i]), w = c->w[i];

		n += w;
		sx += w * x;
		sy += w * c->y[i];
		sxx += w * x * x;
		sxy += w * x * c->y[i];
	}
	if (growth != GROWTH_CONSTANT)
		b = (n * sxy - sx * sy) / (n * sxx - sx * sx);
	a = (sy - b * sx) / n;
	if (growth != GROWTH_CONSTANT && !(b > 0 && a + b * last >= GROWTH_LEAST * (a + b * first)))
		return INFINITY;
	for (size_t i = 0; i < c->count; i++)
		rest += c->w[i] * pow(c->y[i] - a - b * abscissa(growth, c->x[i]), 2);
	return rest;
}

/* Parameters: those of the model, and the spread. */
static double aicc(const struct cloud *c, enum growth growth)
{
	double n = (double)c->count, k = growth == GROWTH_CONSTANT ? 2 : 3;
	double rest = fmax(residue(c, growth) / n, exact * exact);

	return n * log(rest) + 2 * k + 2 * k * (k + 1) / (n - k - 1);
}

static enum growth choose(const struct cloud *c)
{
	double least = aicc(c, GROWTH_CONSTANT) - GROWTH_MARGIN;
	enum growth best = GROWTH_CONSTANT;

	for (enum growth g = GROWTH_LOG; g < GROWTHS; g++) {
		double here = aicc(c, g);

		if (here < least) {
			least = here;
			best = g;
		}
	}
	return best;
}

/* Fills @c with the samples, or with as many drawn from them by *@random. */
static void gather(struct cloud *c, const struct growth_at *at, size_t count, uint64_t *random)
{
	c->count = 0;
	for (size_t i = 0; i < count; i++) {
		double median = stats_median(at[i].value, at[i].count);

		for (size_t j = 0; j < at[i].count; j++, c->count++) {
			size_t k = random ? (random_next(random) >> 32) % at[i].count : j;

			c->x[c->count] = at[i].x;
			c->y[c->count] = at[i].value[k];
			c->w[c->count] = 1 / (median * median);
		}
	}
}

static bool can_fit(const struct growth_at *at, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (at[i].count < STATS_LEAST || !(stats_median(at[i].value, at[i].count) > 0) ||
		    !(at[i].x >= 1) || (i && at[i].x <= at[i - 1].x))
			return false;
	return count >= 3;
}

static void fit_all(struct growth_fit *fit, struct cloud *c, const struct growth_at *at,
		    size_t count, uint64_t seed)
{
	const struct growth_at *first = &at[0], *last = &at[count - 1];
	uint64_t random = seed;

	gather(c, at, count, NULL);
	fit->best = choose(c);
	for (int i = 0; i < GROWTH_RESAMPLES; i++) {
		gather(c, at, count, &random);
		fit->share[choose(c)] += 1.0 / GROWTH_RESAMPLES;
	}
	fit->ratio =
		stats_median(last->value, last->count) / stats_median(first->value, first->count);
	fit->ratio_interval = stats_ratio_interval(last->value, last->count, first->value,
						   first->count, STATS_CONFIDENCE, seed);
}

int stats_growth(struct growth_fit *fit, const struct growth_at *at, size_t count, uint64_t seed)
{
	struct cloud c = { 0 };
	size_t samples = 0;
	int ret = 0;

	memset(fit, 0, sizeof(*fit));
	if (!can_fit(at, count))
		return -EINVAL;
	for (size_t i = 0; i < count; i++)
		samples += at[i].count;
	c.x = calloc(3 * samples, sizeof(*c.x));
	if (c.x) {
		c.y = c.x + samples;
		c.w = c.y + samples;
		fit_all(fit, &c, at, count, seed);
	} else {
		ret = -ENOMEM;
	}
	free(c.x);
	return ret;
}
