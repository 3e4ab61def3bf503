// SPDX-License-Identifier: GPL-2.0-only
/* Is a sample refused whose events are not those of its workload? */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "bench/sample/emission.h"
#include "util/err.h"

enum {
	UNMAP,
	CLEAR,
	PROTECTION_VMA,
	OPERATIONS = 10,
	PAGES = 4
};

static const struct workload workload = {
	.name = "made-up",
	.events = { { "CLEAR" }, { "UNMAP", EACH_PAGE }, { "MIGRATE", AT_TIMES } },
};

static const struct workload silent = { .name = "silent" };

/* The axes that the check looks at. */
static const struct param pages = { .name = "pages", .kind = PARAM_COUNT };
static const struct param hit = { .name = "hit", .kind = PARAM_CHOICE };
static const struct param variant = { .name = "variant", .kind = PARAM_CHOICE };
static const struct param accessors = { .name = "accessors", .kind = PARAM_COUNT };
static const struct param faulters = { .name = "faulters", .kind = PARAM_COUNT };

static struct point point_of(const struct workload *what, const char *hits)
{
	struct point point = { .workload = what,
			       .params = { &pages, &hit, &variant, &accessors, &faulters },
			       .count = 5 };

	point.values[0].count = PAGES;
	snprintf(point.values[1].text, sizeof(point.values[1].text), "%s", hits);
	snprintf(point.values[2].text, sizeof(point.values[2].text), "itree");
	return point;
}

static int check(const struct workload *what, const char *hits, const struct record *record)
{
	struct point point = point_of(what, hits);

	err_clear();
	return emission_check(&point, record, OPERATIONS);
}

static struct record good(void)
{
	struct record record = { .events_known = true, .calls = 100 };

	record.events[CLEAR] = OPERATIONS;
	record.events[UNMAP] = OPERATIONS * PAGES;
	return record;
}

static void test_what_is_declared_passes(void **state)
{
	struct record record = good();

	(void)state;
	assert_int_equal(check(&workload, "1", &record), 0);
	/* A few of another kind are somebody else's. */
	record.events[PROTECTION_VMA] = 3;
	assert_int_equal(check(&workload, "1", &record), 0);
}

static void test_one_too_few_is_refused(void **state)
{
	struct record record = good();

	(void)state;
	record.events[CLEAR]--;
	assert_true(check(&workload, "1", &record) < 0);
	assert_non_null(strstr(err_text(), "at least 10 events CLEAR, but there were 9"));
	record = good();
	record.events[UNMAP]--;
	assert_true(check(&workload, "1", &record) < 0);
	assert_non_null(strstr(err_text(), "at least 40 events UNMAP, but there were 39"));
}

static void test_more_of_others_than_its_own_is_refused(void **state)
{
	struct record record = good();

	(void)state;
	record.events[PROTECTION_VMA] = OPERATIONS * (PAGES + 1) + EMISSION_STRAYS;
	assert_int_equal(check(&workload, "1", &record), 0);
	record.events[PROTECTION_VMA]++;
	assert_true(check(&workload, "1", &record) < 0);
	assert_non_null(strstr(err_text(), "115 events PROTECTION_VMA"));
}

/* Zero pages that a device has read, beside a workload that causes no CLEAR; nothing else is excused. */
static void test_devices_read_zero_pages(void **state)
{
	static const struct workload unmaps = { .name = "unmaps", .events = { { "UNMAP" } } };
	struct record record = { .events_known = true, .calls = 100 };

	(void)state;
	record.events[UNMAP] = OPERATIONS;
	record.events[CLEAR] = 1000;
	for (size_t axis = 2; axis < 5; axis++) {
		struct point point = point_of(&unmaps, "1");

		point.values[axis].count = axis > 2;
		err_clear();
		assert_int_equal(emission_check(&point, &record, OPERATIONS), axis > 2 ? 0 : -EIO);
		record.events[PROTECTION_VMA] = 1000;
		err_clear();
		assert_int_equal(emission_check(&point, &record, OPERATIONS), -EIO);
		record.events[PROTECTION_VMA] = 0;
	}
}

static void test_no_callback_is_refused_unless_nothing_is_hit(void **state)
{
	const struct record record = { .events_known = true };

	(void)state;
	assert_true(check(&workload, "1", &record) < 0);
	assert_non_null(strstr(err_text(), "saw no callback"));
	assert_int_equal(check(&workload, "0", &record), 0);
}

static void test_who_declares_nothing_is_not_checked(void **state)
{
	struct record record = good();

	(void)state;
	assert_int_equal(check(&silent, "1", &record), 0);
	record.events_known = false;
	record.events[CLEAR] = 0;
	assert_int_equal(check(&workload, "1", &record), 0);
}

static void test_events_are_told_in_words(void **state)
{
	char text[128];

	(void)state;
	emission_describe(&workload, text, sizeof(text));
	assert_string_equal(text, "CLEAR, UNMAP per page, MIGRATE at times");
	emission_describe(&silent, text, sizeof(text));
	assert_string_equal(text, "none");
	emission_describe(&workload, text, 8);
	assert_string_equal(text, "CLEAR, ");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_is_declared_passes),
		cmocka_unit_test(test_one_too_few_is_refused),
		cmocka_unit_test(test_more_of_others_than_its_own_is_refused),
		cmocka_unit_test(test_devices_read_zero_pages),
		cmocka_unit_test(test_no_callback_is_refused_unless_nothing_is_hit),
		cmocka_unit_test(test_who_declares_nothing_is_not_checked),
		cmocka_unit_test(test_events_are_told_in_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
