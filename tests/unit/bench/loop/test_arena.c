// SPDX-License-Identifier: GPL-2.0-only
/* Does the hole that a workload leaves stay empty? */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "bench/loop/arena.h"
#include "bench/plan/plan.h"

static bool is_inside(const struct arena *a, const void *at)
{
	return (const char *)at >= a->reserved && (const char *)at < a->reserved + a->reserved_len;
}

/* All slots are holes: whatever is mapped, or allocated, comes to lie somewhere else. */
static void nothing_comes_into_a_hole(void **state)
{
	static const char text[] = "[global]\nhelp = x\nworkload = munmap\nvariant = none\n"
				   "ranges = 8\nthreads = 4\npages = 512\n[one]\nrange_size = 4M\n";
	struct suite suite;
	struct plan plan;
	struct arena a;

	(void)state;
#ifdef __SANITIZE_THREAD__
	skip(); /* its mmap() takes no hint to where we want to be */
#endif
	assert_int_equal(suite_load(&suite, "x.suite", text, strlen(text), NULL), 0);
	assert_int_equal(plan_make(&plan, &suite, 1, 0, SELECT_FILE), 0);
	assert_int_equal(arena_open(&a, &plan.points[0]), 0);
	assert_int_equal(munmap(a.base, a.slots * a.slot_stride), 0);
	for (size_t len = 4096; len <= 8ul << 20; len *= 2) {
		void *at = mmap(NULL, len, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

		assert_ptr_not_equal(at, MAP_FAILED);
		assert_false(is_inside(&a, at));
		at = malloc(len);
		assert_false(is_inside(&a, at));
		free(at);
	}
	plan_free(&plan);
	suite_free(&suite);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_comes_into_a_hole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
