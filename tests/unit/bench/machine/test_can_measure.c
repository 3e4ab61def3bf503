// SPDX-License-Identifier: GPL-2.0-only
/* Where to measure: what was asked for is obeyed or refused with a reason, never changed in silence. */
#include <errno.h>
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "bench/machine/can_measure.h"
#include "util/err.h"
#include "util/paths.h"

static void a_guest_is_given_when_asked_for(void **state)
{
	enum where where = WHERE_NATIVE;
	char why[256];

	(void)state;
	assert_int_equal(where_decide("vm", &where, why, sizeof(why)), 0);
	assert_int_equal(where, WHERE_VM);
	assert_non_null(strstr(why, "as asked"));
}

static void another_place_is_refused(void **state)
{
	enum where where;
	char why[256];

	(void)state;
	assert_int_equal(where_decide("moon", &where, why, sizeof(why)), -EINVAL);
	assert_non_null(strstr(err_text(), "\"moon\""));
	assert_int_equal(err_exit_code(), EXIT_USAGE);
	err_clear();
}

/* Whatever this machine can do, auto and native have to agree on it. */
static void auto_and_native_agree(void **state)
{
	char obstacle[256] = "", why[512];
	int impossible = where_native(obstacle, sizeof(obstacle));
	enum where where;

	(void)state;
	assert_int_equal(where_decide("auto", &where, why, sizeof(why)), 0);
	assert_int_equal(where, impossible ? WHERE_VM : WHERE_NATIVE);
	assert_non_null(strstr(why, obstacle));
	assert_int_equal(where_decide("native", &where, why, sizeof(why)), impossible);
	if (!impossible)
		return;
	assert_non_null(strstr(err_text(), obstacle));
	assert_int_equal(err_exit_code(), EXIT_SETUP);
	err_clear();
}

static void the_project_is_found_from_its_build_folder(void **state)
{
	char path[PATH_MAX];

	(void)state;
	assert_int_equal(path_of(path, sizeof(path), "vm/init"), 0);
	assert_int_equal(access(path, R_OK), 0);
	assert_int_equal(path_of(path, 8, "vm/init"), -ENODEV);
	assert_int_equal(err_exit_code(), EXIT_SETUP);
	err_clear();
	assert_int_equal(path_of_module(path, sizeof(path), "0.0.0-none"), -ENOENT);
	assert_string_equal(err_text(), "");
}

static void the_cache_is_made_where_it_is_wanted(void **state)
{
	char base[] = "/tmp/test_where.XXXXXX", path[PATH_MAX], expected[PATH_MAX];

	(void)state;
	assert_non_null(mkdtemp(base));
	assert_int_equal(setenv("XDG_CACHE_HOME", base, 1), 0);
	strcat(strcpy(expected, base), "/shootdown/x");
	assert_int_equal(path_of_cache(path, sizeof(path), "x"), 0);
	assert_string_equal(path, expected);
	*strrchr(expected, '/') = '\0';
	assert_int_equal(rmdir(expected), 0);
	assert_int_equal(rmdir(base), 0);

	unsetenv("XDG_CACHE_HOME");
	unsetenv("HOME");
	assert_int_equal(path_of_cache(path, sizeof(path), "x"), -ENODEV);
	assert_non_null(strstr(err_text(), "XDG_CACHE_HOME"));
	err_clear();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_guest_is_given_when_asked_for),
		cmocka_unit_test(another_place_is_refused),
		cmocka_unit_test(auto_and_native_agree),
		cmocka_unit_test(the_project_is_found_from_its_build_folder),
		cmocka_unit_test(the_cache_is_made_where_it_is_wanted),
	};

	return cmocka_run_group_tests_name("where", tests, NULL, NULL);
}
