// SPDX-License-Identifier: GPL-2.0-only
#include "perf_profile.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
	SYMBOLS_MOST = 24
};

/* Runs perf with @words and no input; what it says is to be read from the file, NULL without one. */
static FILE *start(const char *const words[], pid_t *pid)
{
	int out[2];

	if (pipe2(out, O_CLOEXEC))
		return NULL;
	*pid = fork();
	if (!*pid) {
		int null = open("/dev/null", O_RDWR | O_CLOEXEC);

		dup2(null, STDIN_FILENO);
		dup2(null, STDERR_FILENO);
		dup2(out[1], STDOUT_FILENO);
		execvp(words[0], (char *const *)words);
		_exit(127);
	}
	close(out[1]);
	if (*pid > 0)
		return fdopen(out[0], "re");
	close(out[0]);
	return NULL;
}

static bool finish(FILE *text, pid_t pid)
{
	int status = -1;

	fclose(text);
	return waitpid(pid, &status, 0) == pid && status == 0;
}

bool perf_profile_tool(void)
{
	static const char *const words[] = { "perf", "--version", NULL };
	char line[256];
	pid_t pid;
	FILE *text = start(words, &pid);

	if (!text)
		return false;
	while (fgets(line, sizeof(line), text))
		;
	return finish(text, pid);
}

/* "12 TAB [kernel.kallsyms] TAB [k] name", with blanks that align. False for any other line. */
static bool read_line(char *line, json_int_t *samples, bool *kernel, const char **name)
{
	char *end, *symbol = strrchr(line, '\t');

	*samples = strtoll(line, &end, 10);
	if (end == line || !symbol || symbol[1] != '[' || !symbol[2] || symbol[3] != ']')
		return false;
	*kernel = symbol[2] == 'k';
	*name = symbol + 4 + strspn(symbol + 4, " ");
	end = symbol + strlen(symbol);
	while (end > *name && (end[-1] == ' ' || end[-1] == '\n'))
		*--end = '\0';
	return **name && *samples > 0;
}

/* The lines come with the most frequent first. */
void perf_profile_read(json_t *out, FILE *text)
{
	json_t *symbols = json_array();
	json_int_t all = 0, in_kernel = 0, samples;
	char line[1024];
	const char *name;
	bool kernel;

	while (fgets(line, sizeof(line), text)) {
		if (!read_line(line, &samples, &kernel, &name))
			continue;
		all += samples;
		in_kernel += kernel ? samples : 0;
		if (kernel && strncmp(name, "0x", 2) && json_array_size(symbols) < SYMBOLS_MOST)
			json_array_append_new(symbols, json_pack("[s, I]", name, samples));
	}
	json_object_set_new(out, "samples", json_integer(all));
	json_object_set_new(out, "kernel", json_integer(in_kernel));
	if (json_array_size(symbols))
		json_object_set(out, "symbols", symbols);
	else
		json_object_set_new(out, "absent",
				    json_string(!in_kernel ? "nothing was recorded in the kernel"
							   : "perf knows no names of this "
							     "kernel's functions "
							     "(kernel.kptr_restrict)"));
	json_decref(symbols);
}

void perf_profile_add(json_t *out, const char *path)
{
	const char *const words[] = { "perf", "report", "-i", path, "--stdio", "--no-children",
				      "-g",   "none",   "-t", "\t", "-F",      "sample,dso,symbol",
				      NULL };
	json_t *profile = json_object();
	pid_t pid;
	FILE *text = start(words, &pid);

	if (text)
		perf_profile_read(profile, text);
	if (text && finish(text, pid))
		json_object_update(out, profile);
	else
		json_object_set_new(out, "absent", json_string("perf report could not read it"));
	json_decref(profile);
}
