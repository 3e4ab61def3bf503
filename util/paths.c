// SPDX-License-Identifier: GPL-2.0-only
#include "paths.h"

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "err.h"

static bool is_top(const char *folder)
{
	char suites[PATH_MAX + sizeof("/suites")];
	struct stat st;

	snprintf(suites, sizeof(suites), "%s/suites", folder);
	return stat(suites, &st) == 0 && S_ISDIR(st.st_mode);
}

/* Cuts the last component off @path; false when there was none but the root. */
static bool ascend(char *path)
{
	char *slash = strrchr(path, '/');

	if (!slash || slash == path)
		return false;
	*slash = '\0';
	return true;
}

static int find_top(char top[PATH_MAX])
{
	char program[PATH_MAX];
	ssize_t len = readlink("/proc/self/exe", program, sizeof(program) - 1);

	if (len < 0)
		return err_setup("cannot find the program's own path: /proc/self/exe: %s; "
				 "is /proc mounted?",
				 strerror(errno));
	program[len] = '\0';
	memcpy(top, program, (size_t)len + 1);
	while (ascend(top))
		if (is_top(top))
			return 0;
	return err_setup("no folder above %s holds suites/: run the program from its build folder, "
			 "inside the project",
			 program);
}

static int join(char *buf, size_t size, const char *folder, const char *relative)
{
	int len = snprintf(buf, size, "%s%s%s", folder, relative[0] ? "/" : "", relative);

	if (len < 0 || (size_t)len >= size)
		return err_setup("the path %s/%s is too long", folder, relative);
	return 0;
}

int path_of(char *buf, size_t size, const char *relative)
{
	char top[PATH_MAX];
	int ret = find_top(top);

	if (ret)
		return ret;
	return join(buf, size, top, relative);
}

/* As mkdir -p for the two last components: the base may be missing in a fresh home. */
static int make_cache(const char *base, const char *cache)
{
	if ((mkdir(base, 0777) && errno != EEXIST) || (mkdir(cache, 0777) && errno != EEXIST))
		return err_setup("cannot make the cache folder %s: %s; XDG_CACHE_HOME may name "
				 "another place",
				 cache, strerror(errno));
	return 0;
}

int path_of_cache(char *buf, size_t size, const char *relative)
{
	const char *base = getenv("XDG_CACHE_HOME");
	const char *home = getenv("HOME");
	char folder[PATH_MAX], cache[PATH_MAX];
	int ret;

	if (base && base[0] == '/')
		ret = join(folder, sizeof(folder), base, "");
	else if (home && home[0] == '/')
		ret = join(folder, sizeof(folder), home, ".cache");
	else
		ret = err_setup("no cache folder: neither XDG_CACHE_HOME nor HOME is set; set one");
	if (ret)
		return ret;
	ret = join(cache, sizeof(cache), folder, "shootdown");
	if (ret)
		return ret;
	ret = make_cache(folder, cache);
	if (ret)
		return ret;
	return join(buf, size, cache, relative);
}

static int path_of_build(char *buf, size_t size, const char *kind, const char *release)
{
	char relative[PATH_MAX];
	int ret;

	snprintf(relative, sizeof(relative), "build/%s/%s/secmmu.ko", kind, release);
	ret = path_of(buf, size, relative);
	if (ret)
		return ret;
	return access(buf, R_OK) ? -ENOENT : 0;
}

int path_of_module(char *buf, size_t size, const char *release)
{
	return path_of_build(buf, size, "kmod", release);
}

int path_of_test_module(char *buf, size_t size, const char *release)
{
	return path_of_build(buf, size, "kmod-test", release);
}
