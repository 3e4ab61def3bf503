// SPDX-License-Identifier: GPL-2.0-only
#include "perf.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "perf_profile.h"
#include "util/clock.h"
#include "util/err.h"

enum {
	WORDS = 64,
	ANSWER_MS = 20000, /* perf reads the kernel's symbols before it answers */
	END_MS = 20000
};

/*
 * @control, @ack: pipes, by which we command and perf answers
 * @name:          "perf/sample-N", and by itself where that is
 */
struct perf {
	const struct perf_spec *spec;
	pid_t pid;
	int control[2], ack[2];
	char name[64], path[PATH_MAX - 16];
};

static bool is_record(const char *command)
{
	return !strncmp(command, "record", strlen("record"));
}

/* Begins @command with the word @word? */
static bool has_command(const char *command, const char *word)
{
	size_t len = strlen(word);

	return !strncmp(command, word, len) && (!command[len] || command[len] == ' ');
}

int perf_check(const char *command)
{
	if (!has_command(command, "stat") && !has_command(command, "record"))
		return err_usage("--perf takes stat or record, and options of theirs, not '%s'",
				 command);
	if (perf_profile_tool())
		return 0;
	return err_setup("--perf needs the program perf, which is not installed: in Debian it is "
			 "in the package linux-perf");
}

static void close_both(int pipe[2])
{
	for (int i = 0; i < 2; i++)
		if (pipe[i] >= 0)
			close(pipe[i]);
}

static void perf_free(struct perf *perf)
{
	close_both(perf->control);
	close_both(perf->ack);
	free(perf);
}

struct perf *perf_open(const struct perf_spec *spec)
{
	struct perf *perf = malloc(sizeof(*perf));
	char folder[PATH_MAX];

	if (!perf) {
		err_memory();
		return NULL;
	}
	*perf = (struct perf){ .spec = spec, .control = { -1, -1 }, .ack = { -1, -1 } };
	snprintf(folder, sizeof(folder), "%s/perf", spec->folder);
	snprintf(perf->name, sizeof(perf->name), "perf/sample-%05zu", spec->sample);
	if (snprintf(perf->path, sizeof(perf->path), "%s/%s", spec->folder, perf->name) <
		    (int)sizeof(perf->path) &&
	    (!mkdir(folder, 0777) || errno == EEXIST) && !pipe2(perf->control, O_CLOEXEC) &&
	    !pipe2(perf->ack, O_CLOEXEC))
		return perf;
	err_setup("cannot make a place for perf's files in %s: %m", folder);
	perf_free(perf);
	return NULL;
}

static const char *suffix(const struct perf *perf)
{
	return is_record(perf->spec->command) ? "data" : "txt";
}

/* Becomes perf; in the child. What it prints is kept until it is known that all went well. */
static void __attribute__((noreturn)) become_perf(const struct perf *perf, pid_t sample)
{
	char text[1024], output[PATH_MAX], said[PATH_MAX], *rest = text, *words[WORDS];
	size_t count = 0;
	int fd;

	snprintf(output, sizeof(output), "%s.%s", perf->path, suffix(perf));
	snprintf(said, sizeof(said), "%s.err", perf->path);
	fd = open(said, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	snprintf(text, sizeof(text), "perf %s -D -1 --control fd:%d,%d -p %d -o",
		 perf->spec->command, perf->control[0], perf->ack[1], (int)sample);
	while (rest && count < WORDS - 2) {
		char *word = strsep(&rest, " ");

		if (*word)
			words[count++] = word;
	}
	words[count++] = output;
	words[count] = NULL;
	fcntl(perf->control[0], F_SETFD, 0);
	fcntl(perf->ack[1], F_SETFD, 0);
	signal(SIGINT, SIG_IGN); /* it ends with the sample */
	dup2(fd, STDOUT_FILENO);
	dup2(fd, STDERR_FILENO);
	execvp(words[0], words);
	_exit(127);
}

int perf_attach(struct perf *perf, pid_t sample)
{
	perf->pid = fork();
	if (perf->pid < 0)
		return err_setup("cannot make a process for perf: %m");
	if (!perf->pid)
		become_perf(perf, sample);
	/* Its ends are its own, so that we hear of it when it has gone. */
	close(perf->control[0]);
	close(perf->ack[1]);
	perf->control[0] = perf->ack[1] = -1;
	return 0;
}

/* One line of perf's, or its end. */
static int read_answer(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	char c = '\0';

	while (c != '\n') {
		if (poll(&p, 1, ANSWER_MS) <= 0)
			return -ETIMEDOUT;
		if (read(fd, &c, 1) != 1)
			return -EPIPE;
	}
	return 0;
}

static int command(struct perf *perf, const char *word)
{
	int ret;

	if (!perf)
		return 0;
	if (write(perf->control[1], word, strlen(word)) != (ssize_t)strlen(word))
		ret = -EPIPE;
	else
		ret = read_answer(perf->ack[0]);
	if (!ret)
		return 0;
	return err_untrusted("%s: %s.err in the run's folder has what it says",
			     ret == -EPIPE ? "perf has ended too early" : "perf does not answer",
			     perf->name);
}

/* Who holds perf's own ends does not hear of its end. */
int perf_join(struct perf *perf)
{
	if (!perf)
		return 0;
	close(perf->control[0]);
	close(perf->ack[1]);
	perf->control[0] = perf->ack[1] = -1;
	signal(SIGPIPE, SIG_IGN);
	return command(perf, "ping\n");
}

int perf_begin(struct perf *perf)
{
	return command(perf, "enable\n");
}

/* That perf has gone meanwhile shows when it is waited for. */
void perf_end(struct perf *perf)
{
	bool fine = err_exit_code() == EXIT_FINE;

	/* What went wrong before is not forgotten. */
	if (perf && command(perf, "disable\n") && fine)
		err_clear();
}

/* It ends by itself when the sample has. */
static bool ended_well(pid_t pid)
{
	int status, waited = 0;

	while (waitpid(pid, &status, WNOHANG) == 0) {
		if (waited++ == END_MS / 10)
			kill(pid, SIGKILL);
		clock_sleep_ms(10);
	}
	return WIFEXITED(status) && !WEXITSTATUS(status);
}

json_t *perf_close(struct perf *perf)
{
	bool well = perf->pid > 0 && ended_well(perf->pid);
	char path[PATH_MAX];
	json_t *out = NULL;

	if (well) {
		snprintf(path, sizeof(path), "%s.err", perf->path);
		unlink(path);
		snprintf(path, sizeof(path), "%s.%s", perf->path, suffix(perf));
		out = json_object();
		json_object_set_new(out, "file", json_sprintf("%s.%s", perf->name, suffix(perf)));
		if (is_record(perf->spec->command))
			perf_profile_add(out, path);
	}
	perf_free(perf);
	return out;
}
