// SPDX-License-Identifier: GPL-2.0-only
/* What a killed run leaves on disk can be read, or says plainly what it lacks. */
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "killer.h"
#include "tests/kmod/lib/tap.h"

#define ERRORS "/tmp/killer.err"

/* By bench/cli/main.c: fine, a file that cannot be used, something that is missing (here gnuplot). */
enum {
	CODE_FINE = 0,
	CODE_USAGE = 2,
	CODE_SETUP = 3
};

/* All of a file as text, for free(); NULL: there is none. */
static char *slurp(const char *path)
{
	FILE *file = fopen(path, "re");
	char *text = NULL;
	size_t size = 0;

	if (!file)
		return NULL;
	if (getdelim(&text, &size, '\0', file) < 0 && text)
		text[0] = '\0';
	fclose(file);
	return text;
}

/* The exit code of `PROGRAM COMMAND FOLDER`, or -SIGNAL; its stderr is in ERRORS. */
static int run_reader(const char *program, const char *command, const char *folder)
{
	int status;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (pid == 0) {
		REQUIRE(freopen("/tmp/killer.read", "w", stdout));
		REQUIRE(freopen(ERRORS, "w", stderr));
		execl(program, program, command, folder, NULL);
		_exit(127);
	}
	REQUIRE(waitpid(pid, &status, 0) == pid);
	return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}

/* The sentence that tells a run without a sample. */
static bool tells_of_no_sample(const char *errors)
{
	return strstr(errors, "no samples; ") != NULL;
}

static void check_readers(const char *program, const char *folder, const char *samples,
			  bool running)
{
	bool empty = !samples || !strchr(samples, '\n');
	bool cut = samples && *samples && samples[strlen(samples) - 1] != '\n';
	static const char *const readers[] = { "export", "compare", "report" };

	for (size_t i = 0; i < sizeof(readers) / sizeof(readers[0]); i++) {
		int code = run_reader(program, readers[i], folder);
		char *errors = slurp(ERRORS);

		REQUIRE(errors != NULL);
		if (i == 0) {
			CHECK_EQ(code, CODE_FINE);
			CHECK(!running == !strstr(errors, "incomplete, "));
			CHECK(!cut == !strstr(errors, "was cut off"));
		} else if (empty) {
			CHECK_EQ(code, CODE_USAGE);
			CHECK(tells_of_no_sample(errors));
		} else {
			CHECK(code == CODE_FINE || (i == 2 && code == CODE_SETUP));
		}
		if (strstr(errors, "not JSON"))
			CHECK(!"a reader met what it could not parse");
		free(errors);
	}
}

static void count_folder(const char *program, const char *folder, struct remains *remains)
{
	char path[600], *head, *samples;
	bool running;

	snprintf(path, sizeof(path), "%s/run.json", folder);
	head = slurp(path);
	CHECK(head != NULL);
	if (!head)
		return;
	snprintf(path, sizeof(path), "%s/samples.jsonl", folder);
	samples = slurp(path);
	running = strstr(head, "\"status\": \"running\"") != NULL;
	remains->incomplete += running;
	remains->complete += strstr(head, "\"status\": \"complete\"") != NULL;
	remains->empty += !samples || !strchr(samples, '\n');
	remains->cut += samples && *samples && samples[strlen(samples) - 1] != '\n';
	remains->failed += samples && strstr(samples, "\"status\":\"failed\"");
	check_readers(program, folder, samples, running);
	free(head);
	free(samples);
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *at)
{
	(void)st;
	(void)type;
	(void)at;
	return remove(path);
}

void remains_check(const struct prey *prey, const char *program, struct remains *remains)
{
	char folder[512];

	if (prey_folder(prey, folder, sizeof(folder)))
		count_folder(program, folder, remains);
	else
		remains->none++;
	CHECK(!nftw(prey->results, remove_one, 16, FTW_DEPTH | FTW_PHYS));
}
