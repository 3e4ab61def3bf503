// SPDX-License-Identifier: GPL-2.0-only
/* Are quantiles of a histogram right where a person can count them? */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <math.h>

#include "stats/quantile.h"

static struct loghist h;

static int empty(void **state)
{
	(void)state;
	h = (struct loghist){ 0 };
	loghist_init(&h);
	return 0;
}

static void test_empty_has_none(void **state)
{
	(void)state;
	assert_true(isnan(loghist_quantile(&h, 0.5)));
	assert_true(isnan(loghist_mean(&h)));
}

static void test_bad_share_has_none(void **state)
{
	(void)state;
	loghist_record(&h, 5);
	assert_true(isnan(loghist_quantile(&h, -0.1)));
	assert_true(isnan(loghist_quantile(&h, 1.1)));
	assert_true(isnan(loghist_quantile(&h, NAN)));
}

static void test_one_value_is_every_quantile(void **state)
{
	(void)state;
	loghist_record(&h, 1000);
	assert_true(loghist_quantile(&h, 0) == 1000);
	assert_true(loghist_quantile(&h, 0.5) == 1000);
	assert_true(loghist_quantile(&h, 1) == 1000);
	assert_true(loghist_mean(&h) == 1000);
}

static void test_small_values_are_exact(void **state)
{
	(void)state;
	for (__u64 v = 1; v <= 100; v++)
		loghist_record(&h, v);
	assert_true(loghist_quantile(&h, 0) == 1);
	assert_true(loghist_quantile(&h, 0.01) == 1);
	assert_true(loghist_quantile(&h, 0.5) == 50);
	assert_true(loghist_quantile(&h, 0.9) == 90);
	assert_true(loghist_quantile(&h, 1) == 100);
	assert_true(loghist_mean(&h) == 50.5);
}

/* 1024 .. 1039 share one bin: half of the way through 1026 .. 1036 is 1031. */
static void test_interpolates_between_least_and_greatest(void **state)
{
	(void)state;
	loghist_record(&h, 1026);
	loghist_record(&h, 1036);
	assert_int_equal(loghist_index(1026), loghist_index(1036));
	assert_true(loghist_quantile(&h, 0.5) == 1031);
	assert_true(loghist_quantile(&h, 1) == 1036);
}

/* 1024 .. 1039 are its whole numbers: with values on both sides none of them bounds the bin. */
static void test_interpolates_over_a_bin(void **state)
{
	(void)state;
	loghist_record(&h, 10);
	loghist_record(&h, 1030);
	loghist_record(&h, 1031);
	loghist_record(&h, 5000);
	assert_true(fabs(loghist_quantile(&h, 0.5) - 1031.5) < 1e-9);
}

static void test_huge_values_stay_below_the_greatest(void **state)
{
	(void)state;
	loghist_record(&h, 1ULL << 50);
	loghist_record(&h, 1ULL << 60);
	assert_true(loghist_quantile(&h, 1) == 0x1p60);
	assert_true(loghist_quantile(&h, 0) == 0x1p50);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_empty_has_none, empty),
		cmocka_unit_test_setup(test_bad_share_has_none, empty),
		cmocka_unit_test_setup(test_one_value_is_every_quantile, empty),
		cmocka_unit_test_setup(test_small_values_are_exact, empty),
		cmocka_unit_test_setup(test_interpolates_between_least_and_greatest, empty),
		cmocka_unit_test_setup(test_interpolates_over_a_bin, empty),
		cmocka_unit_test_setup(test_huge_values_stay_below_the_greatest, empty),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
