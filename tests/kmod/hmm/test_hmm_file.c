// SPDX-License-Identifier: GPL-2.0-only
/* The device reads and writes files that are mapped; and what it has written is not lost. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "tests/kmod/lib/mirror.h"
#include "tests/kmod/lib/tap.h"
#include "tests/kmod/lib/tests.h"

#define PAGES 64
#define LEN   (PAGES * DEV_PAGE)
#define PLACE "/tmp/secmmu-test-files"

static char data[LEN] __attribute__((aligned(4096)));

/* The file systems that a kernel has without a disk. */
static const char *const systems[] = { "tmpfs", "ramfs" };

/* A file of LEN bytes, new, on a file system of the kind @system that goes with its last user. */
static int file_make(const char *system)
{
	int fd;

	mkdir(PLACE, 0700);
	REQUIRE(mount("none", PLACE, system, 0, NULL) == 0);
	fd = open(PLACE "/file", O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	REQUIRE(fd >= 0);
	REQUIRE(umount2(PLACE, MNT_DETACH) == 0);
	rmdir(PLACE);
	REQUIRE(ftruncate(fd, LEN) == 0);
	return fd;
}

static char *file_map(int fd, int prot, int flags)
{
	char *at = mmap(NULL, LEN, prot, flags, fd, 0);

	REQUIRE(at != MAP_FAILED);
	return at;
}

/* What write(2) wrote is what the device reads; a file that got shorter has nothing behind its end. */
static void read_on(struct mirror *m, const char *system)
{
	int fd = file_make(system);
	char *at;

	pattern_fill(data, LEN, 1);
	REQUIRE(pwrite(fd, data, LEN, 0) == LEN);
	at = file_map(fd, PROT_READ, MAP_SHARED);
	mirror_open(m, at, PAGES);
	memset(data, 0, LEN);
	CHECK_EQ(mirror_read(m, 0, PAGES, data, 0), 0);
	CHECK(pattern_is(data, LEN, 1));
	CHECK_EQ(mirror_write(m, 0, 1, data, 0), -EFAULT);
	pattern_fill(data, LEN, 2);
	REQUIRE(pwrite(fd, data, LEN, 0) == LEN);
	CHECK_EQ(mirror_read(m, 0, PAGES, data, SECMMU_ACCESS_NOFAULT), 0);
	CHECK(pattern_is(data, LEN, 2));
	REQUIRE(ftruncate(fd, LEN / 2) == 0);
	mirror_expect(m, PAGES / 2, PAGES / 2, SIGHT_NONE);
	CHECK_EQ(mirror_read(m, PAGES / 2, 1, data, 0), -EFAULT);
	CHECK_EQ(mirror_read(m, 0, PAGES / 2, data, 0), 0);
	CHECK(pattern_is(data, LEN / 2, 2));
	mirror_close(m);
	munmap(at, LEN);
	close(fd);
}

/* What the device wrote is what read(2) reads, now and when the mapping has gone. */
static void write_on(struct mirror *m, const char *system)
{
	int fd = file_make(system);
	char *at = file_map(fd, PROT_READ | PROT_WRITE, MAP_SHARED);
	static char seen[LEN] __attribute__((aligned(4096)));

	mirror_open(m, at, PAGES);
	pattern_fill(data, LEN, 3);
	CHECK_EQ(mirror_write(m, 0, PAGES, data, 0), 0);
	CHECK(pattern_is(at, LEN, 3));
	CHECK_EQ(pread(fd, seen, LEN, 0), LEN);
	CHECK(pattern_is(seen, LEN, 3));
	REQUIRE(munmap(at, LEN) == 0);
	mirror_expect(m, 0, PAGES, SIGHT_NONE);
	CHECK_EQ(mirror_write(m, 0, 1, data, 0), -EFAULT);
	mirror_close(m);
	CHECK_EQ(pread(fd, seen, LEN, 0), LEN);
	CHECK(pattern_is(seen, LEN, 3));
	close(fd);
}

/* A private mapping: what the device writes stays its own, and the file's page goes from the device. */
static void write_private_on(struct mirror *m, const char *system)
{
	int fd = file_make(system);
	static char seen[LEN] __attribute__((aligned(4096)));
	char *at;

	pattern_fill(data, LEN, 4);
	REQUIRE(pwrite(fd, data, LEN, 0) == LEN);
	at = file_map(fd, PROT_READ | PROT_WRITE, MAP_PRIVATE);
	mirror_open(m, at, PAGES);
	CHECK_EQ(mirror_read(m, 0, PAGES, seen, 0), 0);
	CHECK(pattern_is(seen, LEN, 4));
	mirror_expect(m, 0, PAGES, SIGHT_READ);
	pattern_fill(data, LEN, 5);
	CHECK_EQ(mirror_write(m, 0, PAGES, data, 0), 0);
	CHECK(pattern_is(at, LEN, 5));
	CHECK_EQ(pread(fd, seen, LEN, 0), LEN);
	CHECK(pattern_is(seen, LEN, 4));
	mirror_close(m);
	munmap(at, LEN);
	close(fd);
}

/*
 * Memory whose pages are mapped writable but clean: only the device's write makes them dirty. If the
 * device does not say so, reclaim drops them as they are.
 */
static void reclaimed_shared(struct mirror *m)
{
	int fd = file_make("tmpfs");
	char *at = file_map(fd, PROT_READ | PROT_WRITE, MAP_SHARED);
	size_t i;

	for (i = 0; i < PAGES; i++)
		CHECK_EQ(*(volatile char *)(at + i * DEV_PAGE), 0);
	mirror_open(m, at, PAGES);
	pattern_fill(data, LEN, 6);
	CHECK_EQ(mirror_write(m, 0, PAGES, data, 0), 0);
	REQUIRE(madvise(at, LEN, MADV_PAGEOUT) == 0);
	CHECK(pattern_is(at, LEN, 6));
	mirror_close(m);
	munmap(at, LEN);
	close(fd);
}

static void reclaimed_free(struct mirror *m)
{
	char *at = memory_map(PAGES, false);

	pattern_fill(at, LEN, 7);
	REQUIRE(madvise(at, LEN, MADV_FREE) == 0);
	mirror_open(m, at, PAGES);
	pattern_fill(data, LEN, 8);
	CHECK_EQ(mirror_write(m, 0, PAGES, data, 0), 0);
	REQUIRE(madvise(at, LEN, MADV_PAGEOUT) == 0);
	CHECK(pattern_is(at, LEN, 8));
	mirror_close(m);
	munmap(at, LEN);
}

/* Memory that the kernel itself has no mapping of: HMM finds its pages, and nobody may touch them. */
static void secret(struct mirror *m)
{
	int fd = (int)syscall(SYS_memfd_secret, O_CLOEXEC);
	char *at;

	if (fd < 0)
		SKIP("this kernel has no memfd_secret()");
	REQUIRE(ftruncate(fd, LEN) == 0);
	at = file_map(fd, PROT_READ | PROT_WRITE, MAP_SHARED);
	pattern_fill(at, LEN, 1);
	mirror_open(m, at, PAGES);
	CHECK_EQ(mirror_read(m, 0, PAGES, data, 0), -EFAULT);
	CHECK_EQ(mirror_write(m, PAGES - 1, 1, data, 0), -EFAULT);
	CHECK(pattern_is(at, LEN, 1));
	mirror_close(m);
	munmap(at, LEN);
	close(fd);
}

static void file_read(struct mirror *m)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(systems); i++)
		read_on(m, systems[i]);
}

static void file_write(struct mirror *m)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(systems); i++)
		write_on(m, systems[i]);
}

static void file_private(struct mirror *m)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(systems); i++)
		write_private_on(m, systems[i]);
}

static void reclaimed(struct mirror *m)
{
	reclaimed_shared(m);
	reclaimed_free(m);
}

MIRROR_EACH(file_read)
MIRROR_EACH(file_write)
MIRROR_EACH(file_private)
MIRROR_EACH(reclaimed)
MIRROR_EACH(secret)

const struct test tests_hmm_file[] = {
	{ "hmm file_read", each_file_read, "", EACH },
	{ "hmm file_write", each_file_write, "", EACH },
	{ "hmm file_write, private", each_file_private, "", EACH },
	{ "hmm write, then reclaim", each_reclaimed, "", EACH },
	{ "secret memory", each_secret, "", EACH },
	{ 0 },
};
