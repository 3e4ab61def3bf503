// SPDX-License-Identifier: GPL-2.0-only
/* Which suites there are, and in which files. */
#include "suite.h"

#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "paths.h"
#include "util/err.h"
#include "util/nearest.h"

#define SUFFIX ".suite"

static bool is_path(const char *name)
{
	size_t len = strlen(name), suffix = strlen(SUFFIX);

	return strchr(name, '/') || (len > suffix && !strcmp(name + len - suffix, SUFFIX));
}

struct name_list {
	const char *names[64];
	size_t count;
};

static int collect_name(void *arg, const char *name)
{
	struct name_list *list = arg;

	if (list->count < 64)
		list->names[list->count++] = strdup(name);
	return 0;
}

static int unknown_suite(const char *name)
{
	struct name_list list = { .count = 0 };
	const char *guess;
	int ret;

	suite_each(collect_name, &list);
	guess = nearest(name, list.names, list.count);
	ret = err_usage("there is no suite '%s'%s%s%s", name, guess ? "; did you mean '" : "",
			guess ? guess : "",
			guess ? "'?" : "; `shootdown list suites` names them all");
	for (size_t i = 0; i < list.count; i++)
		free((char *)list.names[i]);
	return ret;
}

int suite_path(const char *name, char *path, size_t size)
{
	char relative[SUITE_NAME_LEN + 16];

	if (is_path(name)) {
		snprintf(path, size, "%s", name);
		return 0;
	}
	if (strlen(name) >= SUITE_NAME_LEN)
		return err_usage("a suite's name has at most %d characters", SUITE_NAME_LEN - 1);
	snprintf(relative, sizeof(relative), "suites/%s" SUFFIX, name);
	if (path_of(path, size, relative))
		return err_setup("cannot find the folder of the suites");
	return access(path, R_OK) ? unknown_suite(name) : 0;
}

static int is_suite(const struct dirent *entry)
{
	return entry->d_name[0] != '.' && is_path(entry->d_name);
}

int suite_each(int (*fn)(void *arg, const char *name), void *arg)
{
	struct dirent **entries;
	char path[PATH_MAX];
	int count, ret = 0;

	if (path_of(path, sizeof(path), "suites"))
		return err_setup("cannot find the folder of the suites");
	count = scandir(path, &entries, is_suite, alphasort);
	if (count < 0)
		return err_setup("cannot list %s: %s", path, strerror(errno));
	for (int i = 0; i < count; i++) {
		entries[i]->d_name[strlen(entries[i]->d_name) - strlen(SUFFIX)] = '\0';
		if (!ret)
			ret = fn(arg, entries[i]->d_name);
		free(entries[i]);
	}
	free(entries);
	return ret;
}
