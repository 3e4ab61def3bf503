// SPDX-License-Identifier: GPL-2.0-only
/* Is what is unpacked what was packed, is a record like the one before short, and is anything else refused? */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "bench/results/wire.h"
#include "util/base64.h"
#include "util/err.h"
#include "util/lines.h"
#include "util/random.h"

/* RFC 4648, section 10. */
static void base64_as_the_rfc_has_it(void **state)
{
	static const char *const pairs[][2] = {
		{ "", "" },
		{ "f", "Zg==" },
		{ "fo", "Zm8=" },
		{ "foo", "Zm9v" },
		{ "foob", "Zm9vYg==" },
		{ "fooba", "Zm9vYmE=" },
		{ "foobar", "Zm9vYmFy" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		size_t len = strlen(pairs[i][0]), size;
		unsigned char bytes[16];
		char text[16] = "";

		assert_int_equal(BASE64_LEN(len), strlen(pairs[i][1]));
		base64_encode(text, (const unsigned char *)pairs[i][0], len);
		assert_memory_equal(text, pairs[i][1], BASE64_LEN(len));
		assert_true(base64_decode(bytes, &size, text, BASE64_LEN(len)));
		assert_int_equal(size, len);
		assert_memory_equal(bytes, pairs[i][0], len);
	}
}

static void other_base64_is_refused(void **state)
{
	static const char *const wrong[] = { "Z",    "Zg",   "Zg=",  "Zg===", "Z===", "====",
					     "Zg=v", "Zm9-", "Zm9 ", "Zh==",  "Zm9=", "Zg==Zg==" };
	unsigned char bytes[16];
	size_t size;

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_false(base64_decode(bytes, &size, wrong[i], strlen(wrong[i])));
	assert_false(base64_decode(bytes, &size, "Zm\0v", 4));
}

static void expect_back(struct wire *to, struct wire *from, const char *text, size_t len,
			size_t most)
{
	char *line = wire_pack(to, text, len), *back;
	size_t size;

	assert_non_null(line);
	assert_true(strlen(line) <= most);
	assert_null(strchr(line, '\n'));
	back = wire_unpack(from, line, strlen(line), &size);
	assert_non_null(back);
	assert_int_equal(size, len);
	assert_memory_equal(back, text, len);
	assert_int_equal(back[len], 0);
	free(back);
	free(line);
}

static void what_comes_is_what_went(void **state)
{
	struct wire to = { 0 }, from = { 0 };
	char text[4000];

	(void)state;
	for (int i = 0; i < 50; i++) {
		int len = snprintf(text, sizeof(text), "{\"sample\":%d,", i);

		for (int j = 0; j < 100; j++)
			len += snprintf(text + len, sizeof(text) - (size_t)len,
					"\"absent.%d\":\"a reason\",", j);
		expect_back(&to, &from, text, (size_t)len, i ? 200 : 2000);
	}
	expect_back(&to, &from, "", 0, 20);
	wire_close(&to);
	wire_close(&from);
}

/* Of any length, also where zlib's output ends just where the room does. */
static void noise_comes_through(void **state)
{
	struct wire to = { 0 }, from = { 0 };
	uint64_t random = 1;
	char *text = malloc(1 << 20);

	(void)state;
	assert_non_null(text);
	for (size_t i = 0; i < 1 << 20; i++)
		text[i] = (char)random_next(&random);
	for (size_t len = 4040; len < 4110; len++)
		expect_back(&to, &from, text, len, 2 * len);
	expect_back(&to, &from, text, 1 << 20, 1 << 21);
	wire_close(&to);
	wire_close(&from);
	free(text);
}

static void refuse(struct wire *wire, const char *line)
{
	size_t size;

	err_clear();
	assert_null(wire_unpack(wire, line, strlen(line), &size));
	assert_int_equal(err_exit_code(), EXIT_UNTRUSTED);
	err_clear();
}

static void other_lines_are_refused(void **state)
{
	struct wire to = { 0 }, from = { 0 };
	char *first = wire_pack(&to, "one", 3), *second = wire_pack(&to, "two", 3);

	(void)state;
	refuse(&from, "");
	refuse(&from, "{}");
	refuse(&from, "=Zm9v");
	wire_close(&from);
	refuse(&from, second); /* without the first */
	wire_close(&from);
	first[strlen(first) - 1] = '\0';
	refuse(&from, first);
	wire_close(&from);
	wire_close(&to);
	free(first);
	free(second);
}

/* A short line that stands for more than any record has. */
static void a_bomb_is_refused(void **state)
{
	struct wire to = { 0 }, from = { 0 };
	size_t len = 3 * (size_t)LINES_MOST;
	char *zeros = calloc(1, len), *line;

	(void)state;
	assert_non_null(zeros);
	line = wire_pack(&to, zeros, len);
	assert_non_null(line);
	assert_true(strlen(line) < 200000);
	refuse(&from, line);
	wire_close(&from);
	wire_close(&to);
	free(zeros);
	free(line);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(base64_as_the_rfc_has_it),
		cmocka_unit_test(other_base64_is_refused),
		cmocka_unit_test(what_comes_is_what_went),
		cmocka_unit_test(noise_comes_through),
		cmocka_unit_test(other_lines_are_refused),
		cmocka_unit_test(a_bomb_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
