// SPDX-License-Identifier: GPL-2.0-only
/* Do records reach the run's folder whole, by the stream too, and is what stands there valid at each moment? */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench/cli/watch.h"
#include "bench/results/gobench.h"
#include "bench/results/record.h"
#include "bench/results/results.h"
#include "util/err.h"

static json_t *some_run(void)
{
	return json_pack("{s:s, s:i, s:s, s:s, s:s, s:i, s:{s:s, s:s}, s:{s:s}, s:[s, s, s], s:o}",
			 "format", "shootdown-run", "version", 1, "started", "2026-11-20T08:30:00Z",
			 "status", "running", "why", "", "planned", 2, "machine", "host",
			 "a b/../c", "kernel", "6.1.0", "suite", "name", "quick", "axes", "section",
			 "workload", "ranges", "metrics", metrics_describe("ns"));
}

static json_t *some_sample(const char *status)
{
	return json_pack("{s:i, s:i, s:{s:s, s:s, s:i}, s:s, s:s, s:{s:f, s:i}}", "sample", 0,
			 "repeat", 0, "axes", "section", "a", "workload", "dontneed", "ranges", 10,
			 "status", status, "why", "because", "metrics", "op.mean", 12.5, "op.count",
			 100);
}

static json_t *load(const struct folder *folder, const char *name)
{
	char path[PATH_MAX + 32];

	snprintf(path, sizeof(path), "%s/%s", folder->path, name);
	return json_load_file(path, JSON_DISABLE_EOF_CHECK, NULL);
}

static char *slurp(const struct folder *folder, const char *name)
{
	enum {
		MOST = 1 << 16
	};
	char path[PATH_MAX + 32], *text = calloc(1, MOST);
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", folder->path, name);
	f = fopen(path, "r");
	assert_non_null(f);
	assert_in_range(fread(text, 1, MOST - 1, f), 1, MOST - 2);
	fclose(f);
	return text;
}

static const char *status_of(const struct folder *folder)
{
	static char status[32];
	json_t *run = load(folder, "run.json");

	assert_non_null(run);
	snprintf(status, sizeof(status), "%s", json_string_value(json_object_get(run, "status")));
	json_decref(run);
	return status;
}

static void remove_run(const struct folder *folder)
{
	static const char *const names[] = { "run.json", "samples.jsonl", "samples.bench" };
	char path[PATH_MAX + 32];

	for (size_t i = 0; i < 3; i++) {
		snprintf(path, sizeof(path), "%s/%s", folder->path, names[i]);
		assert_int_equal(unlink(path), 0);
	}
	assert_int_equal(rmdir(folder->path), 0);
}

static void remove_folder(const struct folder *folder, const char *parent)
{
	remove_run(folder);
	assert_int_equal(rmdir(parent), 0);
}

static void a_run_is_valid_at_each_moment(void **state)
{
	char parent[] = "/tmp/shootdown-test-XXXXXX";
	json_t *run = some_run(), *sample = some_sample("ok"), *back;
	struct folder folder;

	(void)state;
	assert_non_null(mkdtemp(parent));
	folder_open(&folder, parent);
	assert_int_equal(folder.sink.begin(&folder.sink, run), 0);
	/* A host's name cannot lead out of the folder. */
	assert_string_equal(folder.path + strlen(parent), "/20261120T083000Z-a_b_.._c-6.1.0");
	assert_string_equal(status_of(&folder), "running");
	assert_int_equal(folder.sink.sample(&folder.sink, sample), 0);
	back = load(&folder, "samples.jsonl");
	assert_true(json_equal(back, sample));
	json_decref(back);
	assert_int_equal(folder.sink.end(&folder.sink, "complete", ""), 0);
	assert_string_equal(status_of(&folder), "complete");
	folder_close(&folder);
	remove_folder(&folder, parent);
	json_decref(run);
	json_decref(sample);
}

static size_t count_entries(const char *parent)
{
	DIR *entries = opendir(parent);
	size_t count = 0;

	assert_non_null(entries);
	while (readdir(entries))
		count++;
	closedir(entries);
	return count - 2; /* "." and ".." */
}

/* A folder has its name only once run.json is in it: what a kill leaves before is no run. */
static void a_folder_is_named_when_it_can_be_read(void **state)
{
	char parent[] = "/tmp/shootdown-test-XXXXXX";
	json_t *run = some_run();
	struct folder first, second;

	(void)state;
	assert_non_null(mkdtemp(parent));
	folder_open(&first, parent);
	folder_open(&second, parent);
	assert_int_equal(first.sink.begin(&first.sink, run), 0);
	assert_int_equal(second.sink.begin(&second.sink, run), 0);
	/* Of the same second: neither takes the other's place, and no draft stays. */
	assert_string_equal(second.path + strlen(parent), "/20261120T083000Z-a_b_.._c-6.1.0-2");
	assert_string_equal(status_of(&first), "running");
	assert_string_equal(status_of(&second), "running");
	assert_int_equal(count_entries(parent), 2);
	folder_close(&first);
	folder_close(&second);
	remove_run(&first);
	remove_folder(&second, parent);
	json_decref(run);
}

static void benchstat_gets_its_lines(void **state)
{
	char parent[] = "/tmp/shootdown-test-XXXXXX";
	json_t *run = some_run(), *ok = some_sample("ok"), *failed = some_sample("failed");
	struct folder folder;
	const char *line;
	char *text;

	(void)state;
	assert_non_null(mkdtemp(parent));
	folder_open(&folder, parent);
	folder.sink.begin(&folder.sink, run);
	folder.sink.sample(&folder.sink, failed);
	folder.sink.sample(&folder.sink, ok);
	text = slurp(&folder, "samples.bench");
	assert_non_null(strstr(text, "pkg: shootdown/quick\n"));
	assert_non_null(strstr(
		text, "\nBenchmarkDontneed/section=a/ranges=10\t100\t12.5 ns/op\t12.5 op.mean-ns\t"
		      "100 op.count\n"));
	/* Once only: the failed sample has no line. */
	line = strstr(text, "\nBenchmark");
	assert_null(strstr(line + 1, "\nBenchmark"));
	free(text);
	/* A mean that could not be measured is absent, not 0. */
	json_object_del(json_object_get(ok, "metrics"), "op.mean");
	folder.sink.sample(&folder.sink, ok);
	text = slurp(&folder, "samples.bench");
	assert_non_null(strstr(text, "ranges=10\t100\t100 op.count\n"));
	free(text);
	folder_close(&folder);
	remove_folder(&folder, parent);
	json_decref(run);
	json_decref(ok);
	json_decref(failed);
}

/* What the stream writes, fed to a folder, is what the folder would have got. */
static void stream_through(bool packed)
{
	char parent[] = "/tmp/shootdown-test-XXXXXX";
	json_t *run = some_run(), *sample = some_sample("ok"), *back;
	struct folder folder;
	struct stream stream;
	struct feed feed = { .sink = &folder.sink };
	char *text, *line, *rest;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	stream_open(&stream, out, packed);
	assert_int_equal(stream.sink.begin(&stream.sink, run), 0);
	assert_int_equal(stream.sink.sample(&stream.sink, sample), 0);
	assert_int_equal(stream.sink.end(&stream.sink, "incomplete", "time"), 0);
	stream_close(&stream);
	fclose(out);
	assert_int_equal(text[0], packed ? '=' : '{');
	assert_non_null(mkdtemp(parent));
	folder_open(&folder, parent);
	for (rest = text; (line = strsep(&rest, "\n")) && *line;)
		assert_int_equal(feed_line(&feed, line, strlen(line)), 0);
	feed_close(&feed);
	back = load(&folder, "samples.jsonl");
	assert_true(json_equal(back, sample));
	json_decref(back);
	assert_string_equal(status_of(&folder), "incomplete");
	folder_close(&folder);
	remove_folder(&folder, parent);
	json_decref(run);
	json_decref(sample);
	free(text);
}

static void the_stream_loses_nothing(void **state)
{
	(void)state;
	stream_through(false);
	stream_through(true);
}

static void strange_lines_are_refused(void **state)
{
	static const char *const lines[] = { "",
					     "hello",
					     "{\"sample\":",
					     "{\"what\": 1}",
					     "[]",
					     "=",
					     "=====",
					     "=eJyr",
					     "{\"end\": {}}",
					     "{\"run\": 1}",
					     "{\"sample\": []}",
					     "{\"end\": {\"status\": \"fine\", \"why\": \"\"}}" };
	struct folder folder;
	struct feed feed = { .sink = &folder.sink };

	(void)state;
	folder_open(&folder, "/nonexistent");
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		err_clear();
		assert_int_equal(feed_line(&feed, lines[i], strlen(lines[i])), -EIO);
		assert_int_equal(err_exit_code(), EXIT_UNTRUSTED);
	}
	/* A sample before its run. */
	err_clear();
	assert_int_equal(feed_line(&feed, "{\"sample\": {}}", 14), -EIO);
	feed_close(&feed);
	err_clear();
}

static int take(struct sink *sink, json_t *value)
{
	(void)sink;
	(void)value;
	return 0;
}

static int take_end(struct sink *sink, const char *status, const char *why)
{
	(void)sink;
	(void)status;
	(void)why;
	return 0;
}

static enum exit_code verdict_of(const char *first, const char *second)
{
	struct sink black_hole = { take, take, take_end };
	struct watch watch;
	json_t *a = some_sample(first), *b = some_sample(second);

	err_clear();
	watch_open(&watch, &black_hole, true);
	watch.sink.sample(&watch.sink, a);
	watch.sink.sample(&watch.sink, b);
	watch_verdict(&watch);
	json_decref(a);
	json_decref(b);
	return err_exit_code();
}

static void failed_samples_are_an_exit_code(void **state)
{
	(void)state;
	assert_int_equal(verdict_of("ok", "ok"), EXIT_FINE);
	assert_int_equal(verdict_of("ok", "skipped"), EXIT_FINE);
	assert_int_equal(verdict_of("skipped", "skipped"), EXIT_SKIPPED);
	assert_int_equal(verdict_of("ok", "failed"), EXIT_UNTRUSTED);
	assert_non_null(strstr(err_text(), "because"));
	err_clear();
}

static void rare_quantiles_are_absent(void **state)
{
	struct loghist *h = calloc(1, sizeof(*h));
	struct record record;

	(void)state;
	loghist_init(h);
	assert_int_equal(record_open(&record, 1e9), 0);
	record_hist(&record, "cb.end", h, "no end callback");
	assert_null(json_object_get(record.metrics, "cb.end.p50"));
	assert_string_equal(json_string_value(json_object_get(record.absent, "cb.end.p50")),
			    "no end callback");
	for (int i = 1; i <= 100; i++)
		loghist_record(h, (uint64_t)i);
	record_hist(&record, "op", h, "");
	assert_non_null(json_object_get(record.metrics, "op.p99"));
	assert_null(json_object_get(record.metrics, "op.p999"));
	assert_string_equal(json_string_value(json_object_get(record.absent, "op.p999")),
			    "needs 1000 values, there are 100");
	assert_true(json_number_value(json_object_get(record.metrics, "op.max")) == 100);
	assert_true(json_number_value(json_object_get(record.metrics, "op.mean")) == 50.5);
	record_close(&record);
	free(h);
}

/* Where the clock counts instructions, a column of nanoseconds would be wrong. */
static void instructions_are_no_nanoseconds(void **state)
{
	json_t *run = some_run(), *sample = some_sample("ok");
	char *text;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	(void)state;
	json_object_set_new(run, "metrics", metrics_describe("insn"));
	gobench_line(out, run, sample);
	fclose(out);
	assert_non_null(strstr(text, "\t100\t12.5 insn/op\t12.5 op.mean-insn\t"));
	assert_null(strstr(text, "ns/op"));
	free(text);
	json_decref(run);
	json_decref(sample);
}

static void the_end_counts_the_samples(void **state)
{
	static const char *const statuses[] = { "ok", "failed", "ok", "skipped", "ok" };
	char parent[] = "/tmp/shootdown-test-XXXXXX";
	json_t *run = some_run(), *back, *counts, *sample;
	struct folder folder;

	(void)state;
	assert_non_null(mkdtemp(parent));
	folder_open(&folder, parent);
	folder.sink.begin(&folder.sink, run);
	for (size_t i = 0; i < 5; i++) {
		sample = some_sample(statuses[i]);
		folder.sink.sample(&folder.sink, sample);
		json_decref(sample);
	}
	folder.sink.end(&folder.sink, "complete", "");
	back = load(&folder, "run.json");
	counts = json_object_get(back, "samples");
	assert_int_equal(json_integer_value(json_object_get(counts, "ok")), 3);
	assert_int_equal(json_integer_value(json_object_get(counts, "failed")), 1);
	assert_int_equal(json_integer_value(json_object_get(counts, "skipped")), 1);
	json_decref(back);
	folder_close(&folder);
	remove_folder(&folder, parent);
	json_decref(run);
}

/* Whatever a guest sends, a line of samples.bench has the fields that it has. */
static void names_cannot_break_a_bench_line(void **state)
{
	static const char run[] =
		"{\"axes\": [1, \"a b\", \"variant\", \"workload\"], \"metrics\": "
		"{\"x y\": {\"unit\": \"1\\n/s\"}, \"op.mean\": {\"unit\": \"ns\"}}}";
	static const char sample[] =
		"{\"status\": \"ok\", \"axes\": {\"a b\": \"c\\td/e=f\", \"variant\": 7, "
		"\"workload\": \" x/\"}, \"metrics\": {\"x y\": 1}}";
	json_t *run_json = json_loads(run, 0, NULL), *sample_json = json_loads(sample, 0, NULL);
	char *text;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	(void)state;
	gobench_line(out, run_json, sample_json);
	fclose(out);
	assert_string_equal(text, "Benchmark_x_/a_b=c_d_e=f/variant=7\t0\t1 x_y-1_/s\n");
	free(text);
	json_decref(run_json);
	json_decref(sample_json);
}

static void a_second_run_is_refused(void **state)
{
	char parent[] = "/tmp/shootdown-test-XXXXXX";
	json_t *run = some_run();
	struct folder folder;

	(void)state;
	assert_non_null(mkdtemp(parent));
	folder_open(&folder, parent);
	assert_int_equal(folder.sink.begin(&folder.sink, run), 0);
	assert_int_equal(folder.sink.begin(&folder.sink, run), -EIO);
	err_clear();
	folder_close(&folder);
	remove_folder(&folder, parent);
	json_decref(run);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_run_is_valid_at_each_moment),
		cmocka_unit_test(a_folder_is_named_when_it_can_be_read),
		cmocka_unit_test(benchstat_gets_its_lines),
		cmocka_unit_test(the_stream_loses_nothing),
		cmocka_unit_test(strange_lines_are_refused),
		cmocka_unit_test(failed_samples_are_an_exit_code),
		cmocka_unit_test(rare_quantiles_are_absent),
		cmocka_unit_test(names_cannot_break_a_bench_line),
		cmocka_unit_test(a_second_run_is_refused),
		cmocka_unit_test(instructions_are_no_nanoseconds),
		cmocka_unit_test(the_end_counts_the_samples),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
