// SPDX-License-Identifier: GPL-2.0-only
/* Is a sample of many ranges given the time that it takes to insert and to remove them? */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "bench/plan/cost.h"
#include "util/err.h"

static void make(struct suite *suite, struct plan *plan, const char *axes)
{
	char text[256];

	snprintf(text, sizeof(text), "[a]\nwarmup_ms = 100\n%s%s",
		 strstr(axes, "workload") ? "" : "workload = null\n", axes);
	assert_int_equal(suite_load(suite, "x.suite", text, strlen(text), NULL), 0);
	assert_int_equal(plan_make(plan, suite, 1, 0, SELECT_FILE), 0);
}

static void each_range_of_each_device_counts(void **state)
{
	struct suite suite;
	struct plan plan;

	double none, one;

	(void)state;
	make(&suite, &plan, "variant = none, list\nranges = 1000000\ndevices = 1, 4\n");
	none = overhead_s(&plan.points[0]);
	one = overhead_s(&plan.points[2]) - none;
	assert_true(none < 1);
	assert_true(overhead_s(&plan.points[1]) == none);
	assert_true(one > 1);
	assert_float_equal(overhead_s(&plan.points[3]) - none, 4 * one, 1e-9);
	assert_true(overhead_most_s(&plan.points[2]) >= 5 * one);
	assert_true(plan_seconds(&plan) > 5 * one);
	plan_free(&plan);
	suite_free(&suite);
}

/* Each of its operations is the end of a process. */
static void slow_workloads_count(void **state)
{
	struct suite suite;
	struct plan plan;

	(void)state;
	make(&suite, &plan, "variant = none\nworkload = dontneed, mrelease\n");
	assert_int_equal(plan.points[0].workload->slow_ms, 0);
	assert_float_equal(overhead_s(&plan.points[1]) - overhead_s(&plan.points[0]),
			   1e-3 * plan.points[1].workload->slow_ms, 1e-9);
	assert_true(plan.points[1].workload->slow_ms >= 100);
	assert_true(overhead_most_s(&plan.points[1]) - overhead_most_s(&plan.points[0]) >=
		    5e-3 * plan.points[1].workload->slow_ms);
	plan_free(&plan);
	suite_free(&suite);
}

/* What is expected for a sample is well below what it is killed for. */
static void pages_count(void **state)
{
	struct suite suite;
	struct plan plan;

	(void)state;
	make(&suite, &plan, "variant = none\nthreads = 4\npages = 1, 262144\n");
	assert_true(overhead_s(&plan.points[1]) > 100);
	for (size_t i = 0; i < 2; i++)
		assert_true(overhead_most_s(&plan.points[i]) >= 5 * overhead_s(&plan.points[i]));
	plan_free(&plan);
	suite_free(&suite);
}

/* 64 workers on a few real CPUs take long to meet. */
static void each_worker_counts(void **state)
{
	struct suite suite;
	struct plan plan;

	(void)state;
	make(&suite, &plan, "variant = none\nthreads = 1, 60\nbystanders = 4\n");
	assert_true(overhead_most_s(&plan.points[1]) > 120);
	assert_true(overhead_most_s(&plan.points[1]) > 12 * overhead_most_s(&plan.points[0]));
	plan_free(&plan);
	suite_free(&suite);
}

/* Workers, and pages that are filled, copied and freed, in each of their slots. */
static void workers_and_pages_count(void **state)
{
	struct suite suite;
	struct plan plan;
	double base;

	(void)state;
	make(&suite, &plan, "variant = none\nthreads = 1, 3\npages = 1, 512\n");
	base = overhead_s(&plan.points[0]);
	assert_float_equal(overhead_s(&plan.points[1]) - base, 511 * 200e-6, 1e-9);
	assert_float_equal(overhead_s(&plan.points[2]) - base, 2 * 0.06 + 2 * 200e-6, 1e-9);
	assert_float_equal(overhead_s(&plan.points[3]) - base, 2 * 0.06 + (3 * 512 - 1) * 200e-6,
			   1e-9);
	plan_free(&plan);
	suite_free(&suite);
}

/* Of the longest sample, with its phases. */
static void a_guest_is_silent_for_a_sample(void **state)
{
	struct suite suite;
	struct plan plan;

	(void)state;
	make(&suite, &plan, "variant = list\nranges = 0\nmeasure_ms = 900, 9900, 100\n");
	/* With the longest warm-up: four times 100 ms. */
	assert_true(fabs(overhead_silent_s(&plan) - 10.3 - overhead_most_s(&plan.points[0])) <
		    1e-9);
	plan_free(&plan);
	suite_free(&suite);
	make(&suite, &plan, "variant = list\nranges = 1, 500000\nmeasure_ms = 900\n");
	assert_true(overhead_silent_s(&plan) > 50);
	plan_free(&plan);
	suite_free(&suite);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_range_of_each_device_counts),
		cmocka_unit_test(slow_workloads_count),
		cmocka_unit_test(pages_count),
		cmocka_unit_test(each_worker_counts),
		cmocka_unit_test(workers_and_pages_count),
		cmocka_unit_test(a_guest_is_silent_for_a_sample),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
