// SPDX-License-Identifier: GPL-2.0-only
#include "gnuplot.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "util/control.h"
#include "util/err.h"

extern char **environ;

/* What gnuplot writes into an SVG as it is, though no XML may have it, and what it gets instead. */
static const struct {
	const char *text, *instead;
} unfit[] = {
	{ "]]>", "]] >" },
	{ "\xef\xbf\xbe", "?" },
	{ "\xef\xbf\xbf", "?" },
	{ "'", "''" },
};

void gnuplot_string(FILE *gp, const char *text)
{
	enum {
		UNFIT = sizeof(unfit) / sizeof(unfit[0])
	};

	fputc('\'', gp);
	while (*text) {
		size_t i = 0;

		while (i < UNFIT && strncmp(text, unfit[i].text, strlen(unfit[i].text)))
			i++;
		if (i < UNFIT) {
			fputs(unfit[i].instead, gp);
			text += strlen(unfit[i].text);
		} else {
			fputc(*text++, gp);
		}
	}
	fputc('\'', gp);
}

/* All that comes from @fd, to its end; the first @size - 1 bytes of it in @buf. */
static void drain(int fd, char *buf, size_t size)
{
	char rest[256];
	size_t used = 0;
	ssize_t got;

	do {
		bool full = used == size - 1;

		got = full ? read(fd, rest, sizeof(rest)) : read(fd, buf + used, size - 1 - used);
		if (got > 0 && !full)
			used += (size_t)got;
	} while (got > 0 || (got < 0 && errno == EINTR));
	buf[used] = '\0';
	control_clean(buf);
}

static int spawn(const char *folder, const char *script, int out, pid_t *pid)
{
	char *argv[] = { "gnuplot", "-d", (char *)script, NULL };
	posix_spawn_file_actions_t actions;
	int error = posix_spawn_file_actions_init(&actions);

	if (error)
		return err_memory();
	error = posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
	if (!error)
		error = posix_spawn_file_actions_adddup2(&actions, out, 1);
	if (!error)
		error = posix_spawn_file_actions_adddup2(&actions, out, 2);
	if (!error)
		error = posix_spawn_file_actions_addchdir_np(&actions, folder);
	if (!error)
		error = posix_spawnp(pid, argv[0], &actions, NULL, argv, environ);
	posix_spawn_file_actions_destroy(&actions);
	if (error == ENOENT)
		return err_setup("gnuplot, which draws the plots, is not installed: "
				 "apt-get install gnuplot-nox");
	return error ? err_setup("cannot start gnuplot: %s", strerror(error)) : 0;
}

static int reap(pid_t pid, int *status)
{
	while (waitpid(pid, status, 0) < 0)
		if (errno != EINTR)
			return err_setup("gnuplot's end was not seen: %s", strerror(errno));
	return 0;
}

int gnuplot_run(const char *folder, const char *script)
{
	char said[512];
	int ends[2], status, ret;
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC))
		return err_setup("cannot make a pipe for gnuplot: %s", strerror(errno));
	ret = spawn(folder, script, ends[1], &pid);
	close(ends[1]);
	if (!ret) {
		drain(ends[0], said, sizeof(said));
		ret = reap(pid, &status);
	}
	close(ends[0]);
	if (ret || (WIFEXITED(status) && WEXITSTATUS(status) == 0))
		return ret;
	return err_setup("gnuplot failed on %s/%s: %s", folder, script,
			 said[0] ? said : "it said nothing");
}
