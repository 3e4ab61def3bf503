// SPDX-License-Identifier: GPL-2.0-only
/* Bytes that come in pieces become lines, however they were cut. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bench/guest/message.h"
#include "util/err.h"
#include "util/lines.h"

/* What was handed over, each line in brackets. */
struct seen {
	char text[256];
	int limit;
};

static int take(void *arg, const char *line, size_t len)
{
	struct seen *seen = arg;

	assert_int_equal(line[len], '\0');
	assert_int_equal(strlen(line), len);
	strcat(seen->text, "[");
	strcat(seen->text, line);
	strcat(seen->text, "]");
	return --seen->limit == 0 ? -EPIPE : 0;
}

static void any_cut_gives_the_same_lines(void **state)
{
	static const char text[] = "one\n\ntwo words\nrest";
	size_t piece;

	(void)state;
	for (piece = 1; piece < sizeof(text); piece++) {
		struct lines lines = { .len = 0 };
		struct seen seen = { .limit = -1 };
		size_t at, len;

		for (at = 0; at < strlen(text); at += piece) {
			len = strlen(text) - at < piece ? strlen(text) - at : piece;
			assert_int_equal(lines_feed(&lines, text + at, len, take, &seen), 0);
		}
		assert_string_equal(seen.text, "[one][][two words]");
		assert_int_equal(lines_flush(&lines, take, &seen), 0);
		assert_int_equal(lines_flush(&lines, take, &seen), 0);
		assert_string_equal(seen.text, "[one][][two words][rest]");
		lines_free(&lines);
	}
}

static void an_error_of_the_taker_ends_it(void **state)
{
	struct lines lines = { .len = 0 };
	struct seen seen = { .limit = 2 };

	(void)state;
	assert_int_equal(lines_feed(&lines, "a\nb\nc\nd", 7, take, &seen), -EPIPE);
	assert_string_equal(seen.text, "[a][b]");
	lines_free(&lines);
}

static int measure(void *arg, const char *line, size_t len)
{
	(void)line;
	*(size_t *)arg = len;
	return 0;
}

static void a_long_line_is_one_line(void **state)
{
	enum {
		LEN = 1 << 20
	};
	struct lines lines = { .len = 0 };
	char *text = malloc(LEN);
	size_t len = 0;

	(void)state;
	assert_non_null(text);
	memset(text, 'x', LEN);
	assert_int_equal(lines_feed(&lines, text, LEN, measure, &len), 0);
	assert_int_equal(lines_feed(&lines, text, LEN, measure, &len), 0);
	assert_int_equal(len, 0);
	assert_int_equal(lines_feed(&lines, "\n", 1, measure, &len), 0);
	assert_int_equal(len, 2 * LEN);
	lines_free(&lines);
	free(text);
}

static void a_line_without_an_end_is_refused(void **state)
{
	struct lines lines = { .len = 0 };
	char *text = malloc(LINES_MOST);
	size_t len = 0;

	(void)state;
	assert_non_null(text);
	memset(text, 'x', LINES_MOST);
	assert_int_equal(lines_feed(&lines, text, LINES_MOST, measure, &len), 0);
	assert_int_equal(lines_feed(&lines, text, 1, measure, &len), -EIO);
	assert_non_null(strstr(err_text(), "more than 16777216 bytes"));
	err_clear();
	lines_free(&lines);
	free(text);
}

static void read_verdict(const char *line, int want, int exit_code)
{
	struct verdict verdict;

	assert_int_equal(verdict_read(&verdict, line, strlen(line)), want);
	if (!want)
		assert_int_equal(verdict.exit_code, exit_code);
	err_clear();
}

/* 256 would be 0 to a shell. */
static void only_verdicts_are_read(void **state)
{
	(void)state;
	read_verdict("start", 0, 0);
	read_verdict("splat BUG: x", 0, 0);
	read_verdict("exit 0", 0, 0);
	read_verdict("exit 255", 0, 255);
	read_verdict("exit 256", -EIO, 0);
	read_verdict("exit -1", -EIO, 0);
	read_verdict("exit +1", -EIO, 0);
	read_verdict("exit 1 ", -EIO, 0);
	read_verdict("exit ", -EIO, 0);
	read_verdict("exit 99999999999999999999", -EIO, 0);
	read_verdict("", -EIO, 0);
	assert_int_equal(verdict_read(&(struct verdict){ 0 }, "start\0x", 7), -EIO);
	err_clear();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(any_cut_gives_the_same_lines),
		cmocka_unit_test(an_error_of_the_taker_ends_it),
		cmocka_unit_test(a_long_line_is_one_line),
		cmocka_unit_test(a_line_without_an_end_is_refused),
		cmocka_unit_test(only_verdicts_are_read),
	};

	return cmocka_run_group_tests_name("lines", tests, NULL, NULL);
}
