// SPDX-License-Identifier: GPL-2.0-only
/*
 * A fuzzer of /dev/secmmu that knows its ABI. Runs as root:
 *
 *	abi_fuzz [--seed N] [--calls N] [--threads N] [--corpus DIR] secmmu.ko
 *	abi_fuzz [--seed N] --first N --programs N secmmu.ko	these programs only
 *	abi_fuzz [--seed N] --first N --print			print one, run nothing
 *	abi_fuzz --replay FILE secmmu.ko			one, several times if it has threads
 *	abi_fuzz --minimise FILE secmmu.ko			and print what is left of it
 *
 * Program number I of seed N is the same on each machine. What a program with one thread does is
 * the same, too, and each result of it is predicted; programs with several threads or signals
 * depend on the machine's luck: they are held against the documentation only, and replayed several
 * times. Before programs run, stderr says which. --failures N goes on until so many have failed.
 */
#include <dirent.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "campaign.h"
#include "minimise.h"
#include "run.h"
#include "session.h"
#include "tests/kmod/lib/tap.h"
#include "world.h"

/* A run of so many calls has to have met everything. */
#define FLOOR_CALLS 20000

struct tap *tap;

static struct campaign campaign = { .seed = 1, .calls = 100000, .failures = 1 };
static const char *corpus, *replayed, *minimised;
static bool print;
static int number, failed;

static void result(bool good, const char *what)
{
	printf("%s %d - %s\n", good ? "ok" : "not ok", ++number, what);
	fflush(stdout);
	failed += !good;
}

static void load(struct program *program, const char *path)
{
	FILE *file = fopen(path, "r");
	int line;

	REQUIRE(file != NULL);
	line = program_parse(program, file);
	fclose(file);
	if (line) {
		fprintf(stderr, "abi_fuzz: %s, line %d: this is no call\n", path, line);
		exit(2);
	}
}

/* A failure is told as text: is what is read from it the same program? */
static bool text_is_faithful(void)
{
	static struct program program, again;
	char *text = NULL;
	uint64_t index;
	size_t size;
	FILE *file;

	for (index = 0; index < 50; index++) {
		program_generate(&program, campaign.seed, index, campaign.threads);
		file = open_memstream(&text, &size);
		REQUIRE(file != NULL);
		program_print(&program, file);
		fclose(file);
		file = fmemopen(text, size, "r");
		REQUIRE(file != NULL);
		if (program_parse(&again, file) || again.count != program.count ||
		    again.kill_us != program.kill_us || again.timer_us != program.timer_us ||
		    again.small != program.small ||
		    memcmp(again.call, program.call, program.count * sizeof(program.call[0])) != 0)
			return false;
		fclose(file);
		free(text);
	}
	return true;
}

static bool replay(const char *path)
{
	static struct program program;
	bool good;

	load(&program, path);
	good = !minimise_fails(&program);
	if (!good)
		tap_note("%s: %s", path, run_failure());
	return good;
}

static bool minimise_file(const char *path)
{
	static struct program program;

	load(&program, path);
	session_explain(&program, path);
	return false;
}

/* In a process of its own, as everything that runs programs; then a look at what is left. */
static bool in_child(bool (*body)(const char *), const char *path)
{
	int status = -1;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (pid == 0) {
		session_enter();
		exit(body(path) ? 0 : 1);
	}
	waitpid(pid, &status, 0);
	return session_is_clean(path) && status == 0;
}

static int is_program(const struct dirent *entry)
{
	const char *dot = strrchr(entry->d_name, '.');

	return dot && !strcmp(dot, ".abi");
}

/* Each program of the folder. */
static bool replay_corpus(void)
{
	struct dirent **entries;
	int count = scandir(corpus, &entries, is_program, alphasort), i;
	bool good = count > 0;
	char path[512];

	for (i = 0; i < count; i++) {
		snprintf(path, sizeof(path), "%s/%s", corpus, entries[i]->d_name);
		fprintf(stderr, "abi_fuzz: %s\n", path);
		good &= in_child(replay, path);
		free(entries[i]);
	}
	tap_note("%d programs in %s", count, corpus);
	return good;
}

static void run_campaign(void)
{
	result(campaign_run(&campaign), "each call returned what it may");
	counts_print(session_counts, stdout);
	if (counts_ioctls(session_counts) >= FLOOR_CALLS && !campaign.threads)
		result(!counts_missing(session_counts), "each result was met");
}

static int run(const char *module)
{
	session_begin(module);
	if (minimised)
		return in_child(minimise_file, minimised) ? 0 : 1;
	if (replayed)
		result(in_child(replay, replayed), replayed);
	result(text_is_faithful(), "programs are read as they were printed");
	if (corpus)
		result(replay_corpus(), "programs that failed once");
	if (!replayed && campaign.calls)
		run_campaign();
	result(!session_lost_pages(), "no page is lost");
	result(session_end(), "the module can be unloaded");
	printf("1..%d\n", number);
	return failed || atomic_load(&tap->failures) ? 1 : 0;
}

static int print_program(void)
{
	static struct program program;

	program_generate(&program, campaign.seed, campaign.first, campaign.threads);
	program_print(&program, stdout);
	return 0;
}

static int usage(void)
{
	fprintf(stderr, "usage: abi_fuzz [--seed N] [--calls N] [--threads N] [--first N] "
			"[--programs N] [--failures N] [--corpus DIR] [--print | --replay FILE | "
			"--minimise FILE] secmmu.ko\n");
	return 2;
}

static const struct option options[] = {
	{ "seed", required_argument, NULL, 's' },
	{ "calls", required_argument, NULL, 'c' },
	{ "threads", required_argument, NULL, 't' },
	{ "first", required_argument, NULL, 'f' },
	{ "programs", required_argument, NULL, 'p' },
	{ "failures", required_argument, NULL, 'F' },
	{ "corpus", required_argument, NULL, 'd' },
	{ "replay", required_argument, NULL, 'r' },
	{ "minimise", required_argument, NULL, 'm' },
	{ "print", no_argument, NULL, 'P' },
	{ "after-exec", required_argument, NULL, 'x' },
	{ 0 },
};

/* 0, or: there is no such option. */
static int take(int option, const char *arg)
{
	uint64_t value = arg ? strtoull(arg, NULL, 0) : 0;

	if (option == 's')
		campaign.seed = value;
	else if (option == 'c')
		campaign.calls = value;
	else if (option == 't')
		campaign.threads = (unsigned int)value;
	else if (option == 'f')
		campaign.first = value;
	else if (option == 'p')
		campaign.programs = value;
	else if (option == 'F')
		campaign.failures = (unsigned int)value;
	else if (option == 'd')
		corpus = arg;
	else if (option == 'r')
		replayed = arg;
	else if (option == 'm')
		minimised = arg;
	else if (option == 'P')
		print = true;
	else
		return -1;
	return 0;
}

int main(int argc, char **argv)
{
	int option;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (option == 'x')
			return process_after_exec(atoi(optarg));
		if (take(option, optarg))
			return usage();
	}
	if (campaign.threads > THREADS_MOST || optind + !print != argc)
		return usage();
	return print ? print_program() : run(argv[optind]);
}
