// SPDX-License-Identifier: GPL-2.0-only
/* Do tests by ranks hold together, and refuse what they cannot judge? */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <errno.h>
#include <math.h>

#include "stats/holm.h"
#include "stats/order.h"
#include "stats/rank.h"
#include "stats/slope.h"
#include "util/random.h"

enum {
	MOST = 10000
};

static double left[MOST], right[MOST], third[MOST];

/* @count values from @from to @from + 1, sorted. */
static void draw(double *value, size_t count, double from, uint64_t *state)
{
	for (size_t i = 0; i < count; i++)
		value[i] = from + (double)(random_next(state) >> 11) * 0x1p-53;
	assert_int_equal(stats_sort(value, count), 0);
}

/* Each of the 3-subsets of 5 places, by hand: U is 0 to 6, 1 1 2 2 2 1 1 times. */
static void test_ways_by_hand(void **state)
{
	static const int64_t u[] = { 1, 1, 2, 2, 2, 1, 1 }, inversions[] = { 1, 3, 5, 6, 5, 3, 1 };
	struct order_law law;

	(void)state;
	order_of_u(&law, 3, 2);
	assert_int_equal(law.most, 6);
	assert_int_equal(law.all, 10);
	for (size_t i = 0; i <= law.most; i++)
		assert_int_equal(law.way[i], u[i]);
	order_of_inversions(&law, 4);
	assert_int_equal(law.all, 24);
	for (size_t i = 0; i <= law.most; i++)
		assert_int_equal(law.way[i], inversions[i]);
}

/* 40 over 20 and 20! arrangements: nothing overflows. */
static void test_ways_add_up(void **state)
{
	struct order_law law;
	int64_t sum = 0;

	(void)state;
	order_of_u(&law, ORDER_EXACT, ORDER_EXACT);
	for (size_t i = 0; i <= law.most; i++)
		sum += law.way[i];
	assert_true(sum == law.all && sum == 137846528820);
	order_of_inversions(&law, ORDER_EXACT);
	sum = 0;
	for (size_t i = 0; i <= law.most; i++)
		sum += law.way[i];
	assert_true(sum == law.all && sum == 2432902008176640000);
}

static void test_interval_and_p_agree(void **state)
{
	uint64_t random = 1;
	size_t proven = 0;

	(void)state;
	for (size_t i = 0; i < 500; i++) {
		size_t m = 6 + i % 15, n = 6 + i / 3 % 15;
		struct interval in;
		bool differs;

		draw(left, m, 0.3, &random);
		draw(right, n, 0, &random);
		in = stats_shift_interval(left, m, right, n, STATS_CONFIDENCE);
		differs = stats_utest(left, m, right, n).p <= 1 - STATS_CONFIDENCE;
		assert_int_equal(differs, in.low > 0 || in.high < 0);
		proven += differs;
	}
	assert_in_range(proven, 100, 450);
}

static void test_sides_may_be_swapped(void **state)
{
	uint64_t random = 2;
	struct utest there, back;

	(void)state;
	draw(left, 9, 0.2, &random);
	draw(right, 13, 0, &random);
	there = stats_utest(left, 9, right, 13);
	back = stats_utest(right, 13, left, 9);
	assert_true(there.p == back.p && there.u == 9 * 13 - back.u);
	assert_true(stats_shift(left, 9, right, 13) == -stats_shift(right, 13, left, 9));
}

/* 10^8 differences are not kept. */
static void test_many_samples(void **state)
{
	uint64_t random = 3;
	struct interval in;

	(void)state;
	draw(left, MOST, 0.1, &random);
	draw(right, MOST, 0, &random);
	in = stats_shift_interval(left, MOST, right, MOST, STATS_CONFIDENCE);
	assert_true(in.low > 0.08 && in.high < 0.12 && in.low < in.high);
	assert_true(stats_utest(left, MOST, right, MOST).p < 1e-100);
}

static void test_empty_sides(void **state)
{
	struct interval in = stats_shift_interval(left, 0, right, 3, STATS_CONFIDENCE);

	(void)state;
	assert_true(isnan(stats_utest(left, 3, right, 0).p));
	assert_true(isnan(stats_utest(left, 0, right, 3).u));
	assert_true(isnan(stats_shift(left, 0, right, 3)));
	assert_true(isnan(in.low) && isnan(in.high));
}

static void test_slope_refuses(void **state)
{
	const double x[] = { 1, 2, 3 }, y[] = { 1, 2, 4 }, still[] = { 1, 2, 2 },
		     nan[] = { 1, NAN, 3 }, infinite[] = { 1, 2, INFINITY };
	struct slope slope;

	(void)state;
	assert_int_equal(stats_slope(&slope, x, y, 3, STATS_CONFIDENCE), 0);
	assert_int_equal(stats_slope(&slope, x, y, 1, STATS_CONFIDENCE), -EINVAL);
	assert_int_equal(stats_slope(&slope, still, y, 3, STATS_CONFIDENCE), -EINVAL);
	assert_int_equal(stats_slope(&slope, nan, y, 3, STATS_CONFIDENCE), -EINVAL);
	assert_int_equal(stats_slope(&slope, x, nan, 3, STATS_CONFIDENCE), -EINVAL);
	assert_int_equal(stats_slope(&slope, x, infinite, 3, STATS_CONFIDENCE), -EINVAL);
	for (size_t i = 0; i < MOST; i++)
		third[i] = (double)i;
	assert_int_equal(stats_slope(&slope, third, third, SLOPE_MOST + 1, STATS_CONFIDENCE),
			 -EINVAL);
	assert_int_equal(stats_slope(&slope, third, third, SLOPE_MOST, STATS_CONFIDENCE), 0);
	assert_true(slope.slope == 1 && slope.tau == 1 && slope.p < 1e-100);
}

/* Two tests, not three: one was none. */
static void test_holm_leaves_out_what_is_none(void **state)
{
	double p[] = { NAN, 0.02, 0.04 };

	(void)state;
	assert_int_equal(stats_holm(p, 3), 0);
	assert_true(isnan(p[0]) && p[1] == 0.04 && p[2] == 0.04);
	assert_int_equal(stats_holm(p, 0), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ways_by_hand),
		cmocka_unit_test(test_ways_add_up),
		cmocka_unit_test(test_interval_and_p_agree),
		cmocka_unit_test(test_sides_may_be_swapped),
		cmocka_unit_test(test_many_samples),
		cmocka_unit_test(test_empty_sides),
		cmocka_unit_test(test_slope_refuses),
		cmocka_unit_test(test_holm_leaves_out_what_is_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
