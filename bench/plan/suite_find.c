// SPDX-License-Identifier: GPL-2.0-only
/* Which suites there are, and in which files. */
#include "suite.h"

#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "util/err.h"
#include "util/nearest.h"
#include "util/paths.h"

#define SUFFIX ".suite"

enum {
	SUITES = 256, /* more than there are */
	DEEPEST = 4   /* suites of suites of suites, and then somebody goes in circles */
};

static bool is_file_name(const char *name)
{
	size_t len = strlen(name), suffix = strlen(SUFFIX);

	return len > suffix && !strcmp(name + len - suffix, SUFFIX);
}

/* The path of suites/@name@suffix. */
static int below_suites(const char *name, const char *suffix, char *path, size_t size)
{
	char relative[2 * SUITE_NAME_LEN];

	snprintf(relative, sizeof(relative), "suites%s%s%s", *name ? "/" : "", name, suffix);
	if (path_of(path, size, relative))
		return err_setup("cannot find the folder of the suites");
	return 0;
}

struct name_list {
	char *names[SUITES];
	size_t count;
};

static int collect_name(void *arg, const char *name)
{
	struct name_list *list = arg;

	if (list->count < SUITES)
		list->names[list->count++] = strdup(name);
	return 0;
}

static void forget_names(struct name_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		free(list->names[i]);
}

static int unknown_suite(const char *name)
{
	struct name_list list = { .count = 0 };
	const char *guess;
	int ret;

	suite_each(collect_name, &list);
	guess = nearest(name, (const char *const *)list.names, list.count);
	ret = err_usage("there is no suite '%s'%s%s%s", name, guess ? "; did you mean '" : "",
			guess ? guess : "",
			guess ? "'?" : "; `shootdown list suites` names them all");
	forget_names(&list);
	return ret;
}

int suite_path(const char *name, char *path, size_t size)
{
	int ret;

	if (is_file_name(name)) {
		snprintf(path, size, "%s", name);
		return 0;
	}
	if (strlen(name) >= SUITE_NAME_LEN)
		return err_usage("a suite's name has at most %d characters", SUITE_NAME_LEN - 1);
	ret = below_suites(name, SUFFIX, path, size);
	if (ret || !access(path, R_OK))
		return ret;
	/* A file of another name, in a folder. */
	if (strchr(name, '/') && !access(name, R_OK)) {
		snprintf(path, size, "%s", name);
		return 0;
	}
	return unknown_suite(name);
}

static bool is_folder(const char *name)
{
	char path[PATH_MAX];
	struct stat st;

	if (!*name || *name == '.' || strlen(name) >= SUITE_NAME_LEN ||
	    below_suites(name, "", path, sizeof(path)))
		return false;
	return !stat(path, &st) && S_ISDIR(st.st_mode);
}

/* The name of the suite, or folder, that @entry of suites/@folder is; false for anything else. */
static bool name_of(const char *folder, const char *entry, bool folders, char *name, size_t size)
{
	int len = snprintf(name, size, "%s%s%s", folder, *folder ? "/" : "", entry);

	if (*entry == '.' || len < 0 || (size_t)len >= size)
		return false;
	if (folders)
		return is_folder(name);
	if (!is_file_name(entry))
		return false;
	name[(size_t)len - strlen(SUFFIX)] = '\0';
	return true;
}

static int each_in(const char *folder, bool folders, int (*fn)(void *arg, const char *name),
		   void *arg)
{
	char path[PATH_MAX], name[SUITE_NAME_LEN];
	struct dirent **entries;
	int count, ret = below_suites(folder, "", path, sizeof(path));

	if (ret)
		return ret;
	count = scandir(path, &entries, NULL, versionsort);
	if (count < 0)
		return err_setup("cannot list %s: %s", path, strerror(errno));
	for (int i = 0; i < count; i++) {
		if (!ret && name_of(folder, entries[i]->d_name, folders, name, sizeof(name)))
			ret = fn(arg, name);
		free(entries[i]);
	}
	free(entries);
	return ret;
}

struct each {
	int (*fn)(void *arg, const char *name);
	void *arg;
};

static int each_of_folder(void *arg, const char *folder)
{
	const struct each *each = arg;

	return each_in(folder, false, each->fn, each->arg);
}

int suite_each(int (*fn)(void *arg, const char *name), void *arg)
{
	struct each each = { fn, arg };
	int ret = each_in("", false, fn, arg);

	return ret ? ret : each_in("", true, each_of_folder, &each);
}

static int expand(const char *name, int depth, int (*fn)(void *arg, const char *name), void *arg);

struct expansion {
	struct each each;
	int depth;
};

static int expand_one(void *arg, const char *name)
{
	const struct expansion *e = arg;

	return expand(name, e->depth, e->each.fn, e->each.arg);
}

static int expand(const char *name, int depth, int (*fn)(void *arg, const char *name), void *arg)
{
	struct expansion e = { { fn, arg }, depth + 1 };
	struct suite suite;
	int ret;

	if (depth > DEEPEST)
		return err_usage("the suite '%s' consists of suites that consist of suites, more "
				 "than %d deep",
				 name, DEEPEST);
	if (is_folder(name))
		return each_in(name, false, expand_one, &e);
	ret = suite_read(&suite, name, NULL);
	if (ret)
		return ret;
	for (size_t i = 0; !ret && i < suite.member_count; i++)
		ret = expand_one(&e, suite.members[i]);
	if (!ret && !suite.member_count)
		ret = fn(arg, name);
	suite_free(&suite);
	return ret;
}

int suite_expand(const char *name, int (*fn)(void *arg, const char *name), void *arg)
{
	return expand(name, 0, fn, arg);
}
