/* SPDX-License-Identifier: GPL-2.0-only */
/* Lines of samples.jsonl, and what reading a folder with them says. */
#ifndef TESTS_UNIT_LIB_RUN_LINES_H
#define TESTS_UNIT_LIB_RUN_LINES_H

#include <errno.h>

#include "run_folder.h"

#define AXES "\"axes\": {\"section\": \"s\", \"variant\": \"list\", \"ranges\": 10}"
#define HEAD "\"sample\": 0, \"repeat\": 0, "
#define OK   AXES ", \"status\": \"ok\", "
#define HIST(rest)                                                                                 \
	"{" HEAD OK "\"metrics\": {}, \"hist\": {\"op\": {\"unit\": \"cycles\", \"hz\": 2e9, "     \
	"\"sub_bits\": 6, " rest "}}}"

/* The sentence that reading the folder ends with: "" when it was read. */
static const char *read_error(void)
{
	static char text[1024];
	struct run run;
	int ret = run_read(&run, run_folder, RUN_HISTOGRAMS);

	run_free(&run);
	assert_int_equal(ret, err_exit_code() == EXIT_FINE ? 0 : -EINVAL);
	assert_true(err_exit_code() == EXIT_FINE || err_exit_code() == EXIT_USAGE);
	snprintf(text, sizeof(text), "%s", err_text());
	err_clear();
	return text;
}

static void assert_error(const char *place, const char *what)
{
	const char *text = read_error();
	char begin[128];

	snprintf(begin, sizeof(begin), "%s/%s: ", run_folder, place);
	if (strncmp(text, begin, strlen(begin)) != 0 || !strstr(text, what))
		fail_msg("\"%s\" does not begin with \"%s\" or lacks \"%s\"", text, begin, what);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_run_folder, drop_run_folder)

#endif
