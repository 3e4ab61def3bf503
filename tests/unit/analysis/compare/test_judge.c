// SPDX-License-Identifier: GPL-2.0-only
/* Does each gate before a verdict hold back what it has to, and let the rest through? */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <errno.h>
#include <math.h>

#include "analysis/compare/compare.h"
#include "analysis/compare/judge.h"
#include "tests/unit/lib/run_folder.h"

#define METRICS                                                                                    \
	"{\"format\": \"shootdown-run\", \"version\": 1, \"started\": \"t0\", \"emulated\": "      \
	"true, "                                                                                   \
	"\"seed\": 1, \"repeats\": 10, \"planned\": 2, \"tool\": {\"version\": \"0\"}, "           \
	"\"suite\": {\"name\": \"s\"}, \"machine\": {\"cpus\": 4}, \"status\": \"complete\", "     \
	"\"axes\": [\"section\", \"variant\", \"ranges\"], "                                       \
	"\"values\": {\"variant\": [\"none\", \"list\"]}, \"metrics\": {"                          \
	"\"op.p50\": {\"unit\": \"ns\", \"better\": \"lower\"}, "                                  \
	"\"op.rate\": {\"unit\": \"1/s\", \"better\": \"higher\"}, "                               \
	"\"op.count\": {\"unit\": \"\", \"better\": \"neither\"}}}"

static struct run run;
static struct comparison comparison;
static int number;

/* One sample with the same figure in all metrics; from repeat 10 on of the A/A pair. */
static void add_value(const char *variant, int ranges, int repeat, double value)
{
	add_line("{\"sample\": %d, \"repeat\": %d, \"axes\": {\"section\": \"s\", \"variant\": "
		 "\"%s\", \"ranges\": %d}, \"status\": \"ok\", \"metrics\": {\"op.p50\": %.17g, "
		 "\"op.rate\": %.17g, \"op.count\": %.17g}}\n",
		 number++, repeat, variant, ranges, value, value, value);
}

/* @count samples from repeat @from on, @step of @center apart. */
static void add_point(const char *variant, int ranges, int from, int count, double center,
		      double step)
{
	for (int i = 0; i < count; i++)
		add_value(variant, ranges, from + i, center * (1 + step * (i - 0.5 * (count - 1))));
}

static int compare(const char *metric)
{
	int ret;

	comparison_free(&comparison);
	run_free(&run);
	ret = run_read(&run, run_folder, 0);
	return ret ? ret : compare_run(&comparison, &run, "variant", &metric, 1, "none");
}

static int setup(void **state)
{
	run = (struct run){ 0 };
	comparison = (struct comparison){ 0 };
	number = 0;
	if (make_run_folder(state))
		return -1;
	put_file("run.json", METRICS);
	return 0;
}

static int teardown(void **state)
{
	comparison_free(&comparison);
	run_free(&run);
	err_clear();
	return drop_run_folder(state);
}

static void assert_verdict(const char *metric, enum verdict verdict)
{
	assert_int_equal(compare(metric), 0);
	assert_string_equal(judge_word(comparison.row[1].verdict), judge_word(verdict));
}

static void test_direction_is_the_metrics(void **state)
{
	(void)state;
	add_point("none", 1, 0, 8, 100, 0.001);
	add_point("list", 1, 0, 8, 110, 0.001);
	assert_verdict("op.p50", VERDICT_WORSE);
	assert_verdict("op.rate", VERDICT_BETTER);
	assert_verdict("op.count", VERDICT_DIFFERENT);
	assert_true(isnan(comparison.row[1].floor));
}

/* 6 against 6 that do not overlap have p = 2 / 924; overlapping ones have more. */
static void test_chance_is_unproven(void **state)
{
	(void)state;
	add_point("none", 1, 0, 6, 100, 0.02);
	add_point("list", 1, 0, 6, 103, 0.02);
	assert_verdict("op.p50", VERDICT_UNPROVEN);
	assert_true(comparison.row[1].p > 0.05);
}

static void test_fewer_than_six_have_no_verdict(void **state)
{
	(void)state;
	add_point("none", 1, 0, 10, 100, 0.001);
	add_point("list", 1, 0, 5, 200, 0.001);
	assert_verdict("op.p50", VERDICT_NONE);
	assert_true(isnan(comparison.row[1].p));
	assert_string_equal(comparison.row[1].note, "n < 6");
}

static void test_fewer_than_six_in_the_baseline(void **state)
{
	(void)state;
	add_point("none", 1, 0, 5, 100, 0.001);
	add_point("list", 1, 0, 10, 200, 0.001);
	assert_verdict("op.p50", VERDICT_NONE);
	assert_string_equal(comparison.row[1].note, "n < 6 in baseline");
}

/* The pair differs by 4 % and more, the variant by 3 %: p is tiny, and says nothing. */
static void test_what_is_within_the_floor_is_noise(void **state)
{
	(void)state;
	add_point("none", 1, 0, 10, 98, 0.0001);
	add_point("none", 1, 10, 10, 102, 0.0001);
	add_point("list", 1, 0, 10, 103, 0.0001);
	assert_verdict("op.p50", VERDICT_NOISE);
	assert_true(comparison.row[1].p_holm < 0.001);
	assert_true(comparison.row[1].floor > 0.0408 && comparison.row[1].floor < 0.043);
	assert_true(row_is_unproven(&comparison.row[1]));
}

/* Rounds for precision, from 20 on, are in neither half. */
static void test_further_rounds_move_no_floor(void **state)
{
	(void)state;
	add_point("none", 1, 0, 10, 100, 0.0001);
	add_point("none", 1, 10, 10, 100, 0.0001);
	add_point("none", 1, 20, 10, 120, 0.0001);
	add_point("list", 1, 0, 10, 103, 0.0001);
	assert_int_equal(compare("op.p50"), 0);
	assert_true(comparison.row[1].floor < 0.002);
	assert_int_equal(comparison.row[0].n, 30);
}

static void test_what_is_beyond_the_floor_is_proven(void **state)
{
	(void)state;
	add_point("none", 1, 0, 10, 98, 0.0001);
	add_point("none", 1, 10, 10, 102, 0.0001);
	add_point("list", 1, 0, 10, 106, 0.0001);
	assert_verdict("op.p50", VERDICT_WORSE);
}

/* A pair of which one half is too small gives no floor. */
static void test_a_floor_needs_six_in_each_half(void **state)
{
	(void)state;
	add_point("none", 1, 0, 10, 98, 0.0001);
	add_point("none", 1, 10, 5, 102, 0.0001);
	add_point("list", 1, 0, 10, 103, 0.0001);
	assert_verdict("op.p50", VERDICT_WORSE);
	assert_true(isnan(comparison.row[1].floor));
}

/* 30 comparisons at 6 against 6: 30 * 2 / 924 is above 0.05, 20 * 2 / 924 is not. */
static void many(int cells, enum verdict verdict)
{
	for (int i = 1; i <= cells; i++) {
		add_point("none", i, 0, 6, 100, 0.001);
		add_point("list", i, 0, 6, 150, 0.001);
	}
	assert_verdict("op.p50", verdict);
	assert_true(fabs(comparison.row[1].p - 2.0 / 924) < 1e-15);
}

static void test_one_of_many_is_unproven(void **state)
{
	(void)state;
	many(30, VERDICT_UNPROVEN);
}

static void test_one_of_few_is_proven(void **state)
{
	(void)state;
	many(20, VERDICT_WORSE);
}

static void assert_threshold(double threshold, enum exit_code code)
{
	judge_threshold(&comparison, threshold);
	if (err_exit_code() != code)
		fail_msg("at %g: exit code %d, not %d: %s", threshold, err_exit_code(), code,
			 err_text());
	err_clear();
}

/* 10 % worse, within 0.7 % each way: beyond 9 %, but not beyond 10 %. */
static void test_threshold(void **state)
{
	(void)state;
	add_point("none", 1, 0, 8, 100, 0.001);
	add_point("list", 1, 0, 8, 110, 0.001);
	assert_int_equal(compare("op.p50"), 0);
	assert_threshold(0, EXIT_REGRESSION);
	assert_threshold(0.09, EXIT_REGRESSION);
	assert_threshold(0.10, EXIT_FINE);
	assert_threshold(0.20, EXIT_FINE);
	assert_int_equal(compare("op.rate"), 0);
	assert_threshold(0, EXIT_FINE);
}

/* A rate that falls is worse. */
static void test_threshold_of_a_rate(void **state)
{
	(void)state;
	add_point("none", 1, 0, 8, 100, 0.001);
	add_point("list", 1, 0, 8, 90, 0.001);
	assert_int_equal(compare("op.rate"), 0);
	assert_threshold(0.09, EXIT_REGRESSION);
	assert_threshold(0.10, EXIT_FINE);
}

/* "Not known" is not "no regression". */
static void test_threshold_without_verdict(void **state)
{
	(void)state;
	add_point("none", 1, 0, 8, 100, 0.001);
	assert_int_equal(compare("op.p50"), 0);
	assert_threshold(0.05, EXIT_UNTRUSTED);
	add_point("list", 1, 0, 5, 100, 0.001);
	assert_int_equal(compare("op.p50"), 0);
	assert_threshold(0.05, EXIT_UNTRUSTED);
	add_point("none", 2, 0, 8, 100, 0.001);
	add_point("list", 2, 0, 8, 200, 0.001);
	assert_int_equal(compare("op.p50"), 0);
	assert_threshold(0.05, EXIT_REGRESSION);
}

/* Noise of 4 % says nothing of 1 %, but enough of 6 %. */
static void test_threshold_below_the_noise(void **state)
{
	(void)state;
	add_point("none", 1, 0, 10, 98, 0.0001);
	add_point("none", 1, 10, 10, 102, 0.0001);
	add_point("list", 1, 0, 10, 103, 0.0001);
	assert_verdict("op.p50", VERDICT_NOISE);
	assert_threshold(0.01, EXIT_UNTRUSTED);
	assert_threshold(0.06, EXIT_FINE);
}

/* However much worse, 6 against 6 cannot prove it in 30 rows: that is no "no". */
static void test_threshold_with_too_few_for_so_many(void **state)
{
	(void)state;
	many(30, VERDICT_UNPROVEN);
	assert_threshold(0.05, EXIT_UNTRUSTED);
	assert_threshold(0.60, EXIT_FINE);
}

/* Half of the samples are alike: p is small, and the shift is 0. */
static void test_a_shift_of_nothing_is_no_direction(void **state)
{
	(void)state;
	add_point("none", 1, 0, 10, 1, 0);
	add_point("list", 1, 0, 6, 1, 0);
	add_point("list", 1, 6, 5, 2, 0);
	assert_verdict("op.p50", VERDICT_NOISE);
	assert_true(comparison.row[1].p_holm < 0.05 && comparison.row[1].shift == 0);
}

/* Counts of which the baseline has none: the pair's noise is a difference, too. */
static void test_the_floor_of_a_baseline_of_zero(void **state)
{
	(void)state;
	add_point("none", 1, 0, 10, 0, 0);
	add_point("none", 1, 10, 9, 2, 0);
	add_point("list", 1, 0, 10, 2, 0);
	assert_verdict("op.count", VERDICT_NOISE);
	add_point("none", 2, 0, 10, 0, 0);
	add_point("list", 2, 0, 10, 16, 0);
	assert_int_equal(compare("op.count"), 0);
	assert_true(comparison.row[3].absolute && comparison.row[3].floor == 2);
	assert_string_equal(judge_word(comparison.row[3].verdict), "different");
}

static void test_a_floor_above_a_difference_from_zero(void **state)
{
	(void)state;
	add_point("none", 1, 0, 10, 0, 0);
	add_point("none", 1, 10, 10, 20, 0);
	add_point("none", 2, 0, 10, 0, 0);
	add_point("list", 2, 0, 10, 16, 0);
	assert_int_equal(compare("op.count"), 0);
	assert_string_equal(judge_word(comparison.row[2].verdict), "noise");
}

/* What was 0 is worse by more than any share of it. */
static void test_threshold_of_a_baseline_of_zero(void **state)
{
	(void)state;
	add_point("none", 1, 0, 10, 0, 0);
	add_point("list", 1, 0, 10, 16, 0);
	assert_int_equal(compare("op.p50"), 0);
	assert_threshold(1000, EXIT_REGRESSION);
	assert_int_equal(compare("op.rate"), 0);
	assert_threshold(0, EXIT_FINE);
}

static void test_threshold_with_a_failed_sample(void **state)
{
	(void)state;
	add_point("none", 1, 0, 8, 100, 0.001);
	add_point("list", 1, 0, 8, 100, 0.001);
	assert_int_equal(compare("op.p50"), 0);
	assert_threshold(0.05, EXIT_FINE);
	add_line("{\"sample\": 1000, \"repeat\": 0, \"axes\": {\"section\": \"s\", \"variant\": "
		 "\"list\", \"ranges\": 1}, \"status\": \"failed\", \"why\": \"stale\"}\n");
	assert_int_equal(compare("op.p50"), 0);
	assert_threshold(0.05, EXIT_UNTRUSTED);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_direction_is_the_metrics),
		TEST(test_chance_is_unproven),
		TEST(test_fewer_than_six_have_no_verdict),
		TEST(test_fewer_than_six_in_the_baseline),
		TEST(test_what_is_within_the_floor_is_noise),
		TEST(test_further_rounds_move_no_floor),
		TEST(test_what_is_beyond_the_floor_is_proven),
		TEST(test_a_floor_needs_six_in_each_half),
		TEST(test_one_of_many_is_unproven),
		TEST(test_one_of_few_is_proven),
		TEST(test_threshold),
		TEST(test_threshold_below_the_noise),
		TEST(test_threshold_with_too_few_for_so_many),
		TEST(test_a_shift_of_nothing_is_no_direction),
		TEST(test_threshold_of_a_rate),
		TEST(test_threshold_without_verdict),
		TEST(test_threshold_with_a_failed_sample),
		TEST(test_the_floor_of_a_baseline_of_zero),
		TEST(test_a_floor_above_a_difference_from_zero),
		TEST(test_threshold_of_a_baseline_of_zero),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
