// SPDX-License-Identifier: GPL-2.0-only
/* Are samples put together that belong together, and compared with the right baseline? */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <errno.h>
#include <math.h>

#include "analysis/compare/compare.h"
#include "analysis/compare/judge.h"
#include "analysis/compare/mean.h"
#include "tests/unit/lib/run_folder.h"

static struct run run;
static struct comparison comparison;

/* @count samples of one point, around @center; the median is @center for odd @count. */
static void add_point(const char *section, const char *variant, int ranges, int count,
		      double center)
{
	static int number;

	for (int i = 0; i < count; i++)
		add_sample(number++, section, variant, ranges,
			   center * (1 + 0.01 * (i - count / 2)));
}

static int compare(const char *by, const char *metric, const char *baseline)
{
	int ret = run_read(&run, run_folder, 0);

	return ret ? ret : compare_run(&comparison, &run, by, &metric, 1, baseline);
}

static int setup(void **state)
{
	run = (struct run){ 0 };
	comparison = (struct comparison){ 0 };
	return make_run_folder(state);
}

static int teardown(void **state)
{
	comparison_free(&comparison);
	run_free(&run);
	err_clear();
	return drop_run_folder(state);
}

static const char *variant_of(const struct point *point)
{
	return point_axis(&run, point, run_axis(&run, "variant"))->text;
}

static void assert_row(size_t i, const char *variant, const char *base, double median,
		       double change)
{
	const struct row *row = &comparison.row[i];

	assert_string_equal(variant_of(row->point), variant);
	assert_string_equal(variant_of(row->base), base);
	assert_true(fabs(row->median - median) < 1e-9);
	if (isnan(change))
		assert_true(isnan(row->change));
	else
		assert_true(fabs(row->change - change) < 1e-9);
}

static void test_baseline_is_none_or_the_first(void **state)
{
	(void)state;
	add_point("controls", "list", 1, 7, 300);
	add_point("controls", "none", 1, 7, 100);
	add_point("ranges", "itree", 10, 7, 50);
	add_point("ranges", "list", 10, 7, 200);
	assert_int_equal(compare("variant", "op.p50", NULL), 0);
	assert_int_equal(comparison.rows, 4);
	assert_row(0, "none", "none", 100, NAN);
	assert_row(1, "list", "none", 300, 2);
	assert_row(2, "list", "list", 200, NAN);
	assert_row(3, "itree", "list", 50, -0.75);
	assert_false(row_is_unproven(&comparison.row[1]));
	assert_true(comparison.row[1].change_interval.low > 1.8);
	assert_true(comparison.row[1].change_interval.high < 2.2);
}

static void test_baseline_of_ones_own(void **state)
{
	(void)state;
	add_point("s", "none", 1, 7, 100);
	add_point("s", "list", 1, 7, 200);
	assert_int_equal(compare("variant", "op.p50", "list"), 0);
	assert_row(0, "none", "list", 100, -0.5);
	assert_row(1, "list", "list", 200, NAN);
}

static void test_equal_is_unproven(void **state)
{
	(void)state;
	add_point("s", "none", 1, 8, 100);
	add_point("s", "list", 1, 8, 100);
	assert_int_equal(compare("variant", "op.p50", NULL), 0);
	assert_true(row_is_unproven(&comparison.row[1]));
}

static void test_five_samples_prove_nothing(void **state)
{
	(void)state;
	add_point("s", "none", 1, 7, 100);
	add_point("s", "list", 1, 5, 200);
	assert_int_equal(compare("variant", "op.p50", NULL), 0);
	assert_row(1, "list", "none", 200, 1);
	assert_true(isnan(comparison.row[1].interval.low));
	assert_true(isnan(comparison.row[1].change_interval.low));
	assert_string_equal(comparison.row[1].note, "n < 6");
}

/* Nothing is a multiple of 0, and yet 200 is more. */
static void test_baseline_of_zero_has_a_difference(void **state)
{
	(void)state;
	add_point("s", "none", 1, 7, 0);
	add_point("s", "list", 1, 7, 200);
	assert_int_equal(compare("variant", "op.p50", NULL), 0);
	assert_row(1, "list", "none", 200, NAN);
	assert_true(comparison.row[1].absolute);
	assert_true(comparison.row[1].shift > 150 && comparison.row[1].shift_interval.low > 150);
	assert_string_equal(judge_word(comparison.row[1].verdict), "worse");
}

/* One sample of a baseline is 0: its median is not, and shares of it are what is judged. The mean of ratios goes without. */
static void test_one_zero_does_not_make_a_baseline_zero(void **state)
{
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	(void)state;
	for (int ranges = 1; ranges <= 3; ranges++) {
		add_point("s", "none", ranges, 7, 100);
		add_point("s", "list", ranges, 7, 200);
	}
	add_sample(1000, "s", "none", 1, 0);
	assert_int_equal(compare("variant", "op.p50", NULL), 0);
	assert_string_equal(variant_of(comparison.row[1].point), "list");
	assert_true(fabs(comparison.row[1].change - 1) < 0.02);
	assert_false(comparison.row[1].absolute);
	assert_true(comparison.row[1].shift > 0.9 && comparison.row[1].shift_interval.low > 0.9);
	assert_true(isnan(comparison.row[1].change_interval.low));
	assert_int_equal(compare_print_mean(out, &comparison, comparison.row, comparison.rows), 0);
	fclose(out);
	assert_non_null(strstr(text, "geometric mean of 2 ratios: +100"));
	free(text);
}

static void test_failed_samples_are_counted_not_used(void **state)
{
	(void)state;
	add_point("s", "none", 1, 7, 100);
	add_line("{\"sample\": 1000, \"repeat\": 0, \"axes\": {\"section\": \"s\", \"variant\": "
		 "\"none\", "
		 "\"ranges\": 1}, \"status\": \"failed\", \"metrics\": {\"op.p50\": 1}}\n");
	assert_int_equal(compare("variant", "op.p50", NULL), 0);
	assert_row(0, "none", "none", 100, NAN);
	assert_int_equal(comparison.row[0].n, 7);
	assert_int_equal(comparison.row[0].failed, 1);
}

static void test_absent_metric_has_its_reason(void **state)
{
	(void)state;
	add_line("{\"sample\": 0, \"repeat\": 0, \"axes\": {\"section\": \"s\", \"variant\": "
		 "\"none\", "
		 "\"ranges\": 1}, \"status\": \"ok\", \"metrics\": {\"cb.calls\": 1}, "
		 "\"absent\": {\"op.p50\": \"no clock\"}}\n");
	assert_int_equal(compare("variant", "op.p50", NULL), 0);
	assert_int_equal(comparison.row[0].n, 0);
	assert_true(isnan(comparison.row[0].median));
	assert_string_equal(comparison.row[0].note, "no clock");
}

static void test_each_section_has_its_own_x(void **state)
{
	(void)state;
	add_point("one", "none", 1, 1, 1);
	add_point("one", "list", 1, 1, 1);
	add_point("two", "list", 100, 1, 1);
	add_point("two", "list", 10, 1, 1);
	add_point("two", "itree", 10, 1, 1);
	assert_int_equal(compare("variant", "op.p50", NULL), 0);
	assert_int_equal(comparison.grid.blocks, 2);
	assert_true(comparison.grid.block[0].x == RUN_NONE);
	assert_int_equal(comparison.grid.block[1].x, run_axis(&run, "ranges"));
	assert_int_equal(comparison.grid.block[1].count, 3);
	assert_string_equal(variant_of(&comparison.grid.block[1].point[1]), "itree");
}

/* One workload has the parameter `to`, the other has not: still one table of the two. */
static void test_parameters_of_some_workloads_do_not_split_a_block(void **state)
{
	(void)state;
	put_file("run.json", "{" RUN_HEAD "\"status\": \"complete\", "
			     "\"axes\": [\"variant\", \"workload\", \"to\"]}");
	add_line("{\"sample\": 0, \"repeat\": 0, \"status\": \"ok\", \"metrics\": {}, \"axes\": "
		 "{\"variant\": \"none\", \"workload\": \"munmap\"}}\n");
	add_line("{\"sample\": 1, \"repeat\": 0, \"status\": \"ok\", \"metrics\": {}, \"axes\": "
		 "{\"variant\": \"none\", \"workload\": \"mprotect\", \"to\": \"ro\"}}\n");
	assert_int_equal(compare("variant", "op.p50", NULL), 0);
	assert_int_equal(comparison.grid.blocks, 1);
	assert_int_equal(comparison.grid.block[0].x, run_axis(&run, "workload"));
	assert_false(block_has(&comparison.grid, comparison.grid.block, run_axis(&run, "to")));
	assert_string_equal(axis_constant(&run, run_axis(&run, "to")), "ro");
	assert_null(axis_constant(&run, run_axis(&run, "workload")));
}

static void test_unknown_names_are_answered(void **state)
{
	static const struct {
		const char *by, *metric, *baseline, *error;
	} cases[] = {
		{ "varient", "op.p50", NULL,
		  "no axis \"varient\" in this run; did you mean \"variant\"?" },
		{ "variant", "op.p05", NULL,
		  "no metric \"op.p05\" in this run; did you mean \"op.p50\"?" },
		{ "variant", "op.p50", "lst",
		  "no variant \"lst\" in this run; did you mean \"list\"?" },
	};

	(void)state;
	add_point("s", "list", 1, 1, 1);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(compare(cases[i].by, cases[i].metric, cases[i].baseline), -EINVAL);
		assert_string_equal(err_text(), cases[i].error);
		assert_int_equal(err_exit_code(), EXIT_USAGE);
		err_clear();
		comparison_free(&comparison);
		run_free(&run);
	}
	run = (struct run){ 0 };
	comparison = (struct comparison){ 0 };
}

static void test_no_samples(void **state)
{
	(void)state;
	assert_int_equal(compare("variant", "op.p50", NULL), -EINVAL);
	assert_non_null(strstr(err_text(), "no samples"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_baseline_is_none_or_the_first),
		TEST(test_baseline_of_ones_own),
		TEST(test_equal_is_unproven),
		TEST(test_five_samples_prove_nothing),
		TEST(test_baseline_of_zero_has_a_difference),
		TEST(test_one_zero_does_not_make_a_baseline_zero),
		TEST(test_failed_samples_are_counted_not_used),
		TEST(test_absent_metric_has_its_reason),
		TEST(test_each_section_has_its_own_x),
		TEST(test_parameters_of_some_workloads_do_not_split_a_block),
		TEST(test_unknown_names_are_answered),
		TEST(test_no_samples),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
