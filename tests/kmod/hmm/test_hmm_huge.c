// SPDX-License-Identifier: GPL-2.0-only
/* The device uses huge pages: transparent ones, those of hugetlbfs, and small ones between them. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "tests/kmod/lib/mirror.h"
#include "tests/kmod/lib/tap.h"
#include "tests/kmod/lib/tests.h"

#ifndef MADV_COLLAPSE
#define MADV_COLLAPSE 25
#endif

static char data[HUGE_LEN] __attribute__((aligned(4096)));

/* Nobody has touched it before: the device reads, which may bring the huge zero page, then writes. */
static void anon_write_huge(struct mirror *m)
{
	char *at = memory_map(HUGE_PAGES, true);

	mirror_open(m, at, HUGE_PAGES);
	CHECK_EQ(mirror_read(m, 0, HUGE_PAGES, data, 0), 0);
	CHECK(bytes_are(data, HUGE_LEN, 0));
	pattern_fill(data, HUGE_LEN, 1);
	CHECK_EQ(mirror_write(m, 0, HUGE_PAGES, data, 0), 0);
	CHECK(pattern_is(at, HUGE_LEN, 1));
	pattern_fill(at, HUGE_LEN, 2);
	CHECK_EQ(mirror_read(m, 0, HUGE_PAGES, data, 0), 0);
	CHECK(pattern_is(data, HUGE_LEN, 2));
	REQUIRE(mprotect(at, HUGE_LEN, PROT_READ) == 0);
	CHECK_EQ(mirror_write(m, 0, HUGE_PAGES, data, 0), -EFAULT);
	CHECK_EQ(mirror_write(m, HUGE_PAGES - 1, 1, data, SECMMU_ACCESS_NOFAULT), -ENXIO);
	CHECK(pattern_is(at, HUGE_LEN, 2));
	mirror_close(m);
	munmap(at, HUGE_LEN);
}

/* One page of hugetlbfs, or a spoken skip. */
static char *hugetlb_map(void)
{
	const char *pool = "/proc/sys/vm/nr_hugepages";
	int fd = open(pool, O_WRONLY | O_CLOEXEC);
	char *at;

	if (fd < 0)
		SKIP("this kernel has no hugetlbfs");
	if (write(fd, "2", 1) != 1)
		SKIP("no huge pages for hugetlbfs");
	close(fd);
	at = mmap(NULL, HUGE_LEN, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB,
		  -1, 0);
	if (at == MAP_FAILED)
		SKIP("no huge page of 2 MiB for hugetlbfs");
	return at;
}

static void hugetlb_free(char *at)
{
	int fd = open("/proc/sys/vm/nr_hugepages", O_WRONLY | O_CLOEXEC);

	REQUIRE(munmap(at, HUGE_LEN) == 0);
	REQUIRE(fd >= 0 && write(fd, "0", 1) == 1);
	close(fd);
}

static void anon_write_hugetlbfs(struct mirror *m)
{
	char *at = hugetlb_map();

	mirror_open(m, at, HUGE_PAGES);
	pattern_fill(data, HUGE_LEN, 3);
	CHECK_EQ(mirror_write(m, 0, HUGE_PAGES, data, 0), 0);
	CHECK(pattern_is(at, HUGE_LEN, 3));
	pattern_fill(at, HUGE_LEN, 4);
	CHECK_EQ(mirror_read(m, 0, HUGE_PAGES, data, 0), 0);
	CHECK(pattern_is(data, HUGE_LEN, 4));
	REQUIRE(mprotect(at, HUGE_LEN, PROT_READ) == 0);
	CHECK_EQ(mirror_write(m, 0, HUGE_PAGES, data, 0), -EFAULT);
	CHECK_EQ(mirror_read(m, 0, HUGE_PAGES, data, 0), 0);
	CHECK(pattern_is(data, HUGE_LEN, 4));
	CHECK_EQ(dev_verify(m->fd), 0);
	hugetlb_free(at);
	mirror_expect(m, 0, HUGE_PAGES, SIGHT_NONE);
	CHECK_EQ(mirror_read(m, 0, 1, data, 0), -EFAULT);
	mirror_close(m);
}

/* A huge page, SMALL small ones, another huge page, in one range; everything is written. */
#define SMALL  16
#define SECOND (HUGE_PAGES * 2)
#define MIXED  (HUGE_PAGES * 3)

static char *mixed_map(void)
{
	char *at = memory_map(MIXED, true);
	size_t page;

	REQUIRE(madvise(at + HUGE_LEN, HUGE_LEN, MADV_NOHUGEPAGE) == 0);
	memset(at, 1, HUGE_LEN);
	for (page = HUGE_PAGES; page < HUGE_PAGES + SMALL; page++)
		memset(at + page * DEV_PAGE, 2, DEV_PAGE);
	memset(at + SECOND * DEV_PAGE, 3, HUGE_LEN);
	CHECK(memory_is_huge(at));
	CHECK(memory_is_huge(at + SECOND * DEV_PAGE));
	return at;
}

static void mixed_fault(struct mirror *m)
{
	CHECK_EQ(mirror_fault(m, 0, HUGE_PAGES + SMALL, SECMMU_FAULT_WRITE), 0);
	CHECK_EQ(mirror_fault(m, SECOND, HUGE_PAGES, SECMMU_FAULT_WRITE), 0);
	mirror_expect(m, 0, HUGE_PAGES + SMALL, SIGHT_WRITE);
	mirror_expect(m, HUGE_PAGES + SMALL, HUGE_PAGES - SMALL, SIGHT_NONE);
	mirror_expect(m, SECOND, HUGE_PAGES, SIGHT_WRITE);
	CHECK_EQ(dev_verify(m->fd), 0);
}

/* What no event was about is still there; but a TLB that has much to flush may flush everything. */
static void expect_kept(struct mirror *m, size_t page, size_t pages)
{
	if (variant_is_told(m->variant))
		mirror_expect(m, page, pages, SIGHT_WRITE);
}

/*
 * One page of the first huge page goes. The event cuts it up, and the device loses all of it; but one
 * that is only told what the CPU's TLB has lost, and does not know how large a page is, just that.
 */
static void cut_first(struct mirror *m)
{
	const size_t page = 100;
	bool all = variant_is_told(m->variant) || mirror_uses_hmm(m);

	REQUIRE(madvise(m->at + page * DEV_PAGE, DEV_PAGE, MADV_DONTNEED) == 0);
	CHECK_EQ(dev_verify(m->fd), 0);
	CHECK_EQ(mirror_sight(m, page), SIGHT_NONE);
	if (all)
		mirror_expect(m, 0, HUGE_PAGES, SIGHT_NONE);
	expect_kept(m, HUGE_PAGES, SMALL);
	expect_kept(m, SECOND, HUGE_PAGES);
	CHECK_EQ(mirror_read(m, 0, HUGE_PAGES, data, 0), 0);
	CHECK(bytes_are(data, page * DEV_PAGE, 1));
	CHECK(bytes_are(data + page * DEV_PAGE, DEV_PAGE, 0));
	CHECK(bytes_are(data + (page + 1) * DEV_PAGE, HUGE_LEN - (page + 1) * DEV_PAGE, 1));
}

/* The second one becomes read-only, as a whole. */
static void protect_second(struct mirror *m)
{
	enum sight left;

	REQUIRE(mprotect(m->at + SECOND * DEV_PAGE, HUGE_LEN, PROT_READ) == 0);
	CHECK_EQ(dev_verify(m->fd), 0);
	left = mirror_sight(m, SECOND);
	CHECK(left != SIGHT_WRITE);
	mirror_expect(m, SECOND, HUGE_PAGES, left);
	expect_kept(m, HUGE_PAGES, SMALL);
	CHECK_EQ(mirror_write(m, SECOND + 7, 1, data, 0), -EFAULT);
	CHECK_EQ(mirror_read(m, SECOND, HUGE_PAGES, data, 0), 0);
	CHECK(bytes_are(data, HUGE_LEN, 3));
}

/* Pages of all sizes in one range: an event takes those that it covers, whole, and no others. */
static void compound(struct mirror *m)
{
	mirror_open(m, mixed_map(), MIXED);
	mixed_fault(m);
	cut_first(m);
	protect_second(m);
	REQUIRE(madvise(m->at + HUGE_LEN + 3 * DEV_PAGE, DEV_PAGE, MADV_DONTNEED) == 0);
	expect_kept(m, HUGE_PAGES, 3);
	mirror_expect(m, HUGE_PAGES + 3, 1, SIGHT_NONE);
	expect_kept(m, HUGE_PAGES + 4, SMALL - 4);
	mirror_close(m);
	munmap(m->at, MIXED * DEV_PAGE);
}

/* Small pages that become a huge one below the device, and a huge one that becomes small ones. */
static void collapse(struct mirror *m)
{
	char *at = memory_map(HUGE_PAGES, false);

	pattern_fill(at, HUGE_LEN, 5);
	mirror_open(m, at, HUGE_PAGES);
	CHECK_EQ(mirror_fault(m, 0, HUGE_PAGES, SECMMU_FAULT_WRITE), 0);
	CHECK(!memory_is_huge(at));
	memory_may_be_huge(true);
	if (madvise(at, HUGE_LEN, MADV_COLLAPSE))
		SKIP("this kernel does not collapse pages when asked");
	CHECK(memory_is_huge(at));
	CHECK_EQ(dev_verify(m->fd), 0);
	mirror_expect(m, 0, HUGE_PAGES, SIGHT_NONE);
	CHECK_EQ(mirror_read(m, 0, HUGE_PAGES, data, 0), 0);
	CHECK(pattern_is(data, HUGE_LEN, 5));
	pattern_fill(data, HUGE_LEN, 6);
	CHECK_EQ(mirror_write(m, 0, HUGE_PAGES, data, 0), 0);
	CHECK(pattern_is(at, HUGE_LEN, 6));
	REQUIRE(mprotect(at + DEV_PAGE, DEV_PAGE, PROT_READ) == 0);
	CHECK(!memory_is_huge(at));
	CHECK_EQ(mirror_write(m, 1, 1, data, 0), -EFAULT);
	CHECK_EQ(mirror_write(m, 0, 1, data, 0), 0);
	CHECK(pattern_is(at, HUGE_LEN, 6));
	mirror_close(m);
	munmap(at, HUGE_LEN);
}

MIRROR_EACH(anon_write_huge)
MIRROR_EACH(anon_write_hugetlbfs)
MIRROR_EACH(compound)
MIRROR_EACH(collapse)

const struct test tests_hmm_huge[] = {
	{ "hmm anon_write_huge", each_anon_write_huge, "", EACH },
	{ "hmm anon_write_hugetlbfs", each_anon_write_hugetlbfs, "", EACH },
	{ "hmm compound", each_compound, "", EACH },
	{ "hmm collapse", each_collapse, "", EACH },
	{ 0 },
};
