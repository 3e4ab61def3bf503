// SPDX-License-Identifier: GPL-2.0-only
/* What a file holds is charged to its process: seen in a memory cgroup, and held to its limit. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "dev.h"
#include "tap.h"
#include "tests.h"

#define ROOT  "/sys/fs/cgroup"
#define GROUP ROOT "/secmmu-test"
#define MANY  100000

/* What each tracked range takes at the very least: a small object and its slot by id. */
#define BYTES_PER_RANGE_LEAST 32

static int file_write(const char *path, const char *text)
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

/* The number behind @key in @file of the group; the first one without a key. */
static long group_read(const char *file, const char *key)
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

/* Move this process into a new group without a limit. */
static void group_enter(void)
{
	struct stat st;

	if (stat(ROOT "/cgroup.controllers", &st))
		mount("none", ROOT, "cgroup2", 0, NULL);
	if (file_write(ROOT "/cgroup.subtree_control", "+memory"))
		SKIP("no memory controller of cgroup2 at " ROOT);
	rmdir(GROUP);
	REQUIRE(mkdir(GROUP, 0755) == 0);
	REQUIRE_EQ(file_write(GROUP "/cgroup.procs", "0"), 0);
}

/* Out of it again, and away with it. */
static void group_leave(void)
{
	int tries;

	REQUIRE_EQ(file_write(ROOT "/cgroup.procs", "0"), 0);
	for (tries = 0; tries < 100 && rmdir(GROUP); tries++)
		usleep(10000);
}

static struct secmmu_range *many_ranges(void)
{
	struct secmmu_range *ranges = calloc(MANY, sizeof(*ranges));
	char *arena = arena_map(MANY, false);
	size_t i;

	REQUIRE(ranges != NULL);
	for (i = 0; i < MANY; i++)
		ranges[i] = dev_range(arena, i, 1);
	return ranges;
}

/* Usage rises by what the ranges take at least, and falls when they go. */
static void charged(const char *variant)
{
	struct secmmu_range *ranges;
	long before, held, after;
	int fd;

	group_enter();
	ranges = many_ranges();
	fd = dev_open_attached(variant, 0);
	before = group_read("memory.current", "");
	CHECK_EQ(dev_insert(fd, ranges, MANY), 0);
	held = group_read("memory.current", "");
	close(fd);
	after = group_read("memory.current", "");
	tap_note("%s: %ld bytes per range", variant, (held - before) / MANY);
	CHECK(held - before >= (long)MANY * BYTES_PER_RANGE_LEAST);
	CHECK(after - before < (held - before) / 4);
	group_leave();
}

/* A process that leaves a file behind, with ranges in it. */
static void leave_file(const char *variant)
{
	struct secmmu_range ranges[8];
	char *arena;
	pid_t pid;
	size_t i;
	int fd;

	pid = fork();
	if (pid == 0) {
		arena = arena_map(ARRAY_SIZE(ranges), true);
		for (i = 0; i < ARRAY_SIZE(ranges); i++)
			ranges[i] = dev_range(arena, i, 1);
		fd = dev_open_attached(variant, 0);
		REQUIRE_EQ(dev_insert(fd, ranges, ARRAY_SIZE(ranges)), 0);
		_exit(0);
	}
	REQUIRE(waitpid(pid, NULL, 0) == pid);
}

/* Neither a file's own memory nor the address space that it held is lost. */
static void nothing_stays(const char *variant)
{
	const int rounds = 200;
	long before, after;
	int i;

	group_enter();
	for (i = 0; i < 20; i++)
		leave_file(variant);
	before = group_read("memory.stat", "kernel ");
	for (i = 0; i < rounds; i++)
		leave_file(variant);
	after = group_read("memory.stat", "kernel ");
	tap_note("%s: %ld bytes stay per file", variant, (after - before) / rounds);
	CHECK(after - before < rounds * 1000l);
	group_leave();
}

/* Where the limit is met, the command fails: nobody is killed, and nothing has changed. */
static void limited(const char *variant)
{
	static struct probes probes;
	struct secmmu_range *ranges;
	char limit[32];
	long before;
	int fd;

	group_enter();
	ranges = many_ranges();
	fd = dev_open_attached(variant, 0);
	dev_track(fd, (void *)ranges[0].start, 1);
	memset(&probes, 0, sizeof(probes));
	before = group_read("memory.current", "");
	snprintf(limit, sizeof(limit), "%ld", before + (1l << 20));
	REQUIRE_EQ(file_write(GROUP "/memory.max", limit), 0);
	CHECK_EQ(dev_insert(fd, ranges, MANY), -ENOMEM);
	CHECK_EQ(group_read("memory.events", "oom_kill "), 0);
	REQUIRE_EQ(file_write(GROUP "/memory.max", "max"), 0);
	REQUIRE_EQ(dev_reset(fd), 0);
	REQUIRE(madvise((void *)ranges[0].start, MANY * DEV_PAGE, MADV_DONTNEED) == 0);
	REQUIRE_EQ(dev_stats(fd, &probes), 0);
	CHECK_EQ(probes.counter[SECMMU_COUNT_HITS], variant_tracks(variant) ? 1 : 0);
	CHECK_EQ(dev_insert(fd, ranges, MANY), 0);
	close(fd);
	group_leave();
}

/* ATTACH, too. */
static void attach_limited(const char *variant)
{
	char limit[32];
	int fd;

	group_enter();
	fd = dev_open();
	REQUIRE(fd >= 0);
	snprintf(limit, sizeof(limit), "%ld", group_read("memory.current", "") + 4096);
	REQUIRE_EQ(file_write(GROUP "/memory.max", limit), 0);
	CHECK_EQ(dev_attach(fd, variant, 0), -ENOMEM);
	REQUIRE_EQ(file_write(GROUP "/memory.max", "max"), 0);
	CHECK_EQ(dev_reset(fd), -ENOTCONN);
	CHECK_EQ(dev_attach(fd, variant, 0), 0);
	close(fd);
	group_leave();
}

const struct test tests_memory[] = {
	{ "ranges are charged to the process", charged, "", true },
	{ "nothing stays charged when files are gone", nothing_stays, "", true },
	{ "a cgroup's limit makes INSERT fail", limited, "", true },
	{ "a cgroup's limit makes ATTACH fail", attach_limited, "", true },
	{ 0 },
};
