// SPDX-License-Identifier: GPL-2.0-only
/* Is each damaged line left out, counted and named, with its reason, and nothing of it kept? */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "tests/unit/lib/run_lines.h"

/* Each stands as the second line, after a good one. */
static const struct {
	const char *line, *error;
} bad_lines[] = {
	{ "", "not JSON" },
	{ "{", "not JSON" },
	{ "[]", "not a JSON object" },
	{ "{\"sample\": 1, \"sample\": 1}", "not JSON: duplicate" },
	{ "{\"repeat\": 0}", "\"sample\" is missing" },
	{ "{\"sample\": -1}", "\"sample\" is not an integer" },
	{ "{\"sample\": 1, \"repeat\": \"a\"}", "\"repeat\" is not an integer" },
	{ "{\"sample\": 0, \"repeat\": 0}", "sample 0 comes after sample 0" },
	{ "{\"sample\": 1, \"repeat\": 0, " AXES ", \"status\": \"fine\"}",
	  "\"status\" is \"fine\"" },
	{ "{\"sample\": 1, \"repeat\": 0, \"status\": \"ok\"}", "\"axes\" is missing" },
	{ "{\"sample\": 1, \"repeat\": 0, \"status\": \"ok\", \"axes\": {\"variant\": true}}",
	  "is not a string" },
	{ "{\"sample\": 1, \"repeat\": 0, \"status\": \"ok\", \"axes\": {\"variant\": \"a\\n\"}}",
	  "\"variant\" is not a string of 1 to 256 printable characters" },
	{ "{\"sample\": 1, \"repeat\": 0, \"status\": \"ok\", \"axes\": {\"colour\": 1}}",
	  "axis \"colour\" is not in run.json" },
	{ "{\"sample\": 1, \"repeat\": 0, " OK "\"metrics\": {\"op.p51\": 1}}",
	  "metric \"op.p51\" is not in run.json" },
	{ "{\"sample\": 1, \"repeat\": 0, " OK "\"metrics\": {\"op.p50\": \"1\"}}",
	  "\"op.p50\" is not a number" },
	{ "{\"sample\": 1, \"repeat\": 0, " OK "\"metrics\": {\"op.p50\": NaN}}", "not JSON" },
	{ "{\"sample\": 1, \"repeat\": 0, " OK "\"metrics\": {\"op.p50\": 1e999}}", "not JSON" },
	{ "{\"sample\": 1, \"repeat\": 0, " OK
	  "\"metrics\": {\"op.p50\": 1}, \"absent\": {\"op.p50\": \"x\"}}",
	  "both measured and absent" },
};

/* The run of the samples 0 and 2, without line 2: what it has is theirs. */
static void assert_left_out(const char *why, unsigned int flags)
{
	struct run run;

	assert_int_equal(run_read(&run, run_folder, flags), 0);
	assert_int_equal(run.samples, 2);
	assert_int_equal(run.sample[1].number, 2);
	assert_int_equal(run.damaged, 1);
	assert_int_equal(run.damage[0].line, 2);
	if (!strstr(run.damage[0].why, why))
		fail_msg("\"%s\" lacks \"%s\"", run.damage[0].why, why);
	assert_null(strstr(run.damage[0].why, run_folder));
	for (size_t i = 0; i < run.axes; i++)
		assert_int_equal(run.axis[i].count, 1);
	run_free(&run);
	assert_string_equal(err_text(), "");
}

static void put_between(const char *line)
{
	put_file("samples.jsonl", "");
	add_sample(0, "s", "list", 10, 1);
	add_line("%s\n", line);
	add_sample(2, "s", "list", 10, 1);
}

static void test_bad_lines(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(bad_lines) / sizeof(bad_lines[0]); i++) {
		put_between(bad_lines[i].line);
		assert_left_out(bad_lines[i].error, 0);
	}
}

/* New values of axes in a line that is damaged behind them: nobody has them. */
static void test_a_bad_line_leaves_nothing_behind(void **state)
{
	(void)state;
	put_between(
		"{\"sample\": 1, \"repeat\": 0, \"axes\": {\"section\": \"t\", \"variant\": "
		"\"itree\", \"ranges\": 99}, \"status\": \"ok\", \"metrics\": {\"op.p51\": 1}}");
	assert_left_out("op.p51", RUN_HISTOGRAMS);
}

/* More than are named: all are counted. */
static void test_many_bad_lines(void **state)
{
	struct run run;

	(void)state;
	add_sample(0, "s", "list", 10, 1);
	for (int i = 0; i < 1000; i++)
		add_line("{\"sample\": %d\n", i);
	assert_int_equal(run_read(&run, run_folder, 0), 0);
	assert_int_equal(run.samples, 1);
	assert_int_equal(run.damaged, 1000);
	assert_int_equal(run.damage[RUN_DAMAGES - 1].line, RUN_DAMAGES + 1);
	run_free(&run);
}

static void test_only_bad_lines(void **state)
{
	(void)state;
	add_line("{\n");
	assert_error("samples.jsonl:1", "not JSON");
	add_line("{\n");
	assert_error("samples.jsonl:1", "none of the 2 lines can be read");
}

static const struct {
	const char *line, *error;
} bad_hists[] = {
	{ HIST("\"count\": 3, \"sum\": 1, \"min\": 5, \"max\": 20, \"bins\": [[5, 2], [20, 2]]"),
	  "the bins count 4 values, \"count\" is 3" },
	{ HIST("\"count\": 3, \"sum\": 1, \"min\": 5, \"max\": 20, \"bins\": [[20, 2], [5, 1]]"),
	  "bin 5 is not above" },
	{ HIST("\"count\": 2, \"sum\": 1, \"min\": 5, \"max\": 5, \"bins\": [[5, 1], [5, 1]]"),
	  "bin 5 is not above" },
	{ HIST("\"count\": 0, \"sum\": 1, \"min\": 5, \"max\": 5, \"bins\": [[5, 0]]"),
	  "bin 5 counts 0" },
	{ HIST("\"count\": 1, \"sum\": 1, \"min\": 5, \"max\": 5, \"bins\": [[5]]"),
	  "is no [index, count]" },
	{ HIST("\"count\": 1, \"sum\": 1, \"min\": 5, \"max\": 5, \"bins\": [[2240, 1]]"),
	  "no bin 2240" },
	{ HIST("\"count\": 1, \"sum\": 1, \"min\": 5, \"max\": 5, \"bins\": [[-1, 1]]"),
	  "no bin -1" },
	{ HIST("\"count\": 2, \"sum\": 1, \"min\": 6, \"max\": 20, \"bins\": [[5, 1], [20, 1]]"),
	  "first and the last bin" },
	{ HIST("\"count\": 2, \"sum\": 1, \"min\": 5, \"max\": 21, \"bins\": [[5, 1], [20, 1]]"),
	  "first and the last bin" },
	{ HIST("\"count\": 1, \"sum\": 1, \"min\": 5, \"max\": 5"), "\"bins\" is missing" },
	{ "{" HEAD OK
	  "\"metrics\": {}, \"hist\": {\"op\": {\"unit\": \"cycles\", \"sub_bits\": 5, \"hz\": 1, "
	  "\"count\": 1, \"sum\": 1, \"min\": 5, \"max\": 5, \"bins\": [[5, 1]]}}}",
	  "\"sub_bits\" is 5" },
	{ "{" HEAD OK "\"metrics\": {}, \"hist\": {\"op\": {\"unit\": \"cycles\", \"sub_bits\": 6, "
	  "\"count\": 1, \"sum\": 1, \"min\": 5, \"max\": 5, \"bins\": [[5, 1]]}}}",
	  "\"hz\" is missing" },
	{ "{" HEAD OK "\"metrics\": {}, \"hist\": {\"op\": {\"unit\": \"apples\", \"sub_bits\": 6, "
	  "\"count\": 1, \"sum\": 1, \"min\": 5, \"max\": 5, \"bins\": [[5, 1]]}}}",
	  "unit \"apples\"" },
	{ "{" HEAD OK "\"metrics\": {}, \"hist\": {\"op\": {\"unit\": \"cycles\", \"sub_bits\": 6, "
	  "\"hz\": 1e-300, \"count\": 1, \"sum\": 1, \"min\": 5, \"max\": 5, \"bins\": [[5, 1]]}}}",
	  "\"hz\" is not from 1 to 10^12" },
	/* Their sum is 2^64 + 1, which a count of 64 bits takes for 1. */
	{ HIST("\"count\": 1, \"sum\": 1, \"min\": 5, \"max\": 20, \"bins\": "
	       "[[5, 9223372036854775807], [6, 9223372036854775807], [20, 3]]"),
	  "more than 8796093022208 values" },
	{ HIST("\"count\": 3, \"sum\": 1, \"min\": 2199023255552, \"max\": 1099511627776, "
	       "\"bins\": [[2239, 3]]"),
	  "\"min\" is above \"max\"" },
};

static void test_bad_histograms(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(bad_hists) / sizeof(bad_hists[0]); i++) {
		put_file("samples.jsonl", bad_hists[i].line);
		add_line("\n");
		assert_error("samples.jsonl:1", bad_hists[i].error);
	}
}

/* What is looked at and not kept leaves nothing to the next. */
static void test_good_histograms_that_nobody_wants(void **state)
{
	struct run run;

	(void)state;
	for (int i = 0; i < 3; i++)
		add_line("{\"sample\": %d, \"repeat\": 0, " OK
			 "\"metrics\": {}, \"hist\": {\"op\": {\"unit\": \"ns\", \"sub_bits\": 6, "
			 "\"count\": 3, \"sum\": 30, \"min\": 5, \"max\": 20, \"bins\": [[5, 2], "
			 "[20, "
			 "1]]}}}\n",
			 i);
	assert_int_equal(run_read(&run, run_folder, 0), 0);
	assert_int_equal(run.samples, 3);
	assert_int_equal(run.damaged, 0);
	run_free(&run);
}

/* A line is damaged or not, whether its histograms are wanted or not. */
static void test_bad_histograms_that_nobody_wants(void **state)
{
	char line[1024];

	(void)state;
	for (size_t i = 0; i < sizeof(bad_hists) / sizeof(bad_hists[0]); i++) {
		snprintf(line, sizeof(line), "{\"sample\": 1, \"repeat\": 0, %s",
			 bad_hists[i].line + strlen("{" HEAD));
		put_between(line);
		assert_left_out(bad_hists[i].error, 0);
		assert_left_out(bad_hists[i].error, RUN_HISTOGRAMS);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_bad_lines),
		TEST(test_a_bad_line_leaves_nothing_behind),
		TEST(test_many_bad_lines),
		TEST(test_only_bad_lines),
		TEST(test_bad_histograms),
		TEST(test_good_histograms_that_nobody_wants),
		TEST(test_bad_histograms_that_nobody_wants),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
