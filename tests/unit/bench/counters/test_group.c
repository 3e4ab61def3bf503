// SPDX-License-Identifier: GPL-2.0-only
/* Does a group count what happens between its start and its stop, no more and no less, and say what it could not count? */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "bench/counters/group.h"
#include "bench/counters/open.h"
#include "util/err.h"

enum {
	PAGES = 1000,
	SLEEPS = 50
};

/* Opens the counters of @list for this thread; NULL when the first is not to be had here. */
static struct counter_group *open_group(struct counters *counters, const char *list)
{
	struct counter_group *group;

	assert_int_equal(counters_parse(counters, list, "test"), 0);
	counters_resolve(counters);
	group = counter_group_open(counters);
	assert_non_null(group);
	if (!*counter_group_reading(group, 0)->why)
		return group;
	print_message("%s: %s\n", counters->counter[0].name, counter_group_reading(group, 0)->why);
	counter_group_close(group);
	return NULL;
}

static uint64_t value(const struct counter_group *group, size_t i)
{
	const struct counter_reading *r = counter_group_reading(group, i);

	assert_string_equal(r->why, "");
	assert_true(r->share == 1);
	return r->value;
}

static struct rusage usage(void)
{
	struct rusage u;

	getrusage(RUSAGE_THREAD, &u);
	return u;
}

/* The sanitizer would look at its own page for each eight of these. */
__attribute__((no_sanitize("address"))) static void touch(volatile char *pages, size_t from,
							  size_t count)
{
	size_t size = (size_t)sysconf(_SC_PAGESIZE);

	for (size_t i = from; i < from + count; i++)
		pages[i * size] = 1;
}

static char *map(size_t pages)
{
	size_t len = pages * (size_t)sysconf(_SC_PAGESIZE);
	char *p = mmap(NULL, len, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	assert_ptr_not_equal(p, MAP_FAILED);
	madvise(p, len, MADV_NOHUGEPAGE);
	return p;
}

static void faults_are_counted_to_one(void **state)
{
	struct counters counters;
	struct counter_group *group =
		open_group(&counters, "page-faults,minor-faults,page-faults:u,page-faults:k");
	char *pages = map(3 * PAGES);
	struct rusage before, after;

	(void)state;
	if (!group)
		skip();
	touch(pages, 0, PAGES); /* before the start: nobody's */
	usage();                /* its own first fault */
	before = usage();
	counter_group_start(group);
	touch(pages, PAGES, PAGES);
	counter_group_stop(group);
	after = usage();
	touch(pages, (size_t)2 * PAGES, PAGES); /* after the stop */
	assert_in_range(value(group, 0), PAGES, (uint64_t)(after.ru_minflt - before.ru_minflt));
	assert_in_range(value(group, 0), PAGES, PAGES + 3);
	assert_int_equal(value(group, 1), value(group, 0));
	/* All of them are the user's; the kernel has none, and that is a count. */
	assert_int_equal(value(group, 2), value(group, 0));
	assert_int_equal(value(group, 3), 0);
	counter_group_close(group);
	munmap(pages, (size_t)3 * PAGES * (size_t)sysconf(_SC_PAGESIZE));
}

static void between_two_windows_nothing_counts(void **state)
{
	struct counters counters;
	struct counter_group *group = open_group(&counters, "page-faults");
	char *pages = map(3 * PAGES);

	(void)state;
	if (!group)
		skip();
	for (size_t i = 0; i < 2; i++) {
		counter_group_start(group);
		touch(pages, i * PAGES, PAGES);
		counter_group_stop(group);
		if (!i)
			touch(pages, (size_t)2 * PAGES, PAGES);
	}
	assert_in_range(value(group, 0), 2 * PAGES, 2 * PAGES + 3);
	counter_group_close(group);
	munmap(pages, (size_t)3 * PAGES * (size_t)sysconf(_SC_PAGESIZE));
}

static void switches_are_counted_to_one(void **state)
{
	const struct timespec nap = { .tv_nsec = 100000 };
	struct counters counters;
	struct counter_group *group = open_group(&counters, "context-switches,cpu-migrations");
	struct rusage before, after;
	uint64_t known;

	(void)state;
	if (!group)
		skip();
	before = usage();
	counter_group_start(group);
	for (int i = 0; i < SLEEPS; i++)
		nanosleep(&nap, NULL);
	counter_group_stop(group);
	after = usage();
	known = (uint64_t)(after.ru_nvcsw - before.ru_nvcsw + after.ru_nivcsw - before.ru_nivcsw);
	assert_in_range(value(group, 0), SLEEPS, known);
	/* One may fall between the looks. */
	assert_in_range(value(group, 0) + 2, known, UINT64_MAX);
	assert_in_range(value(group, 1), 0, value(group, 0));
	counter_group_close(group);
}

/* What cannot be counted says why, and takes nothing from the others. */
static void what_is_absent_has_its_reason(void **state)
{
	struct counters counters;
	struct counter_group *group =
		open_group(&counters, "page-faults,cpu/config=0x123456/,context-switches");
	char *pages = map(PAGES);

	(void)state;
	if (!group)
		skip();
	memset(counters.counter[1].why, 0, COUNTER_WHY_LEN);
	counter_group_close(group);
	snprintf(counters.counter[1].why, COUNTER_WHY_LEN, "a reason");
	group = counter_group_open(&counters);
	counter_group_start(group);
	touch(pages, 0, PAGES);
	counter_group_stop(group);
	assert_string_equal(counter_group_reading(group, 1)->why, "a reason");
	assert_in_range(value(group, 0), PAGES, PAGES + 3);
	value(group, 2);
	counter_group_close(group);
	munmap(pages, PAGES * (size_t)sysconf(_SC_PAGESIZE));
}

/* An event that no kernel has: the group is opened without it. */
static void what_the_kernel_refuses_has_its_reason(void **state)
{
	struct counters counters = { .count = 2 };
	struct counter_group *group;

	(void)state;
	counters.counter[0] = (struct counter){ .kind = COUNTER_SOFTWARE,
						.user = true,
						.kernel = true,
						.type = 1,
						.config = { 9999 } };
	counters.counter[1] = counters.counter[0];
	counters.counter[1].config[0] = 2; /* PERF_COUNT_SW_PAGE_FAULTS */
	group = counter_group_open(&counters);
	assert_string_not_equal(counter_group_reading(group, 0)->why, "");
	if (*counter_group_reading(group, 1)->why)
		skip();
	counter_group_start(group);
	counter_group_stop(group);
	assert_true(counter_group_reading(group, 1)->share == 1);
	counter_group_close(group);
}

static struct counter_reading taken(uint64_t enabled, uint64_t running, uint64_t count, long len)
{
	const struct counter_block block = {
		.count = 1, .enabled = enabled, .running = running, .value = { count }
	};
	struct counter_reading r = { 0 };

	counter_reading_take(&r, &block, len, 0);
	return r;
}

static void a_share_of_the_time_is_told(void **state)
{
	const long whole = 4 * sizeof(uint64_t);
	struct counter_reading r = taken(1000, 1000, 7, whole);

	(void)state;
	assert_string_equal(r.why, "");
	assert_true(r.share == 1 && r.value == 7);
	r = taken(1000, 250, 7, whole);
	assert_string_equal(r.why, "");
	assert_true(r.share == 0.25 && r.value == 28);
	/* Never a 0 that was not counted. */
	assert_non_null(strstr(taken(1000, 0, 0, whole).why, "never ran"));
	assert_non_null(strstr(taken(0, 0, 0, whole).why, "never ran"));
	assert_non_null(strstr(taken(1000, 1001, 5, whole).why, "never ran"));
	assert_non_null(strstr(taken(1000, 1000, 5, 0).why, "lost the registers"));
	assert_non_null(strstr(taken(1000, 1000, 5, whole - 8).why, "could not be read"));
	assert_non_null(strstr(taken(1000, 1000, 5, -1).why, "could not be read"));
}

static void no_group_is_fine(void **state)
{
	struct counters none = { .count = 0 };

	(void)state;
	assert_null(counter_group_open(&none));
	assert_null(counter_group_open(NULL));
	counter_group_start(NULL);
	counter_group_stop(NULL);
	counter_group_close(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(faults_are_counted_to_one),
		cmocka_unit_test(between_two_windows_nothing_counts),
		cmocka_unit_test(switches_are_counted_to_one),
		cmocka_unit_test(what_is_absent_has_its_reason),
		cmocka_unit_test(what_the_kernel_refuses_has_its_reason),
		cmocka_unit_test(a_share_of_the_time_is_told),
		cmocka_unit_test(no_group_is_fine),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
