// SPDX-License-Identifier: GPL-2.0-only
/* Which folder does a person mean by a run? */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <errno.h>
#include <limits.h>

#include "analysis/read/find.h"
#include "tests/unit/lib/run_folder.h"

/* A run called @name inside the test's folder, which plays results/. */
static void make_run(const char *name)
{
	char path[128];

	snprintf(path, sizeof(path), "%s/%s", run_folder, name);
	assert_int_equal(mkdir(path, 0777), 0);
	snprintf(path, sizeof(path), "%s/run.json", name);
	put_file(path, "{}");
}

static void assert_found(const char *word, const char *name)
{
	char path[PATH_MAX], want[128];

	snprintf(want, sizeof(want), "%s/%s", run_folder, name);
	assert_int_equal(run_find(path, sizeof(path), run_folder, word), 0);
	assert_string_equal(path, want);
}

static void assert_not_found(const char *word, const char *what)
{
	char path[PATH_MAX];

	assert_int_equal(run_find(path, sizeof(path), run_folder, word), -EINVAL);
	assert_non_null(strstr(err_text(), what));
	assert_int_equal(err_exit_code(), EXIT_USAGE);
	err_clear();
}

static void test_by_path_and_by_name(void **state)
{
	char path[PATH_MAX];

	(void)state;
	make_run("2026-a");
	assert_found("2026-a", "2026-a");
	assert_int_equal(run_find(path, sizeof(path), "/nonexistent", run_folder), 0);
	assert_string_equal(path, run_folder);
}

static void test_last_is_the_last_that_begins_with_a_digit(void **state)
{
	(void)state;
	assert_not_found("last", "no run in");
	make_run("2025-z");
	make_run("2026-a");
	make_run("reference");
	assert_found("last", "2026-a");
}

static void test_unknown_is_answered(void **state)
{
	char path[PATH_MAX];

	(void)state;
	make_run("2026-a");
	assert_not_found("2026-b", "did you mean \"2026-a\"?");
	assert_not_found("", "no run \"\"");
	assert_int_equal(run_find(path, sizeof(path), "/nonexistent", "x"), -EINVAL);
	err_clear();
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_run_folder, drop_run_folder)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_by_path_and_by_name),
		TEST(test_last_is_the_last_that_begins_with_a_digit),
		TEST(test_unknown_is_answered),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
