// SPDX-License-Identifier: GPL-2.0-only
/* What the device has written is not lost when core mm takes the page away: it is dirty. */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include "tests/kmod/lib/crowd.h"
#include "tests/kmod/lib/dev.h"
#include "tests/kmod/lib/tap.h"
#include "torture.h"

#define PAGES 128

/* Pages that core mm had given up without a write must be among those that were not written. */
static size_t count_lost(const char *arena, size_t from, size_t step)
{
	size_t lost = 0;

	for (size_t page = from; page < PAGES; page += step)
		lost += arena[page * DEV_PAGE + 8] != 'c';
	return lost;
}

/*
 * MADV_FREE lets core mm drop clean pages. The device writes every other one, through translations
 * from before (odd rounds) or by new faults; then reclaim takes what it may.
 */
static void lazily_freed(const char *variant)
{
	size_t lost = 0;

	if (!variant_tracks(variant))
		return;
	for (int i = 0; i < rounds; i++) {
		char *arena = arena_map(PAGES, false);
		int fd = crowd_open(variant, i);
		__u32 id = dev_track(fd, arena, PAGES);

		memset(arena, 'c', PAGES * DEV_PAGE);
		if (i & 1)
			CHECK_EQ(dev_fault(fd, id, arena, PAGES * DEV_PAGE, SECMMU_FAULT_WRITE), 0);
		REQUIRE(madvise(arena, PAGES * DEV_PAGE, MADV_FREE) == 0);
		for (size_t page = 0; page < PAGES; page += 2)
			CHECK_EQ(dev_write(fd, id, arena + page * DEV_PAGE, "dev", 3, 0), 0);
		REQUIRE(madvise(arena, PAGES * DEV_PAGE, MADV_PAGEOUT) == 0);
		CHECK_EQ(count_lost(arena, 0, 2), 0);
		for (size_t page = 0; page < PAGES; page += 2)
			CHECK(!memcmp(arena + page * DEV_PAGE, "dev", 3));
		lost += count_lost(arena, 1, 2);
		CHECK_EQ(dev_verify(fd), 0);
		close(fd);
		munmap(arena, PAGES * DEV_PAGE);
	}
	tap_note("%s: %zu pages that nobody wrote were dropped", variant, lost);
	/* Or nothing was reclaimed, and this has shown nothing. */
	CHECK(lost > 0);
}

static bool swap_is_on(void)
{
	char line[128];
	int lines = 0;
	FILE *file = fopen("/proc/swaps", "re");

	while (file && fgets(line, sizeof(line), file))
		lines++;
	if (file)
		fclose(file);
	return lines > 1;
}

struct swapper {
	char *arena;
	atomic_bool stop;
};

static void *swap_out(void *arg)
{
	struct swapper *swapper = arg;

	while (!atomic_load(&swapper->stop))
		if (madvise(swapper->arena, PAGES * DEV_PAGE, MADV_PAGEOUT))
			usleep(1000);
	return NULL;
}

/* How often this process had to wait for a page to come back from where swap keeps it. */
static long count_swapped_in(void)
{
	struct rusage usage;

	REQUIRE(!getrusage(RUSAGE_SELF, &usage));
	return usage.ru_majflt;
}

/* As long as it takes until something was out and in again: pages that another CPU has just added are not seen at once. */
#define SWAP_WITHIN_MS 20000

/* The device writes a page, core mm swaps it out and in: what is read is what was written last. */
static void swapped(const char *variant)
{
	unsigned long written[PAGES] = { 0 }, seen, stamp = 0;
	struct swapper swapper = { .arena = arena_map(PAGES, true) };
	int fd = crowd_open(variant, (int)chance(12));
	__u32 id = dev_track(fd, swapper.arena, PAGES);
	long long until = now_ms() + SWAP_WITHIN_MS;
	long before = count_swapped_in();
	pthread_t thread;

	if (!swap_is_on())
		SKIP("no swap");
	if (!variant_tracks(variant))
		return;
	REQUIRE(!pthread_create(&thread, NULL, swap_out, &swapper));
	for (int i = 0; i < 400 * rounds || (count_swapped_in() == before && now_ms() < until);
	     i++) {
		size_t page = chance(PAGES);
		char *at = swapper.arena + page * DEV_PAGE;

		if (written[page]) {
			if (i & 1)
				memcpy(&seen, at, sizeof(seen));
			else
				CHECK_EQ(dev_read(fd, id, at, &seen, sizeof(seen), 0), 0);
			CHECK_EQ(seen, written[page]);
		}
		written[page] = ++stamp;
		CHECK_EQ(dev_write(fd, id, at, &stamp, sizeof(stamp), 0), 0);
	}
	atomic_store(&swapper.stop, true);
	pthread_join(thread, NULL);
	CHECK_EQ(dev_verify(fd), 0);
	tap_note("%s: %ld pages swapped out and in", variant, count_swapped_in() - before);
	CHECK(count_swapped_in() > before);
	close(fd);
}

const struct test tests_swap[] = {
	{ "MADV_FREE and reclaim keep what the device wrote", lazily_freed, "", EACH },
	{ "swap keeps what the device wrote", swapped, "", EACH },
	{ 0 },
};
