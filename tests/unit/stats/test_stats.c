// SPDX-License-Identifier: GPL-2.0-only
/* Are the statistics what a person gets by hand, and absent where nothing can be said? */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <errno.h>
#include <math.h>

#include "stats/bootstrap.h"
#include "stats/stats.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void assert_near(double have, double want, double off)
{
	if (!(fabs(have - want) <= off))
		fail_msg("%.17g is not %.17g", have, want);
}

static void assert_exact(double have, double want)
{
	assert_near(have, want, 1e-12 * fabs(want));
}

/* 1, 2 ... @count. */
static const double *rising_to(size_t count)
{
	static double value[2000];

	for (size_t i = 0; i < count; i++)
		value[i] = (double)i + 1;
	return value;
}

static void assert_median_interval(size_t count, double low, double high)
{
	struct interval in = stats_median_interval(rising_to(count), count, STATS_CONFIDENCE);

	assert_exact(in.low, low);
	assert_exact(in.high, high);
}

static void test_sort_sorts(void **state)
{
	double value[] = { 3, -1, 2, 2 };

	(void)state;
	assert_int_equal(stats_sort(value, COUNT(value)), 0);
	assert_exact(value[0], -1);
	assert_exact(value[1], 2);
	assert_exact(value[3], 3);
}

static void test_sort_refuses_what_is_no_number(void **state)
{
	double nan[] = { 3, NAN, 1 }, infinite[] = { 3, 1, INFINITY };

	(void)state;
	assert_int_equal(stats_sort(nan, 0), -EINVAL);
	assert_int_equal(stats_sort(nan, COUNT(nan)), -EINVAL);
	assert_int_equal(stats_sort(infinite, COUNT(infinite)), -EINVAL);
	assert_exact(nan[0], 3);
	assert_exact(nan[2], 1);
}

static void test_median(void **state)
{
	const double ties[] = { 1, 2, 2, 2, 9 }, equal[] = { 4, 4, 4, 4 };

	(void)state;
	assert_true(isnan(stats_median(ties, 0)));
	assert_exact(stats_median(rising_to(1), 1), 1);
	assert_exact(stats_median(rising_to(2), 2), 1.5);
	assert_exact(stats_median(rising_to(3), 3), 2);
	assert_exact(stats_median(rising_to(4), 4), 2.5);
	assert_exact(stats_median(ties, COUNT(ties)), 2);
	assert_exact(stats_median(equal, COUNT(equal)), 4);
}

/* R: quantile(1:4, c(0, .25, .9, 1)). */
static void test_quantile_is_type_7(void **state)
{
	const double *value = rising_to(4);

	(void)state;
	assert_exact(stats_quantile(value, 4, 0), 1);
	assert_exact(stats_quantile(value, 4, 0.25), 1.75);
	assert_exact(stats_quantile(value, 4, 0.9), 3.7);
	assert_exact(stats_quantile(value, 4, 1), 4);
	assert_exact(stats_quantile(value, 1, 0.9), 1);
	assert_true(isnan(stats_quantile(value, 4, -0.1)));
	assert_true(isnan(stats_quantile(value, 4, 1.1)));
	assert_true(isnan(stats_quantile(value, 4, NAN)));
}

/* Squares of differences from 5: 9 1 1 1 0 0 4 16, sum 32, over 7. */
static void test_sd(void **state)
{
	const double value[] = { 2, 4, 4, 4, 5, 5, 7, 9 }, equal[] = { 3, 3, 3 };

	(void)state;
	assert_exact(stats_sd(value, COUNT(value)), sqrt(32.0 / 7));
	assert_exact(stats_sd(equal, COUNT(equal)), 0);
	assert_exact(stats_sd(rising_to(2), 2), sqrt(0.5));
	assert_true(isnan(stats_sd(value, 1)));
	assert_true(isnan(stats_sd(value, 0)));
}

static void test_no_median_interval_below_six(void **state)
{
	(void)state;
	for (size_t n = 0; n < STATS_LEAST; n++) {
		struct interval in = stats_median_interval(rising_to(n), n, STATS_CONFIDENCE);

		assert_true(isnan(in.low) && isnan(in.high));
	}
}

/* The ranks are the greatest k with 1 - 2 P(Binomial(n, 1/2) < k) >= 0.95, in exact integers. */
static void test_median_interval_ranks(void **state)
{
	(void)state;
	assert_median_interval(6, 1, 6);
	assert_median_interval(8, 1, 8);
	assert_median_interval(9, 2, 8);
	assert_median_interval(10, 2, 9);
	assert_median_interval(20, 6, 15);
	assert_median_interval(100, 40, 61);
	assert_median_interval(2000, 956, 1045);
}

static void test_median_interval_of_equal_values(void **state)
{
	const double equal[] = { 5, 5, 5, 5, 5, 5, 5 };
	struct interval in = stats_median_interval(equal, COUNT(equal), STATS_CONFIDENCE);

	(void)state;
	assert_exact(in.low, 5);
	assert_exact(in.high, 5);
}

static void test_ratio_of_equal_values_is_a_point(void **state)
{
	const double base[] = { 10, 10, 10, 10, 10, 10 }, value[] = { 25, 25, 25, 25, 25, 25 };
	struct interval in = stats_ratio_interval(value, 6, base, 6, STATS_CONFIDENCE, 1);

	(void)state;
	assert_exact(in.low, 2.5);
	assert_exact(in.high, 2.5);
}

/*
 * All 6^6 resamples of each side, counted in exact arithmetic: the 2 % and 3 % quantiles of the ratio are 1.0870 and 1.0952, those
 * of 97 % and 98 % 1.6098 and 1.65. 5,000 draws stay between them.
 */
static void test_ratio_agrees_with_all_resamples(void **state)
{
	const double value[] = { 11, 12, 13, 14, 15, 18 }, base[] = { 9, 9.5, 10, 10.5, 11, 12 };

	(void)state;
	for (uint64_t seed = 0; seed < 20; seed++) {
		struct interval in =
			stats_ratio_interval(value, 6, base, 6, STATS_CONFIDENCE, seed);

		assert_true(in.low >= 1.0869 && in.low <= 1.0953);
		assert_true(in.high >= 1.6097 && in.high <= 1.6501);
	}
}

static void test_ratio_is_fixed_by_its_seed(void **state)
{
	const double value[] = { 11, 12.25, 13, 14.5, 15, 18, 19 },
		     base[] = { 9, 9.5, 10, 10.5, 11, 12 };
	struct interval a = stats_ratio_interval(value, 7, base, 6, STATS_CONFIDENCE, 7);
	struct interval b = stats_ratio_interval(value, 7, base, 6, STATS_CONFIDENCE, 7);

	(void)state;
	assert_true(a.low == b.low && a.high == b.high);
}

static void assert_no_ratio(const double *value, size_t count, const double *base,
			    size_t base_count)
{
	struct interval in =
		stats_ratio_interval(value, count, base, base_count, STATS_CONFIDENCE, 1);

	assert_true(isnan(in.low) && isnan(in.high));
}

static void test_ratio_is_absent_where_nothing_can_be_said(void **state)
{
	const double value[] = { 1, 2, 3, 4, 5, 6 }, zero[] = { 0, 1, 2, 3, 4, 5 };

	(void)state;
	assert_no_ratio(value, 5, value, 6);
	assert_no_ratio(value, 6, value, 5);
	assert_no_ratio(value, 0, value, 0);
	assert_no_ratio(value, 6, zero, 6);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sort_sorts),
		cmocka_unit_test(test_sort_refuses_what_is_no_number),
		cmocka_unit_test(test_median),
		cmocka_unit_test(test_quantile_is_type_7),
		cmocka_unit_test(test_sd),
		cmocka_unit_test(test_no_median_interval_below_six),
		cmocka_unit_test(test_median_interval_ranks),
		cmocka_unit_test(test_median_interval_of_equal_values),
		cmocka_unit_test(test_ratio_of_equal_values_is_a_point),
		cmocka_unit_test(test_ratio_agrees_with_all_resamples),
		cmocka_unit_test(test_ratio_is_fixed_by_its_seed),
		cmocka_unit_test(test_ratio_is_absent_where_nothing_can_be_said),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
