// SPDX-License-Identifier: GPL-2.0-only
/* Is a run read as it was written, and what is no run refused, with its place and its reason? */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <errno.h>
#include <math.h>
#include <sys/stat.h>

#include "tests/unit/lib/run_lines.h"

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
