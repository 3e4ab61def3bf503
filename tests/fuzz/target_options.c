// SPDX-License-Identifier: GPL-2.0-only
/*
 * The command line of `shootdown run`, and the RUN of the commands that read results: what is accepted
 * is within its limits, and what is not is told in one sentence.
 */
#include "fuzz.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "analysis/read/find.h"
#include "bench/cli/run_options.h"
#include "util/err.h"

enum {
	WORDS = 40
};

/* What is parsed lives as long as the program that parses its one command line. */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
	return "detect_leaks=0";
}

/*
 * These print and end the program; argp takes what they begin with, and -? among other letters, for
 * which it takes the byte 255, too.
 */
static bool asks_for_help(const char *word)
{
	static const char *const names[] = { "--help", "--usage" };

	for (size_t i = 0; i < 2; i++) {
		size_t len = strcspn(word, "=");

		if (len > 2 && !strncmp(word, names[i], len))
			return true;
	}
	return word[0] == '-' && strpbrk(word, "?\377");
}

static bool is_one_of(const char *word, const char *const *words)
{
	while (*words && strcmp(*words, word))
		words++;
	return *words;
}

static void check_options(const struct run_options *o)
{
	static const char *const wheres[] = { "auto", "native", "vm", NULL };

	require(is_one_of(o->where, wheres), "where is %s", o->where);
	require(o->suite_count >= 1 && o->suite_count <= RUN_SUITES, "%zu suites", o->suite_count);
	require(!o->stream || o->suite_count == 1, "a stream of %zu suites", o->suite_count);
	for (size_t i = 0; i < o->suite_count; i++)
		require(o->suites[i], "suite %zu has no name", i);
	require(o->override_count <= OVERRIDES, "%zu overrides", o->override_count);
	for (size_t i = 0; i < o->override_count; i++)
		require(*o->overrides[i].key && o->overrides[i].values, "override %zu is empty", i);
	require(o->repeats >= 0 && o->repeats <= 10000, "repeats %d", o->repeats);
	require(o->most >= 0 && o->most <= 10000, "at most %d", o->most);
	require(o->precision >= 0 && o->precision <= 100, "%d %%", o->precision);
	require(o->time_budget_s >= 0 && o->time_budget_s <= 1e6, "%g s", o->time_budget_s);
	require(o->vm.cpus >= 1 && o->vm.cpus <= 255 && o->vm.nodes >= 1 && o->vm.nodes <= 64,
		"%u CPUs, %u nodes", o->vm.cpus, o->vm.nodes);
	require(o->vm.mem_mib >= 256 && o->vm.mem_mib <= 1 << 20, "%u MiB", o->vm.mem_mib);
	require(!o->vm.deterministic || (o->vm.cpus == 1 && o->vm.nodes == 1),
		"deterministic, with %u CPUs", o->vm.cpus);
	require(strcmp(o->where, "native") || (!o->vm.kernel && !o->vm.deterministic),
		"native, with a kernel for a virtual machine");
}

static void check_command_line(int argc, char **argv)
{
	struct run_options options;

	for (int i = 1; i < argc; i++)
		if (asks_for_help(argv[i]))
			return;
	if (accepted(run_options_parse(&options, argc, argv)))
		check_options(&options);
}

/* Two runs; in a folder that nothing else is in. */
static const char *results(void)
{
	static char folder[PATH_MAX / 2];
	char path[PATH_MAX];

	if (*folder)
		return folder;
	snprintf(folder, sizeof(folder), "%s/results", scratch());
	mkdir(folder, 0700);
	snprintf(path, sizeof(path), "%s/20260101-quick", folder);
	mkdir(path, 0700);
	put_contents(path, "run.json", "{}", 2);
	snprintf(path, sizeof(path), "%s/20260102-lost", folder);
	mkdir(path, 0700);
	return folder;
}

static void check_run(const char *word)
{
	char path[64 + NAME_MAX];
	size_t size = 1 + strlen(word) * 7 % sizeof(path);
	struct stat st;

	if (!accepted(run_find(path, size, results(), word)))
		return;
	require(strlen(path) < size, "%s is longer than %zu", path, size);
	require(!stat(path, &st), "%s was found, and is not there", path);
}

/* Words, one in each line. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char name[] = "shootdown run", *argv[WORDS + 1] = { name };
	char *text = text_of(data, size), *rest = text, *word;
	int argc = 1;

	while (argc < WORDS && (word = strsep(&rest, "\n")))
		argv[argc++] = word;
	for (int i = 1; i < argc; i++)
		check_run(argv[i]);
	check_command_line(argc, argv);
	free(text);
	return 0;
}
