// SPDX-License-Identifier: GPL-2.0-only
/* Which suites does one run measure, as the command line and their files say, and how much of its time has each? */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <math.h>
#include <string.h>

#include "bench/cli/batch.h"
#include "util/err.h"

static void each_suite_comes_once(void **state)
{
	struct run_options o = { .where = "native",
				 .suites = { "claims", "quick", "claims/c3" },
				 .suite_count = 3 };
	struct batch batch;

	(void)state;
	assert_int_equal(batch_open(&batch, &o), 0);
	assert_true(batch.count >= 15);
	assert_string_equal(batch.suites[0].name, "claims/c1");
	assert_string_equal(batch.suites[batch.count - 1].name, "quick");
	for (size_t i = 0; i < batch.count; i++)
		assert_true(batch.suites[i].seconds > 0);
	batch_close(&batch);
}

static void a_wrong_one_is_refused_before_all(void **state)
{
	struct run_options o = { .where = "native",
				 .suites = { "quick", "cliams" },
				 .suite_count = 2 };
	struct batch batch;

	(void)state;
	assert_int_equal(batch_open(&batch, &o), -EINVAL);
	assert_non_null(strstr(err_text(), "no suite 'cliams'"));
	err_clear();
	batch_close(&batch);
}

static void time_is_shared_by_length(void **state)
{
	struct batch_suite suites[] = { { "a", 10 }, { "b", 30 }, { "c", 0 } };
	struct batch batch = { suites, 3 };

	(void)state;
	assert_true(fabs(batch_share(&batch, 0, 100) - 25) < 1e-9);
	/* The first took 60: what is left is the second's. */
	assert_true(fabs(batch_share(&batch, 1, 40) - 40) < 1e-9);
	assert_true(fabs(batch_share(&batch, 2, 5) - 5) < 1e-9);
}

static void plan_as(const char *keys, int repeats, int most, int precision, struct plan *plan)
{
	struct run_options o = { .repeats = repeats, .most = most, .precision = precision };
	char text[256];
	struct suite suite;

	snprintf(text, sizeof(text), "[global]\n%s[a]\nworkload = null\n", keys);
	assert_int_equal(suite_load(&suite, "t.suite", text, strlen(text), NULL), 0);
	assert_int_equal(batch_plan_suite(&o, &suite, plan), 0);
	suite_free(&suite);
}

static void check_plan(const char *keys, int repeats, int most, int precision, int expected,
		       int expected_most, double reach)
{
	struct plan plan;

	plan_as(keys, repeats, most, precision, &plan);
	assert_int_equal(plan.repeats, expected);
	assert_int_equal(plan.most, expected_most);
	assert_true(fabs(plan.reach - reach) < 1e-9);
	plan_free(&plan);
}

static void the_command_line_stands_above_the_file(void **state)
{
	(void)state;
	check_plan("", 0, 0, 0, 10, 10, 0);
	check_plan("repeats = 7\n", 0, 0, 0, 7, 7, 0);
	check_plan("repeats = 7\nprecision = 3\n", 0, 0, 0, 7, 21, 0.03);
	check_plan("repeats = 7\nprecision = 3\nrepeats_most = 9\n", 0, 0, 0, 7, 9, 0.03);
	check_plan("repeats = 7\nprecision = 3\nrepeats_most = 9\n", 20, 0, 5, 20, 60, 0.05);
	check_plan("", 6, 8, 2, 6, 8, 0.02);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_suite_comes_once),
		cmocka_unit_test(a_wrong_one_is_refused_before_all),
		cmocka_unit_test(time_is_shared_by_length),
		cmocka_unit_test(the_command_line_stands_above_the_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
