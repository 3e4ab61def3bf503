// SPDX-License-Identifier: GPL-2.0-only
/* What a file holds is charged to its process: seen in a memory cgroup, and held to its limit. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/kmod/lib/dev.h"
#include "tests/kmod/lib/group.h"
#include "tests/kmod/lib/kernel.h"
#include "tests/kmod/lib/tap.h"
#include "tests/kmod/lib/tests.h"

/* As many as a real driver may have; a slow kernel takes a second for each thousand. */
static long many(void)
{
	return kernel_times(100000);
}

/* What each tracked range takes at the very least: a small object and its slot by id. */
#define BYTES_PER_RANGE_LEAST 32

static struct secmmu_range *many_ranges(void)
{
	const size_t count = (size_t)many();
	struct secmmu_range *ranges = calloc(count, sizeof(*ranges));
	char *arena = arena_map(count, false);
	size_t i;

	REQUIRE(ranges != NULL);
	for (i = 0; i < count; i++)
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
	CHECK_EQ(dev_insert(fd, ranges, (__u32)many()), 0);
	held = group_read("memory.current", "");
	close(fd);
	after = group_read("memory.current", "");
	tap_note("%s: %ld bytes per range", variant, (held - before) / many());
	CHECK(held - before >= many() * BYTES_PER_RANGE_LEAST);
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
	const int rounds = kernel_times(200);
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
	REQUIRE_EQ(group_write("memory.max", limit), 0);
	CHECK_EQ(dev_insert(fd, ranges, (__u32)many()), -ENOMEM);
	CHECK_EQ(group_read("memory.events", "oom_kill "), 0);
	REQUIRE_EQ(group_write("memory.max", "max"), 0);
	*(char *)ranges[0].start = 1; /* a TLB may be flushed only where there is a page */
	REQUIRE_EQ(dev_reset(fd), 0);
	REQUIRE(madvise((void *)ranges[0].start, (size_t)many() * DEV_PAGE, MADV_DONTNEED) == 0);
	REQUIRE_EQ(dev_stats(fd, &probes), 0);
	CHECK(hits_are(variant, probes.counter[SECMMU_COUNT_HITS], 1));
	CHECK_EQ(dev_insert(fd, ranges, (__u32)many()), 0);
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
	REQUIRE_EQ(group_write("memory.max", limit), 0);
	CHECK_EQ(dev_attach(fd, variant, 0), -ENOMEM);
	REQUIRE_EQ(group_write("memory.max", "max"), 0);
	CHECK_EQ(dev_reset(fd), -ENOTCONN);
	CHECK_EQ(dev_attach(fd, variant, 0), 0);
	close(fd);
	group_leave();
}

/*
 * FAULT, for its table. The memory is all the zero page, and the CPU's page tables are there before: what
 * is charged is the device's. What was installed stays, so the group is full until its limit is raised, and
 * the process may do nothing meanwhile that is charged.
 */
#define FAULT_PAGES 131072ul
#define FAULT_LEN   (FAULT_PAGES * DEV_PAGE)

static void fault_limited(const char *variant)
{
	char limit[32], byte = 1;
	int fd, max_fd, ret;
	char *arena;
	__u32 id;

	(void)variant;
	group_enter();
	arena = arena_map(FAULT_PAGES, false);
	REQUIRE(madvise(arena, FAULT_LEN, MADV_POPULATE_READ) == 0);
	fd = dev_open_attached("itree", 0);
	id = dev_track(fd, arena, FAULT_PAGES);
	max_fd = open(GROUP "/memory.max", O_WRONLY | O_CLOEXEC);
	REQUIRE(max_fd >= 0);
	snprintf(limit, sizeof(limit), "%ld", group_read("memory.current", "") + (512l << 10));
	REQUIRE(write(max_fd, limit, strlen(limit)) > 0);
	ret = dev_fault(fd, id, arena, FAULT_LEN, 0);
	REQUIRE(write(max_fd, "max", 3) == 3);
	close(max_fd);
	CHECK_EQ(ret, -ENOMEM);
	CHECK_EQ(group_read("memory.events", "oom_kill "), 0);
	CHECK_EQ(dev_read(fd, id, arena, &byte, 1, SECMMU_ACCESS_NOFAULT), 0);
	CHECK_EQ(byte, 0);
	CHECK_EQ(dev_read(fd, id, arena + FAULT_LEN - 1, &byte, 1, SECMMU_ACCESS_NOFAULT), -ENXIO);
	CHECK_EQ(dev_verify(fd), 0);
	CHECK_EQ(dev_fault(fd, id, arena, FAULT_LEN, 0), 0);
	CHECK_EQ(dev_read(fd, id, arena + FAULT_LEN - 1, &byte, 1, SECMMU_ACCESS_NOFAULT), 0);
	CHECK_EQ(dev_remove(fd, &id, 1), 0);
	close(fd);
	group_leave();
}

/* Sizes and counts that no caller can mean: refused for what they are, before anything is allocated. */
static void absurd_requests(const char *variant)
{
	struct secmmu_range range = { .start = 0, .length = 1ul << 46 };
	int fault = variant_tracks(variant) ? 0 : -EOPNOTSUPP;
	struct secmmu_range *hole;
	char limit[32];
	int fd;

	group_enter();
	hole = mmap(NULL, DEV_PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	REQUIRE(hole != MAP_FAILED);
	fd = dev_open_attached(variant, 0);
	REQUIRE_EQ(dev_insert(fd, &range, 1), 0);
	snprintf(limit, sizeof(limit), "%ld", group_read("memory.current", "") + (1l << 20));
	REQUIRE_EQ(group_write("memory.max", limit), 0);
	CHECK_EQ(dev_insert(fd, hole, ~0u), -ENOSPC);
	CHECK_EQ(dev_insert(fd, hole, 1u << 24), -ENOSPC);
	CHECK_EQ(dev_insert(fd, hole, (1u << 24) - 1), -EFAULT);
	CHECK_EQ(dev_remove(fd, (__u32 *)hole, ~0u), -EFAULT);
	CHECK_EQ(dev_fault(fd, range.id, NULL, range.length, 0), fault ? fault : -EFAULT);
	CHECK_EQ(dev_fault(fd, range.id, NULL, -DEV_PAGE, 0), fault ? fault : -EINVAL);
	CHECK_EQ(dev_fault(fd, range.id, (void *)-DEV_PAGE, -DEV_PAGE, 0), fault ? fault : -EINVAL);
	CHECK_EQ(dev_read(fd, range.id, NULL, hole, ~0ul, 0), -EINVAL);
	CHECK_EQ(dev_read(fd, range.id, (void *)~0ul, hole, 2, 0), fault ? fault : -EINVAL);
	CHECK_EQ(dev_write(fd, range.id, NULL, hole, 1ul << 63, 0), -EINVAL);
	CHECK_EQ(dev_verify(fd), 0);
	CHECK_EQ(group_read("memory.events", "oom "), 0);
	REQUIRE_EQ(group_write("memory.max", "max"), 0);
	CHECK_EQ(dev_remove(fd, &range.id, 1), 0);
	close(fd);
	group_leave();
}

const struct test tests_memory[] = {
	{ "ranges are charged to the process", charged, "", ALIKE },
	{ "nothing stays charged when files are gone", nothing_stays, "", ALIKE },
	{ "a cgroup's limit makes INSERT fail", limited, "", ALIKE },
	{ "a cgroup's limit makes ATTACH fail", attach_limited, "", ALIKE },
	{ "a cgroup's limit makes FAULT fail", fault_limited, "", ONCE },
	{ "absurd sizes and counts are refused for nothing", absurd_requests, "max_ranges=16777216",
	  ALIKE },
	{ 0 },
};
