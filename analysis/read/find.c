// SPDX-License-Identifier: GPL-2.0-only
#include "find.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "util/err.h"
#include "util/nearest.h"

static bool is_folder(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

static int join(char *path, size_t size, const char *folder, const char *name)
{
	int len = snprintf(path, size, "%s/%s", folder, name);

	if (len < 0 || (size_t)len >= size)
		return err_usage("the path %s/%s is too long", folder, name);
	return 0;
}

static void free_runs(struct dirent **entries, int count)
{
	for (int i = 0; i < count; i++)
		free(entries[i]);
	free(entries);
}

static int find_last(char *path, size_t size, const char *results)
{
	char file[PATH_MAX + sizeof("/run.json")];
	struct dirent **entries;
	int count = scandir(results, &entries, NULL, alphasort), ret;

	if (count < 0)
		return err_usage("no runs in %s: %s; `shootdown run` makes one", results,
				 strerror(errno));
	for (int i = count - 1; i >= 0; i--) {
		if (!isdigit((unsigned char)entries[i]->d_name[0]))
			continue;
		ret = join(path, size, results, entries[i]->d_name);
		snprintf(file, sizeof(file), "%s/run.json", path);
		if (ret || access(file, F_OK) == 0)
			goto out;
	}
	ret = err_usage("no run in %s yet; `shootdown run` makes one", results);
out:
	free_runs(entries, count);
	return ret;
}

static int not_found(const char *results, const char *word)
{
	struct dirent **entries;
	const char **names, *near;
	int count = scandir(results, &entries, NULL, alphasort), ret;
	size_t runs = 0;

	if (count < 0)
		return err_usage("no run \"%s\", neither as a path nor in %s: %s", word, results,
				 strerror(errno));
	names = calloc((size_t)count + 1, sizeof(*names));
	for (int i = 0; names && i < count; i++)
		if (entries[i]->d_type != DT_REG)
			names[runs++] = entries[i]->d_name;
	near = names ? nearest(word, names, runs) : NULL;
	ret = near ? err_usage("no run \"%s\", neither as a path nor in %s; did you mean \"%s\"?",
			       word, results, near)
		   : err_usage("no run \"%s\", neither as a path nor in %s", word, results);
	free(names);
	free_runs(entries, count);
	return ret;
}

int run_find(char *path, size_t size, const char *results, const char *word)
{
	int ret;

	if (strcmp(word, "last") == 0)
		return find_last(path, size, results);
	if (access(word, F_OK) == 0)
		return snprintf(path, size, "%s", word) < (int)size
			       ? 0
			       : err_usage("the path %s is too long", word);
	ret = join(path, size, results, word);
	if (ret || (word[0] && is_folder(path)))
		return ret;
	return not_found(results, word);
}
