// SPDX-License-Identifier: GPL-2.0-only
/* A run from outside: its processes, what it is at, and its end. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "killer.h"
#include "tests/kmod/lib/tap.h"

const char *const phase_names[PHASES] = {
	[PHASE_START] = "start",     [PHASE_SET_UP] = "sample set-up", [PHASE_WARM_UP] = "warm-up",
	[PHASE_MEASURE] = "measure", [PHASE_WRITE] = "write",
};

/* The names that the sample's process gives itself. */
static const char *const comms[PHASES] = {
	[PHASE_WARM_UP] = "sample:warm-up",
	[PHASE_MEASURE] = "sample:measure",
	[PHASE_WRITE] = "sample:report",
};

void prey_start(struct prey *prey, const char *program, const char *suite, const char *select)
{
	int out;

	fflush(stdout);
	prey->sample = prey->victim = 0;
	REQUIRE(mkdir(prey->results, 0777) == 0 || errno == EEXIST);
	prey->runner = fork();
	REQUIRE(prey->runner >= 0);
	if (prey->runner) {
		setpgid(prey->runner, prey->runner);
		return;
	}
	setpgid(0, 0);
	out = open("/tmp/killer.out", O_WRONLY | O_CREAT | O_TRUNC, 0666);
	dup2(out, STDOUT_FILENO);
	dup2(out, STDERR_FILENO);
	execl(program, program, "run", "--where", "native", "--quiet", "--seed", "1", "--results",
	      prey->results, "--select", select, suite, NULL);
	_exit(127);
}

/* The first line of a file of /proc, without its newline; false: there is none any more. */
static bool read_line(const char *path, char *text, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t len = fd < 0 ? -1 : read(fd, text, size - 1);

	if (fd >= 0)
		close(fd);
	if (len <= 0)
		return false;
	text[len] = '\0';
	text[strcspn(text, "\n")] = '\0';
	return true;
}

/* A child of any thread of @pid, or 0. */
static pid_t child_of(pid_t pid)
{
	char path[320], text[64];
	struct dirent *entry;
	pid_t child = 0;
	DIR *threads;

	snprintf(path, sizeof(path), "/proc/%d/task", pid);
	threads = opendir(path);
	while (threads && !child && (entry = readdir(threads))) {
		snprintf(path, sizeof(path), "/proc/%d/task/%.16s/children", pid, entry->d_name);
		if (entry->d_name[0] != '.' && read_line(path, text, sizeof(text)))
			child = (pid_t)atoi(text);
	}
	if (threads)
		closedir(threads);
	return child;
}

enum phase prey_look(struct prey *prey)
{
	char path[512], comm[64];

	prey->victim = 0;
	prey->sample = child_of(prey->runner);
	if (!prey->sample)
		return prey_folder(prey, path, sizeof(path)) ? PHASE_WRITE : PHASE_START;
	snprintf(path, sizeof(path), "/proc/%d/comm", prey->sample);
	if (!read_line(path, comm, sizeof(comm)))
		return PHASE_WRITE;
	prey->victim = child_of(prey->sample);
	for (int i = 0; i < PHASES; i++)
		if (comms[i] && !strcmp(comm, comms[i]))
			return (enum phase)i;
	return PHASE_SET_UP;
}

bool prey_folder(const struct prey *prey, char *path, size_t size)
{
	DIR *entries = opendir(prey->results);
	struct dirent *entry;
	int count = 0;

	REQUIRE(entries != NULL);
	while ((entry = readdir(entries)))
		if (entry->d_name[0] != '.' && !count++)
			snprintf(path, size, "%s/%s", prey->results, entry->d_name);
	closedir(entries);
	CHECK(count <= 1);
	return count > 0;
}

bool prey_has_ended(const struct prey *prey)
{
	siginfo_t info = { 0 };

	return waitid(P_PID, (id_t)prey->runner, &info, WEXITED | WNOHANG | WNOWAIT) ||
	       info.si_pid == prey->runner;
}

static long long now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000ll + now.tv_nsec / 1000000;
}

/* We are the subreaper of all: none is left when there is none to wait for. */
int prey_end(const struct prey *prey, int ms)
{
	long long until = now_ms() + ms;
	int status, answer = -ETIME;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) >= 0 || errno != ECHILD) {
		if (pid == prey->runner)
			answer = WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
		/* A sample that nobody waits for any more has told its result to nobody. */
		else if (pid > 0 && WIFSIGNALED(status))
			CHECK(WTERMSIG(status) != SIGPIPE);
		if (pid > 0)
			continue;
		if (now_ms() > until)
			return -ETIME;
		usleep(1000);
	}
	return answer;
}
