// SPDX-License-Identifier: GPL-2.0-only
/* What the device sees of each kind of page, without touching it; and pages mapped twice. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "tests/kmod/lib/mirror.h"
#include "tests/kmod/lib/tap.h"
#include "tests/kmod/lib/tests.h"

/* Pages of different kinds, in one range. */
enum kind {
	KIND_NO_ACCESS,
	KIND_HOLE,
	KIND_ZERO,      /* the zero page, in a mapping that may only be read */
	KIND_ZERO_RW,   /* the zero page, in one that may be written */
	KIND_READ_ONLY, /* written, then made read-only */
	KIND_WRITABLE,
	KIND_ABSENT, /* mapped, but there is no page yet */
	KINDS
};

static void protect(char *at, enum kind kind, int prot)
{
	REQUIRE(mprotect(at + kind * DEV_PAGE, DEV_PAGE, prot) == 0);
}

static char *kinds_map(void)
{
	char *at = memory_map(KINDS, false);

	at[KIND_READ_ONLY * DEV_PAGE] = 4;
	at[KIND_WRITABLE * DEV_PAGE] = 5;
	protect(at, KIND_NO_ACCESS, PROT_NONE);
	REQUIRE(munmap(at + KIND_HOLE * DEV_PAGE, DEV_PAGE) == 0);
	protect(at, KIND_ZERO, PROT_READ);
	CHECK_EQ(*(volatile char *)(at + KIND_ZERO * DEV_PAGE), 0);
	CHECK_EQ(*(volatile char *)(at + KIND_ZERO_RW * DEV_PAGE), 0);
	protect(at, KIND_READ_ONLY, PROT_READ);
	return at;
}

static bool is_present(char *at, enum kind kind)
{
	unsigned char vec;

	REQUIRE(mincore(at + kind * DEV_PAGE, DEV_PAGE, &vec) == 0);
	return vec & 1;
}

/* No more than the CPU may do; by hmm_range_fault(), no less either. */
static void check_sights(struct mirror *m)
{
	enum sight writable = mirror_uses_hmm(m) ? SIGHT_WRITE : SIGHT_READ;

	CHECK_EQ(mirror_sight(m, KIND_NO_ACCESS), SIGHT_NONE);
	CHECK_EQ(mirror_sight(m, KIND_HOLE), SIGHT_NONE);
	CHECK_EQ(mirror_sight(m, KIND_ZERO), SIGHT_READ);
	CHECK_EQ(mirror_sight(m, KIND_ZERO_RW), SIGHT_READ);
	CHECK_EQ(mirror_sight(m, KIND_READ_ONLY), SIGHT_READ);
	CHECK_EQ(mirror_sight(m, KIND_WRITABLE), writable);
	CHECK_EQ(mirror_sight(m, KIND_ABSENT), SIGHT_NONE);
}

/* A fault to write gives the zero page up for one of its own, where that is allowed. */
static void check_writes(struct mirror *m)
{
	CHECK_EQ(mirror_fault(m, KIND_ZERO, 1, SECMMU_FAULT_WRITE), -EFAULT);
	CHECK_EQ(mirror_fault(m, KIND_READ_ONLY, 1, SECMMU_FAULT_WRITE), -EFAULT);
	CHECK_EQ(dev_write(m->fd, m->id, m->at + KIND_ZERO_RW * DEV_PAGE, "z", 1, 0), 0);
	CHECK_EQ(m->at[KIND_ZERO_RW * DEV_PAGE], 'z');
	CHECK_EQ(m->at[KIND_ZERO * DEV_PAGE], 0);
	CHECK_EQ(mirror_sight(m, KIND_ZERO_RW), SIGHT_WRITE);
	CHECK_EQ(mirror_fault(m, KIND_WRITABLE, 1, SECMMU_FAULT_WRITE), 0);
	CHECK_EQ(mirror_sight(m, KIND_WRITABLE), SIGHT_WRITE);
}

static void snapshot(struct mirror *m)
{
	char *at = kinds_map();
	char byte = 1;

	mirror_open(m, at, KINDS);
	CHECK_EQ(mirror_fault(m, KIND_NO_ACCESS, 1, 0), -EFAULT);
	CHECK_EQ(mirror_fault(m, KIND_HOLE, 1, 0), -EFAULT);
	CHECK_EQ(mirror_fault(m, KIND_ZERO, KIND_ABSENT - KIND_ZERO, 0), 0);
	check_sights(m);
	CHECK_EQ(dev_read(m->fd, m->id, at + KIND_ZERO * DEV_PAGE, &byte, 1, 0), 0);
	CHECK_EQ(byte, 0);
	/* Neither that nor the comparison of all of them brings a page. */
	CHECK_EQ(dev_verify(m->fd), 0);
	CHECK(!is_present(at, KIND_ABSENT));
	CHECK_EQ(mirror_fault(m, KIND_ABSENT, 1, 0), 0);
	CHECK(is_present(at, KIND_ABSENT));
	CHECK_EQ(mirror_sight(m, KIND_ABSENT), SIGHT_READ);
	check_writes(m);
	mirror_close(m);
	munmap(at, KINDS * DEV_PAGE);
}

#define PAGES 8
#define LEN   (PAGES * DEV_PAGE)

/* Two addresses of the same pages, each the range of a device of its own. */
struct twice {
	struct mirror one, two;
	int file;
};

static char *twice_map(int file)
{
	char *at = mmap(NULL, LEN, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);

	REQUIRE(at != MAP_FAILED);
	return at;
}

static void twice_open(struct twice *twice, const struct mirror *m)
{
	twice->one = *m;
	twice->two = *m;
	twice->two.variant = strcmp(m->variant, "itree") != 0 ? "itree" : "list";
	if (variant_spins(m->variant))
		twice->two.attach.lock = SECMMU_LOCK_MUTEX;
	twice->file = memfd_create("secmmu-test", MFD_CLOEXEC);
	REQUIRE(twice->file >= 0 && ftruncate(twice->file, LEN) == 0);
	mirror_open(&twice->one, twice_map(twice->file), PAGES);
	mirror_open(&twice->two, twice_map(twice->file), PAGES);
}

/* Each device, and the CPU at each address, reads what one of the devices has written. */
static void twice_agree(struct twice *twice, struct mirror *writer, uint64_t seed)
{
	static char data[LEN] __attribute__((aligned(4096)));

	pattern_fill(data, LEN, seed);
	CHECK_EQ(mirror_write(writer, 0, PAGES, data, 0), 0);
	CHECK(pattern_is(twice->one.at, LEN, seed));
	CHECK(pattern_is(twice->two.at, LEN, seed));
	CHECK_EQ(mirror_read(&twice->one, 0, PAGES, data, 0), 0);
	CHECK(pattern_is(data, LEN, seed));
	memset(data, 0, LEN);
	CHECK_EQ(mirror_read(&twice->two, 0, PAGES, data, 0), 0);
	CHECK(pattern_is(data, LEN, seed));
}

/* What is done to one mapping is not done to the other; what is done to the pages is done to both. */
static void double_map(struct mirror *m)
{
	struct twice twice;

	twice_open(&twice, m);
	twice_agree(&twice, &twice.one, 1);
	twice_agree(&twice, &twice.two, 2);
	CHECK_EQ(mirror_fault(&twice.one, 0, PAGES, SECMMU_FAULT_WRITE), 0);
	CHECK_EQ(mirror_fault(&twice.two, 0, PAGES, SECMMU_FAULT_WRITE), 0);
	REQUIRE(mprotect(twice.one.at, LEN, PROT_READ) == 0);
	CHECK_EQ(mirror_write(&twice.one, 0, 1, "", 0), -EFAULT);
	mirror_expect(&twice.two, 0, PAGES, SIGHT_WRITE);
	twice_agree(&twice, &twice.two, 3);
	REQUIRE(fallocate(twice.file, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, DEV_PAGE,
			  2 * DEV_PAGE) == 0);
	mirror_expect(&twice.one, 1, 2, SIGHT_NONE);
	mirror_expect(&twice.two, 1, 2, SIGHT_NONE);
	CHECK_EQ(dev_verify(twice.one.fd), 0);
	twice_agree(&twice, &twice.two, 4);
	REQUIRE(munmap(twice.one.at, LEN) == 0);
	mirror_expect(&twice.one, 0, PAGES, SIGHT_NONE);
	mirror_expect(&twice.two, 0, PAGES, SIGHT_WRITE);
	mirror_close(&twice.one);
	mirror_close(&twice.two);
	munmap(twice.two.at, LEN);
	close(twice.file);
}

/* Two devices over the same addresses: what one writes the other reads, and both lose the pages. */
static void double_mirror(struct mirror *m)
{
	static char data[LEN] __attribute__((aligned(4096)));
	struct mirror other = *m;
	char *at = memory_map(PAGES, false);

	other.variant = strcmp(m->variant, "list") != 0 ? "list" : "rbtree";
	mirror_open(m, at, PAGES);
	mirror_open(&other, at, PAGES);
	pattern_fill(data, LEN, 5);
	CHECK_EQ(mirror_write(m, 0, PAGES, data, 0), 0);
	memset(data, 0, LEN);
	CHECK_EQ(mirror_read(&other, 0, PAGES, data, 0), 0);
	CHECK(pattern_is(data, LEN, 5));
	REQUIRE(madvise(at, LEN, MADV_DONTNEED) == 0);
	mirror_expect(m, 0, PAGES, SIGHT_NONE);
	mirror_expect(&other, 0, PAGES, SIGHT_NONE);
	CHECK_EQ(mirror_read(&other, 0, PAGES, data, 0), 0);
	CHECK(bytes_are(data, LEN, 0));
	mirror_close(&other);
	CHECK_EQ(mirror_read(m, 0, PAGES, data, 0), 0);
	mirror_close(m);
	munmap(at, LEN);
}

MIRROR_EACH(snapshot)
MIRROR_EACH(double_map)
MIRROR_EACH(double_mirror)

const struct test tests_hmm_snapshot[] = {
	{ "hmm snapshot", each_snapshot, "", EACH },
	{ "hmm double_map", each_double_map, "", EACH },
	{ "hmm double_map, two devices", each_double_mirror, "", EACH },
	{ 0 },
};
