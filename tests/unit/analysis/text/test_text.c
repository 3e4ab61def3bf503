// SPDX-License-Identifier: GPL-2.0-only
/* Are numbers shown as they are, and is hostile text harmless wherever it is put? */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/plot/gnuplot.h"
#include "analysis/text/table.h"
#include "analysis/text/text.h"
#include "util/control.h"

/* What @put writes for @text. Valid until the next call. */
static const char *written(void (*put)(FILE *out, const char *text), const char *text)
{
	static char buf[256];
	FILE *out = fmemopen(buf, sizeof(buf), "w");

	put(out, text);
	fputc('\0', out);
	fclose(out);
	return buf;
}

static void wrap(FILE *out, const char *text)
{
	text_wrap(out, text, 2);
}

static void test_clean_replaces_control_characters(void **state)
{
	char text[] = "a\033[2J\n\x7f\xc2\x9b\xe2\x80\xa8\xc3\xa9";

	(void)state;
	assert_true(control_in(text));
	control_clean(text);
	assert_string_equal(text, "a?[2J???\?\?\?\?\xc3\xa9");
	assert_false(control_in(text));
}

/* They turn around what follows, also in a terminal and in a mail. */
static void test_clean_replaces_overrides_of_direction(void **state)
{
	char text[] =
		"a\xe2\x80\xaez\xe2\x80\xac \xe2\x81\xa6\xe2\x81\xa9 \xe2\x80\xaf \xe2\x81\xaa";

	(void)state;
	assert_true(control_in(text));
	control_clean(text);
	assert_string_equal(text, "a???z??? ?????? \xe2\x80\xaf \xe2\x81\xaa");
	assert_false(control_in(text));
}

static void test_width_counts_characters(void **state)
{
	(void)state;
	assert_int_equal(text_width("\xc2\xb1 2"), 3);
	assert_int_equal(text_width(""), 0);
}

static void test_clip_cuts_between_characters(void **state)
{
	char buf[4 * 6 + 1];

	(void)state;
	assert_string_equal(text_clip(buf, "123456", 6), "123456");
	assert_string_equal(text_clip(buf, "1234567", 6), "1234..");
	assert_string_equal(
		text_clip(buf, "\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9", 6),
		"\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9..");
}

static void test_wrap_keeps_lines_short(void **state)
{
	const char *text =
		"123456789 123456789 123456789 123456789 123456789 123456789 123456789 12345 7";

	(void)state;
	assert_string_equal(
		written(wrap, text),
		"123456789 123456789 123456789 123456789 123456789 123456789 123456789 12345\n"
		"  7\n");
}

static void test_exact_reads_back(void **state)
{
	const double values[] = { 0.1, 1.0 / 3, 1234.5, 1e300, 5e-324, 9007199254740993.0, -0.5 };
	char buf[TEXT_NUMBER];

	(void)state;
	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++)
		assert_true(strtod(text_exact(buf, values[i]), NULL) == values[i]);
	assert_string_equal(text_exact(buf, 0.1), "0.1");
	assert_string_equal(text_exact(buf, 1000), "1000");
}

static void assert_scaled(const char *unit, double smallest, double value, const char *want_unit,
			  const char *want)
{
	struct text_scale scale = text_scale(unit, smallest);
	char buf[TEXT_NUMBER];

	assert_string_equal(scale.unit, want_unit);
	assert_string_equal(text_scaled(buf, &scale, value), want);
}

static void test_scale_keeps_three_digits_of_the_smallest(void **state)
{
	(void)state;
	assert_scaled("ns", 39.54, 1234, "ns", "1234.0");
	assert_scaled("ns", 1810, 86700, "us", "86.70");
	assert_scaled("ns", 999, 999, "ns", "999");
	assert_scaled("ns", 1000, 1000, "us", "1.00");
	assert_scaled("ns", 2.5e6, 2.5e6, "ms", "2.50");
	assert_scaled("1/s", 1500, 1500, "1/s", "1500");
	assert_scaled("", 0, 12, "", "12");
	assert_scaled("ns", NAN, NAN, "ns", "-");
}

static void test_change_has_a_sign_and_two_digits(void **state)
{
	char buf[TEXT_NUMBER];

	(void)state;
	assert_string_equal(text_change(buf, 0.061), "+6.1");
	assert_string_equal(text_change(buf, -0.0004), "-0.0");
	assert_string_equal(text_change(buf, 0.0996), "+10");
	assert_string_equal(text_change(buf, 3.12), "+312");
}

static void test_csv_quotes_where_it_must(void **state)
{
	(void)state;
	assert_string_equal(written(text_csv, "list"), "list");
	assert_string_equal(written(text_csv, "a,b"), "\"a,b\"");
	assert_string_equal(written(text_csv, "say \"x\""), "\"say \"\"x\"\"\"");
	assert_string_equal(written(text_csv, "a\nb"), "\"a\nb\"");
}

static void test_markdown_is_not_obeyed(void **state)
{
	(void)state;
	assert_string_equal(written(text_markdown, "mmap_lock"), "mmap_lock");
	assert_string_equal(written(text_markdown, "_x_ *y*"), "\\_x\\_ \\*y\\*");
	assert_string_equal(written(text_markdown, "a|b <i>"), "a\\|b \\<i>");
	assert_string_equal(written(text_markdown, "[t](u) [1, 2]"), "[t\\](u) [1, 2]");
}

/* gnuplot writes its labels into an SVG without a look at them. */
static void test_gnuplot_string_fits_an_svg(void **state)
{
	(void)state;
	assert_string_equal(written(gnuplot_string, "a[b[1]]>2"), "'a[b[1]] >2'");
	assert_string_equal(written(gnuplot_string, "\xef\xbf\xbe\xef\xbf\xbf\xef\xbf\xbd"),
			    "'??\xef\xbf\xbd'");
	assert_string_equal(written(gnuplot_string, "]] > it's"), "']] > it''s'");
}

static void test_gnuplot_string_ends_where_it_should(void **state)
{
	(void)state;
	assert_string_equal(written(gnuplot_string, "it's `x` \\"), "'it''s `x` \\'");
}

static void print_table(FILE *out, const char *text)
{
	struct table table;

	table_init(&table, "rl");
	table_cell(&table, "n");
	table_cell(&table, "\xc2\xb1");
	table_cell(&table, "%d", 100);
	table_cell(&table, "%s", text);
	assert_int_equal(table_print(&table, out, 1), 0);
	table_free(&table);
}

static void test_table_aligns_and_leaves_no_blank_behind(void **state)
{
	(void)state;
	assert_string_equal(written(print_table, "a"), "   n  \xc2\xb1\n 100  a\n");
	assert_string_equal(written(print_table, ""), "   n  \xc2\xb1\n 100\n");
}

/* A name of backticks alone on its line would end the block, and what follows be markup. */
static void test_no_text_ends_its_fence(void **state)
{
	(void)state;
	assert_string_equal(written(text_fenced, "a `b`\n"), "```\na `b`\n```\n");
	assert_string_equal(written(text_fenced, "\n  ````\nx ```\n"),
			    "`````\n  ````\nx ```\n`````\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_clean_replaces_control_characters),
		cmocka_unit_test(test_clean_replaces_overrides_of_direction),
		cmocka_unit_test(test_width_counts_characters),
		cmocka_unit_test(test_clip_cuts_between_characters),
		cmocka_unit_test(test_wrap_keeps_lines_short),
		cmocka_unit_test(test_exact_reads_back),
		cmocka_unit_test(test_scale_keeps_three_digits_of_the_smallest),
		cmocka_unit_test(test_change_has_a_sign_and_two_digits),
		cmocka_unit_test(test_csv_quotes_where_it_must),
		cmocka_unit_test(test_markdown_is_not_obeyed),
		cmocka_unit_test(test_gnuplot_string_fits_an_svg),
		cmocka_unit_test(test_gnuplot_string_ends_where_it_should),
		cmocka_unit_test(test_table_aligns_and_leaves_no_blank_behind),
		cmocka_unit_test(test_no_text_ends_its_fence),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
