// SPDX-License-Identifier: GPL-2.0-only
/* Are two runs put together by names, and not by numbers? */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "analysis/read/merge.h"
#include "util/err.h"

#define HEAD(more)                                                                                 \
	"{\"format\": \"shootdown-run\", \"version\": 1, \"started\": \"t0\", \"emulated\": "      \
	"true, "                                                                                   \
	"\"seed\": 1, \"repeats\": 6, \"planned\": 2, \"tool\": {\"version\": \"0\"}, "            \
	"\"suite\": {\"name\": \"s\"}, \"machine\": {\"cpus\": 4}, \"status\": "                   \
	"\"complete\", " more "}"

/* The axes and metrics of the second stand in another order, and each has one of its own. */
static const char first[] = HEAD("\"axes\": [\"variant\", \"ranges\"], \"metrics\": {"
				 "\"op.p50\": {\"unit\": \"ns\", \"better\": \"lower\"}, "
				 "\"cb.calls\": {\"unit\": \"\", \"better\": \"neither\"}}");
static const char second[] = HEAD("\"axes\": [\"ranges\", \"pages\", \"variant\"], \"metrics\": {"
				  "\"op.max\": {\"unit\": \"ns\", \"better\": \"lower\"}, "
				  "\"op.p50\": {\"unit\": \"ns\", \"better\": \"lower\"}}");

static struct run a, b, both;

static void load(struct run *run, const char *head, const char *lines)
{
	FILE *samples = fmemopen((void *)lines, strlen(lines), "r");

	assert_non_null(samples);
	assert_int_equal(run_load(run, "/x/run", head, strlen(head), samples, 0), 0);
	fclose(samples);
}

#define A_SAMPLE(number, variant, ranges, p50)                                                     \
	"{\"sample\": " #number ", \"repeat\": 0, \"status\": \"ok\", \"axes\": {\"variant\": "    \
	"\"" variant "\", \"ranges\": " #ranges "}, \"metrics\": {\"op.p50\": " #p50               \
	", \"cb.calls\": 7}}\n"
#define B_SAMPLE(number, variant, ranges, p50)                                                     \
	"{\"sample\": " #number ", \"repeat\": 6, \"status\": \"ok\", \"axes\": {\"variant\": "    \
	"\"" variant "\", \"ranges\": " #ranges ", \"pages\": 1}, \"metrics\": {\"op.p50\": " #p50 \
	"}, \"absent\": {\"op.max\": \"too few\"}}\n"

static int setup(void **state)
{
	(void)state;
	a = b = both = (struct run){ 0 };
	load(&a, first, A_SAMPLE(0, "list", 1000, 5) A_SAMPLE(1, "none", 10, 6));
	load(&b, second, B_SAMPLE(0, "none", 100, 8) B_SAMPLE(1, "list", 1000, 9));
	return run_merge(&both, &a, &b);
}

static int teardown(void **state)
{
	(void)state;
	run_free(&both);
	run_free(&a);
	run_free(&b);
	err_clear();
	return 0;
}

static const char *value_of(size_t sample, const char *axis)
{
	size_t i = run_axis(&both, axis);

	return both.axis[i].value[both.sample[sample].axis[i]].text;
}

static void test_axes_go_by_name(void **state)
{
	static const char *const ranges[] = { "1000", "10", "100", "1000" };
	static const char *const variants[] = { "list", "none", "none", "list" };
	static const char *const pages[] = { "-", "-", "1", "1" };

	(void)state;
	assert_int_equal(both.samples, 4);
	assert_int_equal(both.axes, 4);
	for (size_t i = 0; i < 4; i++) {
		assert_string_equal(value_of(i, "ranges"), ranges[i]);
		assert_string_equal(value_of(i, "variant"), variants[i]);
		assert_string_equal(value_of(i, "pages"), pages[i]);
		assert_string_equal(value_of(i, MERGE_AXIS), i < 2 ? MERGE_A : MERGE_B);
		assert_int_equal(both.sample[i].number, i);
		assert_int_equal(both.sample[i].half, i < 2 ? 0 : 1);
	}
}

/* 10 and 1000 of the first run, 100 and 1000 of the second. */
static void test_numbers_rise(void **state)
{
	const struct axis *axis = &both.axis[run_axis(&both, "ranges")];

	(void)state;
	assert_int_equal(axis->count, 3);
	assert_true(axis->value[0].number == 10);
	assert_true(axis->value[1].number == 100);
	assert_true(axis->value[2].number == 1000);
}

static void test_metrics_go_by_name(void **state)
{
	size_t p50 = run_metric(&both, "op.p50"), calls = run_metric(&both, "cb.calls");
	size_t max = run_metric(&both, "op.max");

	(void)state;
	assert_int_equal(both.metrics, 3);
	assert_true(both.sample[0].value[p50] == 5 && both.sample[3].value[p50] == 9);
	assert_true(both.sample[1].value[calls] == 7 && isnan(both.sample[2].value[calls]));
	assert_true(isnan(both.sample[0].value[max]));
	assert_int_equal(both.sample[2].absents, 1);
	assert_int_equal(both.sample[2].absent[0].metric, max);
}

static void test_an_axis_of_that_name_is_refused(void **state)
{
	struct run odd = { 0 }, none;

	(void)state;
	load(&odd, HEAD("\"axes\": [\"run\"], \"metrics\": {}"),
	     "{\"sample\": 0, \"repeat\": 0, \"status\": \"ok\", \"axes\": {\"run\": 1}, "
	     "\"metrics\": {}}\n");
	assert_int_equal(run_merge(&none, &odd, &odd), -EINVAL);
	run_free(&none);
	run_free(&odd);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_axes_go_by_name),
		TEST(test_numbers_rise),
		TEST(test_metrics_go_by_name),
		TEST(test_an_axis_of_that_name_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
