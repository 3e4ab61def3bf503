// SPDX-License-Identifier: GPL-2.0-only
/* A memory cgroup for a test: what is charged to it, and its limits. */
#include "group.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tap.h"

int file_write(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	int ret = 0;

	if (fd < 0)
		return -errno;
	if (write(fd, text, strlen(text)) < 0)
		ret = -errno;
	close(fd);
	return ret;
}

int group_write(const char *file, const char *text)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), GROUP "/%s", file);
	return file_write(path, text);
}

long group_read(const char *file, const char *key)
{
	char path[PATH_MAX], text[4096];
	const char *at;
	ssize_t len;
	int fd;

	snprintf(path, sizeof(path), GROUP "/%s", file);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	REQUIRE(fd >= 0);
	len = read(fd, text, sizeof(text) - 1);
	close(fd);
	REQUIRE(len > 0);
	text[len] = '\0';
	at = strstr(text, key);
	REQUIRE(at != NULL);
	return atol(at + strlen(key));
}

void group_enter(void)
{
	struct stat st;

	if (stat(GROUP_ROOT "/cgroup.controllers", &st))
		mount("none", GROUP_ROOT, "cgroup2", 0, NULL);
	if (file_write(GROUP_ROOT "/cgroup.subtree_control", "+memory"))
		SKIP("no memory controller of cgroup2 at " GROUP_ROOT);
	rmdir(GROUP);
	REQUIRE(mkdir(GROUP, 0755) == 0);
	REQUIRE_EQ(file_write(GROUP "/cgroup.procs", "0"), 0);
}

void group_leave(void)
{
	int tries;

	REQUIRE_EQ(file_write(GROUP_ROOT "/cgroup.procs", "0"), 0);
	for (tries = 0; tries < 100 && rmdir(GROUP); tries++)
		usleep(10000);
}
