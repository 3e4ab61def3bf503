/* SPDX-License-Identifier: GPL-2.0-only */
/* A run's folder that lives as long as one test. */
#ifndef TESTS_UNIT_LIB_RUN_FOLDER_H
#define TESTS_UNIT_LIB_RUN_FOLDER_H

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "analysis/read/reader.h"
#include "util/err.h"

#define RUN_HEAD                                                                                   \
	"\"format\": \"shootdown-run\", \"version\": 1, \"started\": \"t0\", \"emulated\": true, " \
	"\"seed\": 1, \"repeats\": 1, \"planned\": 2, \"tool\": {\"version\": \"0\"}, "            \
	"\"suite\": {\"name\": \"s\"}, \"machine\": {\"cpus\": 4, \"smt\": true, \"host\": "       \
	"\"h\"}, "                                                                                 \
	"\"metrics\": {\"op.p50\": {\"unit\": \"ns\", \"better\": \"lower\"}, "                    \
	"\"cb.calls\": {\"unit\": \"\", \"better\": \"neither\"}}, "

#define RUN_JSON                                                                                   \
	"{" RUN_HEAD "\"status\": \"complete\", "                                                  \
	"\"axes\": [\"section\", \"variant\", \"ranges\"], "                                       \
	"\"values\": {\"variant\": [\"none\", \"list\", \"itree\"]}}"

static char run_folder[64];

static void put_file(const char *name, const char *text)
{
	char path[256];
	FILE *out;

	snprintf(path, sizeof(path), "%s/%s", run_folder, name);
	out = fopen(path, "w");
	fputs(text, out);
	fclose(out);
}

static void add_line(const char *format, ...) __attribute__((format(printf, 1, 2), unused));

/* Appends to samples.jsonl. */
static void add_line(const char *format, ...)
{
	char path[256];
	va_list args;
	FILE *out;

	snprintf(path, sizeof(path), "%s/samples.jsonl", run_folder);
	out = fopen(path, "a");
	va_start(args, format);
	vfprintf(out, format, args);
	va_end(args);
	fclose(out);
}

static void __attribute__((unused))
add_sample(int number, const char *section, const char *variant, int ranges, double p50)
{
	add_line("{\"sample\": %d, \"repeat\": 0, \"axes\": {\"section\": \"%s\", \"variant\": "
		 "\"%s\", "
		 "\"ranges\": %d}, \"status\": \"ok\", \"metrics\": {\"op.p50\": %.17g}}\n",
		 number, section, variant, ranges, p50);
}

static int make_run_folder(void **state)
{
	(void)state;
	snprintf(run_folder, sizeof(run_folder), "/tmp/shootdown-test-XXXXXX");
	if (!mkdtemp(run_folder))
		return -1;
	put_file("run.json", RUN_JSON);
	err_clear();
	return 0;
}

static int drop_run_folder(void **state)
{
	char command[128];

	(void)state;
	snprintf(command, sizeof(command), "rm -r '%s'", run_folder);
	return system(command);
}

#endif
