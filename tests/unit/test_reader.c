// SPDX-License-Identifier: GPL-2.0-only
/* Is a run read as it was written, and each bad line left out, with its place and its reason? */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <errno.h>
#include <math.h>
#include <sys/stat.h>

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

static void test_reads_what_was_written(void **state)
{
	struct run run;

	(void)state;
	add_sample(0, "s", "list", 10, 1234.5);
	assert_int_equal(run_read(&run, run_folder, 0), 0);
	assert_string_equal(run.suite, "s");
	assert_true(run.emulated && run.status == RUN_COMPLETE && !run.cut);
	assert_string_equal(facts_get(&run.machine, "cpus", ""), "4");
	assert_string_equal(facts_get(&run.machine, "smt", ""), "yes");
	assert_string_equal(facts_get(&run.machine, "kernel", "unknown"), "unknown");
	assert_int_equal(run.samples, 1);
	assert_true(run.sample[0].value[run_metric(&run, "op.p50")] == 1234.5);
	assert_true(isnan(run.sample[0].value[run_metric(&run, "cb.calls")]));
	run_free(&run);
}

/* The command as it has to be typed again, and the suite's own text line by line. */
static void test_command_and_suite(void **state)
{
	struct run run;

	(void)state;
	put_file(
		"run.json",
		"{\"status\": \"complete\", \"axes\": [], \"command\": [\"shootdown\", \"run\", "
		"\"--perf\", \"record -g\", \"--set\", \"a=1..3*2\", \"it's\", \"\", \"$x\"], "
		"\"format\": \"shootdown-run\", \"version\": 1, \"started\": \"t0\", \"emulated\": "
		"true, \"seed\": 1, \"repeats\": 1, \"planned\": 2, \"tool\": {\"version\": "
		"\"0\"}, "
		"\"suite\": {\"name\": \"s\", \"help\": \"why\\u001b\", \"text\": "
		"\"[a]\\n\\tb = \\u001b\\r\\n\"}, \"metrics\": {}}");
	assert_int_equal(run_read(&run, run_folder, 0), 0);
	assert_string_equal(run.command,
			    "shootdown run --perf 'record -g' --set 'a=1..3*2' 'it'\\''s' '' '$x'");
	assert_string_equal(run.help, "why?");
	assert_string_equal(run.text, "[a]\n\tb = ??\n");
	run_free(&run);
}

static void test_values_are_in_the_order_of_display(void **state)
{
	const char *const want[] = { "none", "itree", "aaa", "zzz" };
	struct run run;
	size_t variant, ranges;

	(void)state;
	add_sample(0, "s", "zzz", 1000, 1);
	add_sample(1, "s", "itree", 20, 1);
	add_sample(2, "s", "none", 3, 1);
	add_sample(3, "s", "aaa", 1000, 1);
	assert_int_equal(run_read(&run, run_folder, 0), 0);
	variant = run_axis(&run, "variant");
	ranges = run_axis(&run, "ranges");
	for (size_t i = 0; i < 4; i++)
		assert_string_equal(run.axis[variant].value[i].text, want[i]);
	assert_true(run.axis[ranges].value[0].number == 3);
	assert_true(run.axis[ranges].value[2].number == 1000);
	assert_int_equal(run.sample[0].axis[variant], 3);
	assert_int_equal(run.sample[0].axis[ranges], 2);
	run_free(&run);
}

static void test_histogram(void **state)
{
	const struct hist *hist;
	struct run run;

	(void)state;
	add_line("%s\n", HIST("\"count\": 3, \"sum\": 30, \"min\": 5, \"max\": 20, \"bins\": [[5, "
			      "2], [20, 1]]"));
	assert_int_equal(run_read(&run, run_folder, RUN_HISTOGRAMS), 0);
	assert_int_equal(run.sample[0].hists, 1);
	hist = &run.sample[0].hist[0];
	assert_string_equal(hist->name, "op");
	assert_true(hist->hz == 2e9 && hist->count == 3 && hist->bins == 2);
	assert_int_equal(hist->index[1], 20);
	assert_int_equal(hist->bin[0], 2);
	run_free(&run);
	assert_int_equal(run_read(&run, run_folder, 0), 0);
	assert_int_equal(run.sample[0].hists, 0);
	run_free(&run);
}

static void test_failed_samples_need_no_metrics(void **state)
{
	struct run run;

	(void)state;
	add_line("{" HEAD AXES ", \"status\": \"failed\", \"why\": \"no\\u001bcallback\"}\n");
	assert_int_equal(run_read(&run, run_folder, 0), 0);
	assert_int_equal(run.sample[0].status, SAMPLE_FAILED);
	assert_string_equal(run.sample[0].why, "no?callback");
	run_free(&run);
}

static void test_cut_line_is_left_out(void **state)
{
	struct run run;

	(void)state;
	add_sample(0, "s", "list", 10, 1);
	add_line("{" HEAD);
	assert_int_equal(run_read(&run, run_folder, 0), 0);
	assert_true(run.cut);
	assert_int_equal(run.samples, 1);
	run_free(&run);
}

static void test_killed_before_the_first_sample(void **state)
{
	struct run run;

	(void)state;
	put_file("run.json", "{" RUN_HEAD "\"status\": \"running\", \"axes\": []}");
	assert_int_equal(run_read(&run, run_folder, 0), 0);
	assert_int_equal(run.samples, 0);
	assert_int_equal(run.status, RUN_INCOMPLETE);
	run_free(&run);
}

static void test_absent_parameter_is_a_dash(void **state)
{
	struct run run;

	(void)state;
	add_line("{" HEAD "\"axes\": {\"section\": \"s\", \"variant\": \"v\"}, \"status\": \"ok\", "
		 "\"metrics\": {}}\n");
	assert_int_equal(run_read(&run, run_folder, 0), 0);
	assert_string_equal(run.axis[2].value[run.sample[0].axis[2]].text, "-");
	run_free(&run);
}

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

static const struct {
	const char *text, *place, *error;
} bad_runs[] = {
	{ "", "run.json:1", "not JSON" },
	{ "{\n\"format\": \"shootdown-run\",", "run.json:2", "not JSON" },
	{ "[]", "run.json", "not a JSON object" },
	{ "{\"context\": {}}", "run.json", "these are not results of shootdown" },
	{ "{\"format\": \"shootdown-run\", \"version\": 2}", "run.json", "format version 2" },
	{ "{" RUN_HEAD "\"status\": \"done\", \"axes\": []}", "run.json",
	  "\"status\" is \"done\"" },
	{ "{" RUN_HEAD "\"status\": \"complete\"}", "run.json", "\"axes\" is missing" },
	{ "{" RUN_HEAD "\"status\": \"complete\", \"axes\": [\"a\", \"a\"]}", "run.json",
	  "axis \"a\" is there twice" },
	{ "{" RUN_HEAD "\"status\": \"complete\", \"axes\": [\"a\\n\"]}", "run.json", "printable" },
	{ "{" RUN_HEAD "\"status\": \"complete\", \"axes\": [], \"vm\": {\"a\": null}}", "run.json",
	  "fact \"a\"" },
	{ "{" RUN_HEAD "\"status\": \"complete\", \"axes\": [], \"calibration\": {\"a\": 1}}",
	  "run.json", "\"a\" is not an object" },
	{ "{" RUN_HEAD "\"status\": \"complete\", \"axes\": [], \"vm\": {\"a\\u001b\": 1}}",
	  "run.json", "a fact without a printable name" },
	{ "{" RUN_HEAD "\"status\": \"complete\", \"axes\": [], \"calibration\": {\"\": {}}}",
	  "run.json", "a cost without a printable name" },
	{ "{" RUN_HEAD "\"status\": \"complete\", \"status\": \"running\"}", "run.json:1",
	  "duplicate" },
	{ "{\"seed\": 1e999}", "run.json:1", "real number overflow" },
	{ "{\"seed\": 99999999999999999999}", "run.json:1", "too big integer" },
	{ "{\"seed\": NaN}", "run.json:1", "invalid token" },
};

static void test_bad_runs(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(bad_runs) / sizeof(bad_runs[0]); i++) {
		put_file("run.json", bad_runs[i].text);
		assert_error(bad_runs[i].place, bad_runs[i].error);
	}
}

static void test_foreign_folders(void **state)
{
	struct run run;
	char path[128];

	(void)state;
	snprintf(path, sizeof(path), "%s/run.json", run_folder);
	assert_int_equal(run_read(&run, path, 0), -EINVAL);
	assert_non_null(strstr(err_text(), "is no folder"));
	run_free(&run);
	err_clear();
	unlink(path);
	assert_error("run.json", "No such file");
	assert_int_equal(run_read(&run, "/nonexistent", 0), -EINVAL);
	run_free(&run);
	err_clear();
}

/* jansson passes over it, but an export of the line would be no JSON. */
static void test_a_nul_byte_is_no_json(void **state)
{
	static const char line[] = "{\"sample\": 0\0, \"repeat\": 0}\n";
	char path[128];
	FILE *out;

	(void)state;
	snprintf(path, sizeof(path), "%s/samples.jsonl", run_folder);
	out = fopen(path, "w");
	fwrite(line, 1, sizeof(line) - 1, out);
	fclose(out);
	assert_error("samples.jsonl:1", "not JSON: a NUL byte");
}

static void test_a_fifo_is_no_run(void **state)
{
	char path[128];

	(void)state;
	snprintf(path, sizeof(path), "%s/samples.jsonl", run_folder);
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_error("samples.jsonl", "no regular file");
	snprintf(path, sizeof(path), "%s/run.json", run_folder);
	unlink(path);
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_error("run.json", "no regular file");
}

/* @count numbers that @format makes members of a list, in run.json after @before. */
static void put_many(const char *before, const char *format, int count, const char *after)
{
	char *text;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	fputs(before, out);
	for (int i = 0; i < count; i++)
		fprintf(out, format, i ? ", " : "", i);
	fputs(after, out);
	fclose(out);
	put_file("run.json", text);
	free(text);
}

/* Each of them costs memory for each sample, or time for each pair. */
static void test_there_is_a_most_of_each(void **state)
{
	struct run run;

	(void)state;
	put_many("{" RUN_HEAD "\"status\": \"complete\", \"axes\": [", "%s\"a%d\"", RUN_AXES + 1,
		 "]}");
	assert_error("run.json", "at most 512 axes");
	put_many("{" RUN_HEAD "\"status\": \"complete\", \"axes\": [\"ranges\"], \"values\": "
		 "{\"ranges\": [",
		 "%s%d", RUN_VALUES + 1, "]}}");
	assert_error("run.json", "more than 8192 values");
	/* A metric that is asked for twice is shown once. */
	put_many("{" RUN_HEAD "\"status\": \"complete\", \"axes\": [], \"vm\": {", "%s\"a%d\": 1",
		 9, "}}");
	assert_int_equal(run_read(&run, run_folder, 0), 0);
	assert_int_equal(run.shows, 1);
	run_free(&run);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_run_folder, drop_run_folder)

static void test_profiles(void **state)
{
	struct run run;

	(void)state;
	add_line("{" HEAD OK "\"metrics\": {}, \"perf\": {\"file\": \"f\", \"samples\": 9, "
		 "\"kernel\": 7, \"symbols\": [[\"zap\", 4], [\"flush\", 3]]}}\n");
	assert_int_equal(run_read(&run, run_folder, 0), 0);
	assert_int_equal(run.sample[0].in_kernel, 7);
	assert_int_equal(run.sample[0].symbols, 2);
	assert_string_equal(run.sample[0].symbol[1].name, "flush");
	assert_int_equal(run.sample[0].symbol[1].samples, 3);
	run_free(&run);
}

static void test_profiles_of_another_form(void **state)
{
	(void)state;
	add_line("{" HEAD OK "\"metrics\": {}, \"perf\": {\"kernel\": 7, "
		 "\"symbols\": [[\"zap\", -4]]}}\n");
	assert_error("samples.jsonl:1", "samples");
	put_file("samples.jsonl", "");
	add_line("{" HEAD OK "\"metrics\": {}, \"perf\": {\"kernel\": 7, "
		 "\"symbols\": [\"zap\"]}}\n");
	assert_error("samples.jsonl:1", "a symbol is no [name, samples]");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_reads_what_was_written),
		TEST(test_command_and_suite),
		TEST(test_values_are_in_the_order_of_display),
		TEST(test_histogram),
		TEST(test_failed_samples_need_no_metrics),
		TEST(test_cut_line_is_left_out),
		TEST(test_killed_before_the_first_sample),
		TEST(test_absent_parameter_is_a_dash),
		TEST(test_bad_lines),
		TEST(test_a_bad_line_leaves_nothing_behind),
		TEST(test_many_bad_lines),
		TEST(test_only_bad_lines),
		TEST(test_bad_histograms),
		TEST(test_good_histograms_that_nobody_wants),
		TEST(test_bad_histograms_that_nobody_wants),
		TEST(test_bad_runs),
		TEST(test_foreign_folders),
		TEST(test_a_nul_byte_is_no_json),
		TEST(test_a_fifo_is_no_run),
		TEST(test_there_is_a_most_of_each),
		TEST(test_profiles),
		TEST(test_profiles_of_another_form),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
