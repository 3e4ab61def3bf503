// SPDX-License-Identifier: GPL-2.0-only
/* INSERT and REMOVE: all or none. */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "tests/kmod/lib/dev.h"
#include "tests/kmod/lib/kernel.h"
#include "tests/kmod/lib/tap.h"
#include "tests/kmod/lib/tests.h"

/* What these tests load the module with: so few that a range left behind is missed at once. */
#define LIMIT        "max_ranges=10"
#define LIMIT_RANGES 10

/* One more than the last address that a process may have, as x86-64 has it. */
static unsigned long user_end(void)
{
#ifdef __x86_64__
	FILE *file = fopen("/proc/cpuinfo", "r");
	char line[8192];
	bool la57 = false;

	REQUIRE(file != NULL);
	while (fgets(line, sizeof(line), file))
		la57 = la57 || strstr(line, " la57");
	fclose(file);
	return (1ul << (la57 ? 56 : 47)) - DEV_PAGE;
#else
	SKIP("the end of user addresses is known for x86-64 only");
#endif
}

/* No range is held: as many as ever may be can be inserted. */
static void check_none_held(int fd)
{
	struct secmmu_range ranges[LIMIT_RANGES + 1];
	__u32 ids[LIMIT_RANGES];
	int i;

	for (i = 0; i <= LIMIT_RANGES; i++)
		ranges[i] = (struct secmmu_range){ .start = DEV_PAGE, .length = DEV_PAGE };
	CHECK_EQ(dev_insert(fd, ranges, LIMIT_RANGES + 1), -ENOSPC);
	if (!CHECK_EQ(dev_insert(fd, ranges, LIMIT_RANGES), 0))
		return;
	for (i = 0; i < LIMIT_RANGES; i++)
		ids[i] = ranges[i].id;
	CHECK_EQ(dev_insert(fd, ranges, 1), -ENOSPC);
	CHECK_EQ(dev_remove(fd, ids, LIMIT_RANGES), 0);
}

/* Each wrong range alone, first, in the middle and last. */
static void insert_invalid(const char *variant)
{
	const unsigned long end = user_end();
	const struct secmmu_range wrong[] = {
		{ .start = DEV_PAGE, .length = 0 },
		{ .start = DEV_PAGE + 1, .length = DEV_PAGE },
		{ .start = DEV_PAGE / 2, .length = DEV_PAGE },
		{ .start = DEV_PAGE, .length = DEV_PAGE + 1 },
		{ .start = DEV_PAGE, .length = 1 },
		{ .start = -DEV_PAGE, .length = DEV_PAGE },
		{ .start = -DEV_PAGE, .length = 2 * DEV_PAGE },
		{ .start = 2 * DEV_PAGE, .length = -DEV_PAGE },
		{ .start = 0xffff800000000000ul, .length = DEV_PAGE },
		{ .start = end, .length = DEV_PAGE },
		{ .start = end - DEV_PAGE, .length = 2 * DEV_PAGE },
		{ .start = 0, .length = end + DEV_PAGE },
		{ .start = DEV_PAGE, .length = DEV_PAGE, .reserved = 1 },
	};
	const struct secmmu_range right = { .start = DEV_PAGE, .length = DEV_PAGE };
	int fd = dev_open_attached(variant, 0);
	struct secmmu_range ranges[3];
	size_t i, at;

	for (i = 0; i < ARRAY_SIZE(wrong); i++) {
		ranges[0] = wrong[i];
		if (!CHECK_EQ(dev_insert(fd, ranges, 1), -EINVAL))
			tap_note("wrong range %zu was taken", i);
		for (at = 0; at < 3; at++) {
			ranges[0] = ranges[1] = ranges[2] = right;
			ranges[at] = wrong[i];
			CHECK_EQ(dev_insert(fd, ranges, 3), -EINVAL);
		}
	}
	check_none_held(fd);
	close(fd);
}

static void insert_edges(const char *variant)
{
	const unsigned long end = user_end();
	struct secmmu_range ranges[] = {
		{ .start = 0, .length = DEV_PAGE },
		{ .start = 0, .length = end },
		{ .start = end - DEV_PAGE, .length = DEV_PAGE },
		{ .start = DEV_PAGE, .length = DEV_PAGE, .id = 77 },
	};
	int fd = dev_open_attached(variant, 0);
	__u32 ids[4];
	int i;

	REQUIRE_EQ(dev_insert(fd, ranges, 4), 0);
	for (i = 0; i < 4; i++)
		ids[i] = ranges[i].id;
	CHECK(ids[0] != ids[1] && ids[1] != ids[2] && ids[2] != ids[3]);
	CHECK_EQ(dev_remove(fd, ids, 4), 0);
	check_none_held(fd);
	close(fd);
}

static void counts(const char *variant)
{
	struct secmmu_range ranges[LIMIT_RANGES + 1];
	int fd = dev_open_attached(variant, 0);
	__u32 id = 1;

	CHECK_EQ(dev_insert(fd, ranges, 0), -EINVAL);
	CHECK_EQ(dev_remove(fd, &id, 0), -EINVAL);
	CHECK_EQ(dev_insert(fd, ranges, ~0u), -ENOSPC);
	CHECK_EQ(dev_insert(fd, NULL, LIMIT_RANGES + 1), -ENOSPC);
	CHECK_EQ(dev_remove(fd, &id, ~0u), -ENOENT);
	check_none_held(fd);
	close(fd);
}

/* The limit is of each file, exact, and of what is held now. */
static void at_the_limit(const char *variant)
{
	struct secmmu_range ranges[LIMIT_RANGES];
	int fd = dev_open_attached(variant, 0);
	int other = dev_open_attached(variant, 0);
	__u32 ids[LIMIT_RANGES];
	int i, round;

	for (i = 0; i < LIMIT_RANGES; i++) {
		ranges[i] = (struct secmmu_range){ .start = DEV_PAGE, .length = DEV_PAGE };
		CHECK_EQ(dev_insert(fd, &ranges[i], 1), 0);
		ids[i] = ranges[i].id;
	}
	for (round = 0; round < 3; round++) {
		CHECK_EQ(dev_insert(fd, ranges, 1), -ENOSPC);
		CHECK_EQ(dev_remove(fd, &ids[round], 1), 0);
		CHECK_EQ(dev_insert(fd, ranges, 2), -ENOSPC);
		CHECK_EQ(dev_insert(fd, ranges, 1), 0);
		ids[round] = ranges[0].id;
	}
	check_none_held(other);
	CHECK_EQ(dev_remove(fd, ids, LIMIT_RANGES), 0);
	check_none_held(fd);
	close(fd);
	check_none_held(other);
	close(other);
}

/* The last @room bytes before an address where nothing is. */
static void *before_a_hole(size_t room)
{
	char *pages = mmap(NULL, 2 * DEV_PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
			   -1, 0);

	REQUIRE(pages != MAP_FAILED);
	REQUIRE(munmap(pages + DEV_PAGE, DEV_PAGE) == 0);
	return pages + DEV_PAGE - room;
}

/* Arrays that end too early, are not there, or cannot be written. */
static void bad_arrays(const char *variant)
{
	struct secmmu_range *ranges = before_a_hole(3 * sizeof(*ranges));
	__u32 *ids = before_a_hole(3 * sizeof(*ids));
	int fd = dev_open_attached(variant, 0);
	int i;

	for (i = 0; i < 3; i++)
		ranges[i] = (struct secmmu_range){ .start = DEV_PAGE, .length = DEV_PAGE };
	CHECK_EQ(dev_insert(fd, ranges, 4), -EFAULT);
	CHECK_EQ(dev_insert(fd, NULL, 1), -EFAULT);
	CHECK_EQ(dev_insert(fd, (void *)~0xffful, 1), -EFAULT);
	REQUIRE(mprotect((void *)((uintptr_t)ranges & ~(DEV_PAGE - 1)), DEV_PAGE, PROT_READ) == 0);
	CHECK_EQ(dev_insert(fd, ranges, 3), -EFAULT);
	check_none_held(fd);

	REQUIRE(mprotect((void *)((uintptr_t)ranges & ~(DEV_PAGE - 1)), DEV_PAGE,
			 PROT_READ | PROT_WRITE) == 0);
	REQUIRE_EQ(dev_insert(fd, ranges, 3), 0);
	for (i = 0; i < 3; i++)
		ids[i] = ranges[i].id;
	CHECK_EQ(dev_remove(fd, ids, 4), -EFAULT);
	CHECK_EQ(dev_remove(fd, NULL, 1), -EFAULT);
	CHECK_EQ(dev_remove(fd, ids, 3), 0);
	check_none_held(fd);
	close(fd);
}

static __u64 hits_of(int fd, void *arena, size_t pages)
{
	static struct probes probes;

	REQUIRE_EQ(dev_reset(fd), 0);
	REQUIRE(madvise(arena, pages * DEV_PAGE, MADV_DONTNEED) == 0);
	REQUIRE_EQ(dev_stats(fd, &probes), 0);
	return probes.counter[SECMMU_COUNT_HITS];
}

/* The same, of pages that are there: a TLB's flush may need one. */
static __u64 hits_of_written(int fd, void *arena, size_t pages)
{
	memset(arena, 1, pages * DEV_PAGE);
	return hits_of(fd, arena, pages);
}

/* A wrong id among good ones: the good ones stay, and still see invalidations. */
static void remove_wrong(const char *variant)
{
	unsigned int seen = variant_tracks(variant) ? 3 : 0;
	int fd = dev_open_attached(variant, 0);
	void *arena = arena_map(3, true);
	__u32 good[3], ids[4];
	unsigned int calls;
	int at, i;

	for (i = 0; i < 3; i++)
		good[i] = dev_track(fd, arena, 3);
	/* All but one are called once for each change. */
	hits_of(fd, arena, 3);
	calls = variant_is_told(variant) ? 1 : hits_of_written(fd, arena, 3) / 3;
	CHECK(calls > 0 || !seen);
	for (at = 0; at < 4; at++) {
		for (i = 0; i < 4; i++)
			ids[i] = good[i < at ? i : i - (i > at)];
		ids[at] = 4711;
		CHECK_EQ(dev_remove(fd, ids, 4), -ENOENT);
		ids[at] = 0;
		CHECK_EQ(dev_remove(fd, ids, 4), -ENOENT);
		ids[at] = ~0u;
		CHECK_EQ(dev_remove(fd, ids, 4), -ENOENT);
		ids[at] = ids[at ? 0 : 3];
		CHECK_EQ(dev_remove(fd, ids, 4), -EINVAL);
		CHECK_EQ(hits_of_written(fd, arena, 3), seen * calls);
	}
	CHECK_EQ(dev_remove(fd, good + 1, 1), 0);
	CHECK_EQ(dev_remove(fd, good, 3), -ENOENT);
	CHECK_EQ(hits_of_written(fd, arena, 3), seen ? 2 * calls : 0);
	ids[0] = good[0];
	ids[1] = good[2];
	CHECK_EQ(dev_remove(fd, ids, 2), 0);
	CHECK_EQ(hits_of_written(fd, arena, 3), 0);
	check_none_held(fd);
	close(fd);
}

static double now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

/* The size that a real driver may have; less on a kernel that needs a second for each thousand. */
static int many_ranges(void)
{
	const char *text = getenv("MANY_RANGES");
	int count = text ? atoi(text) : 100000;

	REQUIRE(count >= 1000);
	return count;
}

/* Each of them sees an invalidation of all. */
static void many(const char *variant)
{
	const int count = many_ranges();
	struct secmmu_range *ranges = calloc((size_t)count, sizeof(*ranges));
	int fd = dev_open_attached(variant, 0);
	__u32 *ids = calloc((size_t)count, sizeof(*ids));
	double start, inserted, event, removed;
	char *arena = arena_map((size_t)count, false);
	int i;

	for (i = 0; i < count; i++)
		ranges[i] = dev_range(arena, (size_t)i, 1);
	start = now_ms();
	REQUIRE_EQ(dev_insert(fd, ranges, count), 0);
	inserted = now_ms();
	if (variant_is_told(variant) || !kernel_fact(KERNEL_FLUSHES_WITH_CPU)) {
		CHECK_EQ(hits_of(fd, arena, count), variant_tracks(variant) ? count : 0);
		CHECK_EQ(hits_of(fd, arena, count / 2), variant_tracks(variant) ? count / 2 : 0);
		CHECK_EQ(hits_of(fd, arena + (size_t)count / 2 * DEV_PAGE, 1),
			 variant_tracks(variant));
	} else {
		CHECK_EQ(hits_of_written(fd, arena + (size_t)count / 2 * DEV_PAGE, 20), 20);
		CHECK_EQ(hits_of_written(fd, arena + (size_t)count / 2 * DEV_PAGE, 40),
			 kernel_fact(KERNEL_COLLAPSES_FLUSHES) ? count : 40);
	}
	for (i = 0; i < count; i++)
		ids[i] = ranges[count - 1 - i].id;
	event = now_ms();
	CHECK_EQ(dev_remove(fd, ids, count), 0);
	removed = now_ms();
	CHECK_EQ(hits_of(fd, arena, count), 0);
	tap_note("%s, %d ranges: insert %.0f ms, remove %.0f ms", variant, count, inserted - start,
		 removed - event);
	REQUIRE_EQ(dev_insert(fd, ranges, count), 0);
	start = now_ms();
	close(fd);
	tap_note("%s, %d ranges: close %.0f ms", variant, count, now_ms() - start);
}

const struct test tests_ranges[] = {
	{ "INSERT of a wrong range", insert_invalid, LIMIT, ALIKE },
	{ "INSERT at the ends of the address space", insert_edges, LIMIT, ALIKE },
	{ "counts: none, more than the limit", counts, LIMIT, ALIKE },
	{ "ENOSPC at the limit, and room again after REMOVE", at_the_limit, LIMIT, ALIKE },
	{ "arrays that cannot be read or written", bad_arrays, LIMIT, ALIKE },
	{ "REMOVE of a wrong id", remove_wrong, LIMIT, EACH },
	{ "many ranges in one file", many, "", EACH },
	{ 0 },
};
