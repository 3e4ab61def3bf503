// SPDX-License-Identifier: GPL-2.0-only
/* Each event is counted, by its type and as a hit of just the ranges that it concerns. */
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/kmod/lib/dev.h"
#include "tests/kmod/lib/kernel.h"
#include "tests/kmod/lib/tap.h"
#include "tests/kmod/lib/tests.h"

#define PAGES 64

static void do_munmap(char *arena)
{
	REQUIRE(munmap(arena, PAGES * DEV_PAGE) == 0);
}

static void do_dontneed(char *arena)
{
	REQUIRE(madvise(arena, PAGES * DEV_PAGE, MADV_DONTNEED) == 0);
}

static void do_free(char *arena)
{
	REQUIRE(madvise(arena, PAGES * DEV_PAGE, MADV_FREE) == 0);
}

static void do_mprotect(char *arena)
{
	REQUIRE(mprotect(arena, PAGES * DEV_PAGE, PROT_READ) == 0);
}

static void do_mprotect_thrice(char *arena)
{
	do_mprotect(arena);
	REQUIRE(mprotect(arena, PAGES * DEV_PAGE, PROT_READ | PROT_WRITE) == 0);
	do_mprotect(arena);
}

static void do_soft_dirty(char *arena)
{
	int fd = open("/proc/self/clear_refs", O_WRONLY);

	(void)arena;
	REQUIRE(fd >= 0);
	if (write(fd, "4", 1) != 1)
		SKIP("this kernel has no soft-dirty bits");
	close(fd);
}

static void do_fork(char *arena)
{
	pid_t pid = fork();

	(void)arena;
	if (pid == 0)
		_exit(0);
	REQUIRE(waitpid(pid, NULL, 0) == pid);
}

/* An action on the arena, which is one tracked range and populated, and what it must cause. */
struct cause {
	void (*act)(char *arena);
	enum secmmu_counter event;
	unsigned int times;
	bool elsewhere; /* events outside the arena as well, on the rest of the process */
};

static void cause_one(const struct cause *cause, const char *variant)
{
	static struct probes probes;
	unsigned int times = variant_subscribes(variant) ? cause->times : 0;
	int fd = dev_open_attached(variant, 0);
	char *arena = arena_map(PAGES, true);
	int i;

	dev_track(fd, arena, PAGES);
	memset(&probes, 0, sizeof(probes)); /* touched now, not between reset and event */
	REQUIRE_EQ(dev_reset(fd), 0);
	cause->act(arena);
	REQUIRE_EQ(dev_stats(fd, &probes), 0);
	close(fd);
	/* Its callback is not told the type, and comes once or more for each change. */
	if (!variant_is_told(variant)) {
		CHECK(probes.counter[SECMMU_COUNT_HITS] >= times);
		return;
	}
	CHECK_EQ(probes.counter[SECMMU_COUNT_HITS], variant_tracks(variant) ? times : 0);
	if (cause->elsewhere && times && !variant_is_per_range(variant)) {
		CHECK(probes.counter[cause->event] >= times);
		return;
	}
	CHECK_EQ(probes.counter[SECMMU_COUNT_START], times);
	CHECK_EQ(probes.counter[SECMMU_COUNT_END], variant_has_end(variant) ? times : 0);
	for (i = SECMMU_COUNT_UNMAP; i <= SECMMU_COUNT_EXCLUSIVE; i++)
		if (!CHECK_EQ(probes.counter[i], i == (int)cause->event ? times : 0))
			tap_note("counter %d", i);
}

static void event_unmap(const char *variant)
{
	cause_one(&(struct cause){ do_munmap, SECMMU_COUNT_UNMAP, 1, false }, variant);
}

static void event_clear(const char *variant)
{
	cause_one(&(struct cause){ do_dontneed, SECMMU_COUNT_CLEAR, 1, false }, variant);
	cause_one(&(struct cause){ do_free, SECMMU_COUNT_CLEAR, 1, false }, variant);
}

static void event_protection_vma(const char *variant)
{
	cause_one(&(struct cause){ do_mprotect, SECMMU_COUNT_PROTECTION_VMA, 1, false }, variant);
	cause_one(&(struct cause){ do_mprotect_thrice, SECMMU_COUNT_PROTECTION_VMA, 3, false },
		  variant);
}

static void event_protection_page(const char *variant)
{
	cause_one(&(struct cause){ do_fork, SECMMU_COUNT_PROTECTION_PAGE, 1, true }, variant);
}

static void event_soft_dirty(const char *variant)
{
	cause_one(&(struct cause){ do_soft_dirty, SECMMU_COUNT_SOFT_DIRTY, 1, false }, variant);
}

/* Pages of the arena: a tracked range, or what is invalidated. */
struct extent {
	size_t page;
	size_t pages;
};

static bool overlap(const struct extent *a, const struct extent *b)
{
	return a->page < b->page + b->pages && b->page < a->page + a->pages;
}

/* How often the start callback is called for one event. */
static __u64 starts_of(const char *variant, int tracked_count, __u64 hits)
{
	if (!variant_subscribes(variant))
		return 0;
	if (!strcmp(variant, "coarse"))
		return tracked_count > 0; /* for the one chunk, hit or not */
	return variant_is_interval(variant) ? hits : 1;
}

/* Track @tracked, invalidate each of @extents, and count the hits in a second way. */
static void check_hits(const char *variant, const struct extent *tracked, int tracked_count,
		       const struct extent *extents, int extent_count)
{
	static struct probes probes;
	int fd = dev_open_attached(variant, 0);
	char *arena = arena_map(PAGES, true);
	struct secmmu_range range;
	__u64 hits;
	int i, k;

	for (i = 0; i < tracked_count; i++) {
		range = dev_range(arena, tracked[i].page, tracked[i].pages);
		REQUIRE_EQ(dev_insert(fd, &range, 1), 0);
	}
	for (i = 0; i < extent_count; i++) {
		for (hits = 0, k = 0; k < tracked_count; k++)
			hits += overlap(&tracked[k], &extents[i]);
		/* A TLB may be flushed only where there are pages. */
		memset(arena + extents[i].page * DEV_PAGE, 1, extents[i].pages * DEV_PAGE);
		REQUIRE_EQ(dev_reset(fd), 0);
		REQUIRE(madvise(arena + extents[i].page * DEV_PAGE, extents[i].pages * DEV_PAGE,
				MADV_DONTNEED) == 0);
		REQUIRE_EQ(dev_stats(fd, &probes), 0);
		if (!variant_is_told(variant)) {
			/* A TLB may be flushed as a whole. */
			if (hits || extents[i].pages <= 32)
				CHECK(!hits == !probes.counter[SECMMU_COUNT_HITS]);
			CHECK(probes.counter[SECMMU_COUNT_HITS] >= hits);
			continue;
		}
		CHECK_EQ(probes.counter[SECMMU_COUNT_HITS], variant_tracks(variant) ? hits : 0);
		CHECK_EQ(probes.counter[SECMMU_COUNT_START],
			 starts_of(variant, tracked_count, hits));
	}
	close(fd);
	munmap(arena, PAGES * DEV_PAGE);
}

/* Neighbours that touch, and ranges that share one page, at both ends. */
static void hits_at_edges(const char *variant)
{
	static const struct extent tracked[] = {
		{ 8, 8 },  { 16, 8 }, { 24, 8 }, { 16, 8 },
		{ 15, 1 }, { 24, 1 }, { 0, 64 }, { 18, 2 },
	};
	static const struct extent extents[] = {
		{ 16, 8 }, { 15, 8 }, { 17, 8 }, { 7, 1 },  { 8, 1 },  { 15, 1 },
		{ 16, 1 }, { 23, 1 }, { 24, 1 }, { 32, 1 }, { 31, 1 }, { 0, 64 },
	};

	check_hits(variant, tracked, 8, extents, 12);
	check_hits(variant, tracked, 6, extents, 12);
	check_hits(variant, tracked, 1, extents, 12);
	check_hits(variant, tracked, 0, extents, 12);
}

static void hits_at_random(const char *variant)
{
	struct extent tracked[100], extents[100];
	int i;

	srandom(20);
	for (i = 0; i < 100; i++) {
		tracked[i].page = (size_t)random() % (PAGES - 1);
		tracked[i].pages = 1 + (size_t)random() % (PAGES - tracked[i].page);
		extents[i].page = (size_t)random() % (PAGES - 1);
		extents[i].pages = 1 + (size_t)random() % (PAGES - extents[i].page);
	}
	check_hits(variant, tracked, 100, extents, kernel_times(100));
}

/* Several files on one address space: each counts for itself. One more event after each close. */
static void two_files(const char *variant)
{
	static struct probes probes;
	char *arena = arena_map(PAGES, true);
	bool tracks = variant_tracks(variant);
	int fds[16];
	int i;

	for (i = 0; variants[i]; i++) {
		REQUIRE(i < 15);
		fds[i] =
			dev_open_attached(variant_is_there(variants[i]) ? variants[i] : "itree", 0);
		dev_track(fds[i], arena, PAGES);
	}
	fds[i] = dev_open_attached(variant, 0);
	dev_track(fds[i], arena, PAGES);
	dev_track(fds[i], arena, PAGES);
	REQUIRE_EQ(dev_reset(fds[i]), 0);
	do_dontneed(arena);
	REQUIRE_EQ(dev_stats(fds[i], &probes), 0);
	if (variant_is_told(variant))
		CHECK_EQ(probes.counter[SECMMU_COUNT_HITS], tracks ? 2 : 0);
	close(fds[i]);
	for (i = 0; variants[i]; i++) {
		REQUIRE_EQ(dev_stats(fds[i], &probes), 0);
		if (variant_is_told(variants[i]))
			CHECK_EQ(probes.counter[SECMMU_COUNT_HITS],
				 variant_tracks(variants[i]) ? i + 1 : 0);
		close(fds[i]);
		do_dontneed(arena);
	}
}

const struct test tests_events[] = {
	{ "munmap is UNMAP", event_unmap, "", EACH },
	{ "MADV_DONTNEED and MADV_FREE are CLEAR", event_clear, "", EACH },
	{ "each mprotect is one PROTECTION_VMA", event_protection_vma, "", EACH },
	{ "fork is PROTECTION_PAGE", event_protection_page, "", EACH },
	{ "clear_refs is SOFT_DIRTY", event_soft_dirty, "", EACH },
	{ "hits at the edges of ranges", hits_at_edges, "", EACH },
	{ "hits of random ranges", hits_at_random, "", EACH },
	{ "several files on one address space", two_files, "", EACH },
	{ 0 },
};
