// SPDX-License-Identifier: GPL-2.0-only
/* Is growth found where it is, and not where it is not? */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <errno.h>
#include <math.h>
#include <stdbool.h>

#include "stats/growth.h"
#include "util/random.h"

enum {
	POINTS = 6,
	SAMPLES = 6
};

static double value[POINTS][SAMPLES];
static struct growth_at at[POINTS];

/* Samples at 1, 10, .. 100,000, each @spread of the figure apart. */
static void fill(double (*figure)(double x), double spread)
{
	for (int i = 0; i < POINTS; i++) {
		double x = pow(10, i);

		for (int j = 0; j < SAMPLES; j++)
			value[i][j] = figure(x) * (1 + spread * (j - 2.5));
		at[i] = (struct growth_at){ x, value[i], SAMPLES };
	}
}

static double constant(double x)
{
	(void)x;
	return 2000;
}

static double logarithmic(double x)
{
	return 1800 + 60 * log2(x);
}

static double linear(double x)
{
	return 1800 + 14 * x;
}

/* As caches have it: nothing, until nothing fits any more. */
static double step(double x)
{
	return x < 50000 ? 2000 : 2600;
}

static double falling(double x)
{
	return 2000 / x;
}

static void assert_growth(double (*figure)(double x), double spread, enum growth growth,
			  double least)
{
	struct growth_fit fit;
	double sum = 0;

	fill(figure, spread);
	assert_int_equal(stats_growth(&fit, at, POINTS, 1), 0);
	assert_int_equal(fit.best, growth);
	for (int i = 0; i < GROWTHS; i++)
		sum += fit.share[i];
	assert_true(fabs(sum - 1) < 1e-9);
	if (fit.share[growth] < least)
		fail_msg("chosen in %g of the resamples", fit.share[growth]);
}

static void test_each_is_found(void **state)
{
	(void)state;
	assert_growth(constant, 0.02, GROWTH_CONSTANT, 0.99);
	assert_growth(logarithmic, 0.02, GROWTH_LOG, 0.99);
	assert_growth(linear, 0.02, GROWTH_LINEAR, 0.99);
}

/* Counts have no spread at all. */
static void test_exact_figures(void **state)
{
	(void)state;
	assert_growth(constant, 0, GROWTH_CONSTANT, 1);
	assert_growth(logarithmic, 0, GROWTH_LOG, 1);
	assert_growth(linear, 0, GROWTH_LINEAR, 1);
}

static void test_what_hardly_grows_is_constant(void **state)
{
	(void)state;
	assert_growth(step, 0.01, GROWTH_CONSTANT, 0.99);
	assert_growth(falling, 0.01, GROWTH_CONSTANT, 0.99);
}

/* Noise is not certain of anything, but of a constant when there is one. */
static void test_noise(void **state)
{
	struct growth_fit fit;

	(void)state;
	assert_growth(constant, 0.2, GROWTH_CONSTANT, 0.9);
	fill(logarithmic, 0.3);
	assert_int_equal(stats_growth(&fit, at, POINTS, 1), 0);
	assert_true(fit.share[GROWTH_LOG] < 0.95);
}

/* One set of samples that are anything between 1,000 and 4,000, wherever. */
static bool grows_by_chance(uint64_t *random)
{
	struct growth_fit fit;

	fill(constant, 0);
	for (int i = 0; i < POINTS; i++) {
		for (int j = 0; j < SAMPLES; j++)
			value[i][j] = 1000 * pow(4, (double)(random_next(random) >> 11) * 0x1p-53);
		stats_sort(value[i], SAMPLES);
	}
	assert_int_equal(stats_growth(&fit, at, POINTS, 1), 0);
	return fit.best != GROWTH_CONSTANT;
}

/* Without the margin it is 22 of 500. */
static void test_chance_seldom_grows(void **state)
{
	uint64_t random = 1;
	int grown = 0;

	(void)state;
	for (int i = 0; i < 500; i++)
		grown += grows_by_chance(&random);
	if (grown > 5)
		fail_msg("%d of 500", grown);
}

static void test_ratio(void **state)
{
	struct growth_fit fit;

	(void)state;
	fill(linear, 0.01);
	assert_int_equal(stats_growth(&fit, at, POINTS, 1), 0);
	assert_true(fabs(fit.ratio - 1401800.0 / 1814) < 1e-9);
	assert_true(fit.ratio_interval.low < fit.ratio && fit.ratio < fit.ratio_interval.high);
}

/* The same seed, the same answer. */
static void test_seed(void **state)
{
	struct growth_fit a, b;

	(void)state;
	fill(logarithmic, 0.2);
	assert_int_equal(stats_growth(&a, at, POINTS, 7), 0);
	assert_int_equal(stats_growth(&b, at, POINTS, 7), 0);
	assert_memory_equal(a.share, b.share, sizeof(a.share));
}

static void test_refusals(void **state)
{
	struct growth_fit fit;

	(void)state;
	fill(linear, 0.01);
	assert_int_equal(stats_growth(&fit, at, 2, 1), -EINVAL);
	at[2].count = 5;
	assert_int_equal(stats_growth(&fit, at, POINTS, 1), -EINVAL);
	fill(linear, 0.01);
	at[3].x = at[2].x;
	assert_int_equal(stats_growth(&fit, at, POINTS, 1), -EINVAL);
	fill(linear, 0.01);
	at[0].x = 0;
	assert_int_equal(stats_growth(&fit, at, POINTS, 1), -EINVAL);
	fill(constant, 0);
	for (int j = 0; j < SAMPLES; j++)
		value[1][j] = 0;
	assert_int_equal(stats_growth(&fit, at, POINTS, 1), -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_is_found),
		cmocka_unit_test(test_exact_figures),
		cmocka_unit_test(test_what_hardly_grows_is_constant),
		cmocka_unit_test(test_noise),
		cmocka_unit_test(test_chance_seldom_grows),
		cmocka_unit_test(test_ratio),
		cmocka_unit_test(test_seed),
		cmocka_unit_test(test_refusals),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
