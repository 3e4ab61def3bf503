// SPDX-License-Identifier: GPL-2.0-only
/* Are huge pages seen where they are, and are samples that did not get what they asked for told apart? */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <string.h>
#include <sys/mman.h>

#include "bench/loop/slot_pages.h"
#include "util/err.h"
#include "workloads/huge.h"

enum {
	HUGE = 2 << 20
};

/* Three huge pages, touched: the middle one is not to be huge. */
static void huge_pages_are_seen_where_they_are(void **state)
{
	char *map =
		mmap(NULL, 4 * HUGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	char *start = map + (-(uintptr_t)map & (HUGE - 1));
	const struct workspace whole = { .len = HUGE };
	size_t seen;

	(void)state;
	if (huge_lacks(&whole))
		skip();
	assert_ptr_not_equal(map, MAP_FAILED);
	assert_int_equal(madvise(start, 3 * HUGE, MADV_HUGEPAGE), 0);
	assert_int_equal(madvise(start + HUGE, HUGE, MADV_NOHUGEPAGE), 0);
	assert_int_equal(slot_pages_read(start, HUGE, &seen), 0);
	assert_int_equal(seen, 0);
	memset(start, 1, 3 * HUGE);
	assert_int_equal(slot_pages_read(start + HUGE, HUGE, &seen), 0);
	assert_int_equal(seen, 0);
	/* What the machine has free may be in pieces. */
	assert_int_equal(slot_pages_read(start, HUGE, &seen), 0);
	assert_true(seen == 0 || seen == HUGE);
	assert_int_equal(slot_pages_read(start, 3 * HUGE, &seen), 0);
	assert_true(seen <= 2 * HUGE);
	munmap(map, 4 * HUGE);
}

/* What slots of two workers had, before and after, of 4 MiB each. */
static int check(const char *page, size_t before, size_t after, size_t other)
{
	struct worker workers[3] = {
		{ .owner = true,
		  .space = { .len = 2 * HUGE },
		  .place = { .slot_huge = before, .slot_huge_after = after } },
		{ .owner = true,
		  .space = { .len = 2 * HUGE },
		  .place = { .slot_huge = other, .slot_huge_after = other } },
		{ .space = { .len = 2 * HUGE } },
	};
	const struct crew crew = { .workers = workers, .count = 3 };
	const struct workload workload = { .name = "w" };
	struct point point = {
		.workload = &workload,
		.params = { param_find(engine_params, "page") },
		.count = 1,
	};

	strcpy(point.values[0].text, page);
	err_clear();
	return slot_pages_check(&crew, &point);
}

static void what_was_not_asked_for_is_told(void **state)
{
	(void)state;
	assert_int_equal(check("THP", 2 * HUGE, 2 * HUGE, 2 * HUGE), 0);
	assert_int_equal(check("4K", 0, 0, 0), 0);
	assert_int_equal(check("THP", 0, 0, 0), -ENOTSUP);
	assert_int_equal(err_exit_code(), EXIT_SKIPPED);
	assert_string_equal(err_text(),
			    "page=THP: no slot of w has a huge page before its operation");
	assert_true(check("THP", 2 * HUGE, HUGE, 2 * HUGE) < 0);
	assert_int_equal(err_exit_code(), EXIT_UNTRUSTED);
	assert_non_null(strstr(err_text(), "14336 of 16384 KiB"));
	assert_true(check("THP", 2 * HUGE, 2 * HUGE, 0) < 0);
	assert_int_equal(err_exit_code(), EXIT_UNTRUSTED);
	err_clear();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(huge_pages_are_seen_where_they_are),
		cmocka_unit_test(what_was_not_asked_for_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
