// SPDX-License-Identifier: GPL-2.0-only
/*
 * A run's folder: what is written from it (summary.md, report.html, gnuplot scripts and their figures,
 * exports) says nothing but what it is meant to, whatever the names in it are.
 */
#include "fuzz.h"
#include "page.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <jansson.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "analysis/compare/compare.h"
#include "analysis/report/export.h"
#include "analysis/report/report.h"
#include "bench/results/gobench.h"
#include "util/err.h"

/* The end of the single-quoted string at @text, in which two quotes are one. */
static const char *quoted_end(const char *text)
{
	for (text++; *text; text++) {
		if (*text == '\'' && text[1] == '\'')
			text++;
		else if (*text == '\'')
			return text + 1;
	}
	require(false, "a string of a gnuplot script does not end");
	return text;
}

/* "inf" and "nan" are names to gnuplot, and there are no such variables. */
static bool is_number_word(const char *text)
{
	return !strncmp(text, "inf", 3) || !strncmp(text, "nan", 3);
}

/* Above the template: comments, and variables that are set to strings and numbers. */
static void check_script(const char *text)
{
	const char *end = strstr(text, "\n# SPDX"), *at = text;
	bool begins = true;

	require(end, "a script without its template");
	while (at < end) {
		if (begins && *at == '#')
			at += strcspn(at, "\n");
		else if (*at == '\'')
			at = quoted_end(at);
		else
			require(isalnum((unsigned char)*at) || strchr("_=,.[]()+- \n", *at),
				"a script has %.40s", at);
		require(!is_number_word(at), "a script has no number at %.40s", at);
		begins = *at++ == '\n';
	}
}

static void check_figures(const char *text)
{
	for (; *text; text += strcspn(text, "\n") + 1)
		for (const char *at = text; *text != '#' && *at && *at != '\n'; at++)
			require(strchr("0123456789.e+- Na", *at), "figures have %.40s", at);
}

static void check_plots(const char *folder)
{
	DIR *dir = opendir(folder);
	struct dirent *entry;

	while (dir && (entry = readdir(dir))) {
		const char *ending = strrchr(entry->d_name, '.');
		char *text = contents(folder, entry->d_name);

		if (!strcmp(ending, ".gp"))
			check_script(text);
		if (!strcmp(ending, ".dat"))
			check_figures(text);
		require_plain(entry->d_name, text);
		free(text);
	}
	if (dir)
		closedir(dir);
}

/* How many backticks the line at @text has, when it has nothing else and can begin or end a block. */
static size_t fence_of(const char *text)
{
	size_t indent = strspn(text, " "), len = strspn(text + indent, "`");

	text += indent + len;
	return indent < 4 && len >= 3 && text[strspn(text, " ")] == '\n' ? len : 0;
}

/* Four fenced blocks: what is in them neither ends one nor begins another. */
static void check_summary(const char *text)
{
	size_t blocks = 0, open = 0;

	require_plain("summary.md", text);
	for (; *text; text += strcspn(text, "\n") + 1) {
		size_t fence = fence_of(text);

		if (fence && open)
			open = fence >= open ? 0 : open;
		else if (fence && ++blocks)
			open = fence;
	}
	require(blocks == 4 && !open, "%zu blocks in summary.md", blocks);
}

/* "BenchmarkName\tN\tvalue unit\t...": a blank elsewhere would cut a name. */
static void check_bench_line(const char *line)
{
	size_t tabs = 0;

	for (; *line && *line != '\n'; line++) {
		if (*line == '\t')
			tabs++;
		require(*line != ' ' || tabs > 1, "a name with a blank: %.60s", line);
		require(isgraph((unsigned char)*line) || strchr("\t ", *line), "in a name: %.60s",
			line);
	}
}

static int put_bench(void *context, const char *line, size_t len)
{
	void **both = context;
	json_t *sample = json_loadb(line, len, 0, NULL);

	require(sample, "a line that was read is no JSON");
	gobench_line(both[0], both[1], sample);
	json_decref(sample);
	return 0;
}

static void check_bench(const struct run *run)
{
	json_t *root = export_load(run);
	char *text, *line, *rest;
	size_t size, ok = 0, lines = 0;
	FILE *out = open_memstream(&text, &size);
	void *both[] = { out, root };

	gobench_header(out, root);
	require(accepted(export_lines(run, put_bench, both)), "lines that were read are gone");
	fclose(out);
	json_decref(root);
	for (size_t i = 0; i < run->samples; i++)
		ok += run->sample[i].status == SAMPLE_OK;
	for (rest = text; (line = strsep(&rest, "\n"));) {
		if (strncmp(line, "Benchmark", 9))
			continue;
		check_bench_line(line);
		lines++;
	}
	require(lines == ok, "%zu lines for %zu samples", lines, ok);
	free(text);
}

static char *csv_of(const struct run *run)
{
	char *text;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	export_csv(out, run);
	fclose(out);
	require_csv(text);
	return text;
}

/* The samples of an exported document, as lines again. */
static char *lines_of(const json_t *root, size_t *size)
{
	char *lines;
	const json_t *sample;
	size_t i;
	FILE *out = open_memstream(&lines, size);

	json_array_foreach (json_object_get(root, "samples"), i, sample) {
		json_dumpf(sample, out, JSON_COMPACT);
		fputc('\n', out);
	}
	fclose(out);
	return lines;
}

/* Exported as JSON and read again, it is the same run. */
static void check_round(const struct run *run)
{
	char *text, *head, *lines, *csv = csv_of(run), *again;
	size_t size, lines_size;
	FILE *out = open_memstream(&text, &size), *samples;
	struct run second;
	json_t *root;

	require(accepted(export_json(out, run)), "a run that was read cannot be exported");
	fclose(out);
	root = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
	require(root, "the export is no JSON: %s", text);
	head = json_dumps(json_object_get(root, "run"), JSON_COMPACT);
	lines = lines_of(root, &lines_size);
	samples = lines_size ? fmemopen(lines, lines_size, "r") : NULL;
	require(accepted(run_load(&second, "fuzz", head, strlen(head), samples, RUN_HISTOGRAMS)),
		"an export cannot be read");
	again = csv_of(&second);
	require(!strcmp(csv, again), "an export is another run: %s%s", csv, again);
	run_free(&second);
	if (samples)
		fclose(samples);
	json_decref(root);
	free(again);
	free(lines);
	free(head);
	free(text);
	free(csv);
}

static void check_exports(const char *folder)
{
	struct run run;

	if (accepted(run_read(&run, folder, RUN_HISTOGRAMS))) {
		check_bench(&run);
		check_round(&run);
	}
	run_free(&run);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct run_input in = run_input(data, size);
	char folder[PATH_MAX / 2], plots[PATH_MAX], *summary, *page;
	int ret;

	snprintf(folder, sizeof(folder), "%s/run", scratch());
	snprintf(plots, sizeof(plots), "%s/plots", folder);
	mkdir(folder, 0700);
	put_contents(folder, "run.json", in.head, in.head_len);
	if (in.lines)
		put_contents(folder, "samples.jsonl", in.lines, in.lines_len);
	setenv("PATH", "/nonexistent", 1); /* the scripts are looked at, not run */
	ret = report_write(folder);
	summary = contents(folder, "summary.md");
	page = contents(folder, "report.html");
	if (ret != -EINVAL && *summary)
		check_summary(summary);
	if (ret != -EINVAL && *summary)
		require_page(page);
	accepted(ret);
	check_plots(plots);
	check_exports(folder);
	free(summary);
	free(page);
	remove_folder(folder);
	return 0;
}
