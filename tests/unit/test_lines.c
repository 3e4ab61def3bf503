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

#include "bench/lines.h"

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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(any_cut_gives_the_same_lines),
		cmocka_unit_test(an_error_of_the_taker_ends_it),
		cmocka_unit_test(a_long_line_is_one_line),
	};

	return cmocka_run_group_tests_name("lines", tests, NULL, NULL);
}
