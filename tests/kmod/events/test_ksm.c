// SPDX-License-Identifier: GPL-2.0-only
/* Pages that the kernel merges and parts again under the device (KSM), told by change_pte or not. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "tests/kmod/lib/dev.h"
#include "tests/kmod/lib/kernel.h"
#include "tests/kmod/lib/mirror.h"
#include "tests/kmod/lib/tap.h"
#include "tests/kmod/lib/tests.h"

#define PAGES 64
#define LEN   (PAGES * DEV_PAGE)

/*
 * All pages become one. Each is made read-only first, to be compared, and all but the one that stays
 * are then replaced: so often core mm says by what.
 */
#define CHANGES (2 * PAGES - 1)

#define MERGE_SECONDS 30

static int ksm_write(const char *file, const char *text)
{
	char path[64];
	int fd, ret = 0;

	snprintf(path, sizeof(path), "/sys/kernel/mm/ksm/%s", file);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	if (write(fd, text, strlen(text)) < 0)
		ret = -errno;
	close(fd);
	return ret;
}

static long ksm_read(const char *file)
{
	char path[64], text[32] = "";
	int fd;

	snprintf(path, sizeof(path), "/sys/kernel/mm/ksm/%s", file);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	REQUIRE(fd >= 0);
	REQUIRE(read(fd, text, sizeof(text) - 1) > 0);
	close(fd);
	return atol(text);
}

/*
 * Let the kernel merge @arena, whose pages are equal, and then leave it alone. Its counts say only what
 * it has seen, and it sees nothing when it rests: they begin from none.
 */
static void merge(char *arena)
{
	time_t end = time(NULL) + MERGE_SECONDS * kernel_slowness();

	REQUIRE_EQ(ksm_write("run", "2"), 0);
	REQUIRE_EQ(ksm_write("pages_to_scan", "1000"), 0);
	REQUIRE_EQ(ksm_write("sleep_millisecs", "1"), 0);
	REQUIRE(madvise(arena, LEN, MADV_MERGEABLE) == 0);
	REQUIRE_EQ(ksm_write("run", "1"), 0);
	while (ksm_read("pages_sharing") < PAGES - 1 && time(NULL) < end)
		usleep(1000);
	REQUIRE_EQ(ksm_write("run", "0"), 0);
	REQUIRE_EQ(ksm_read("pages_sharing"), PAGES - 1);
	REQUIRE_EQ(ksm_read("pages_shared"), 1);
}

/* With change_pte, each translation has become one of the merged page; else each is gone. */
static void check_merged(const char *variant, int fd, __u32 id, char *arena, bool replaces)
{
	static struct probes probes;
	char page[DEV_PAGE], byte;
	int i;

	REQUIRE_EQ(dev_stats(fd, &probes), 0);
	tap_note("%llu CLEAR, %llu replaced",
		 (unsigned long long)probes.counter[SECMMU_COUNT_CLEAR],
		 (unsigned long long)probes.counter[SECMMU_COUNT_REPLACED]);
	CHECK(probes.counter[SECMMU_COUNT_CLEAR] >= CHANGES || !variant_is_told(variant));
	CHECK(replaces ? probes.counter[SECMMU_COUNT_REPLACED] >= CHANGES
		       : probes.counter[SECMMU_COUNT_REPLACED] == 0);
	for (i = 0; i < PAGES; i++) {
		CHECK_EQ(dev_read(fd, id, arena + i * DEV_PAGE, page, sizeof(page),
				  SECMMU_ACCESS_NOFAULT),
			 replaces ? 0 : -ENXIO);
		CHECK(!replaces || !memcmp(page, arena + i * DEV_PAGE, sizeof(page)));
		CHECK_EQ(dev_write(fd, id, arena + i * DEV_PAGE, &byte, 1, SECMMU_ACCESS_NOFAULT),
			 -ENXIO);
	}
	CHECK_EQ(dev_verify(fd), 0);
}

/* One page is written by the CPU, one by the device: that changes these two, and no others. */
static void check_parted(int fd, __u32 id, char *arena, bool replaces)
{
	char byte = 0;
	int i;

	CHECK_EQ(dev_fault(fd, id, arena, LEN, 0), 0);
	CHECK_EQ(dev_verify(fd), 0);
	arena[3 * DEV_PAGE] = 'c';
	CHECK_EQ(dev_read(fd, id, arena + 3 * DEV_PAGE, &byte, 1, SECMMU_ACCESS_NOFAULT),
		 replaces ? 0 : -ENXIO);
	CHECK_EQ(dev_read(fd, id, arena + 3 * DEV_PAGE, &byte, 1, 0), 0);
	CHECK_EQ(byte, 'c');
	CHECK_EQ(dev_write(fd, id, arena + 5 * DEV_PAGE, "d", 1, 0), 0);
	CHECK_EQ(arena[5 * DEV_PAGE], 'd');
	for (i = 0; i < PAGES; i++) {
		if (i == 3 || i == 5)
			continue;
		CHECK_EQ(arena[i * DEV_PAGE], 7);
		CHECK_EQ(dev_read(fd, id, arena + i * DEV_PAGE, &byte, 1, 0), 0);
		CHECK_EQ(byte, 7);
	}
	CHECK_EQ(dev_verify(fd), 0);
}

static void merged_as(const char *variant, const struct secmmu_attach *attach)
{
	bool replaces = attach->flags & SECMMU_ATTACH_CHANGE_PTE;
	int fd = dev_open_as(variant, attach);
	char *arena = arena_map(PAGES, false);
	__u32 id = dev_track(fd, arena, PAGES);

	memset(arena, 7, LEN);
	CHECK_EQ(dev_fault(fd, id, arena, LEN, SECMMU_FAULT_WRITE), 0);
	merge(arena);
	check_merged(variant, fd, id, arena, replaces);
	check_parted(fd, id, arena, replaces);
	REQUIRE(munmap(arena, LEN) == 0);
	close(fd);
}

/* Can this variant be told by what a page is replaced, on this kernel? */
static bool can_replace(const char *variant)
{
	struct secmmu_attach attach = { .flags = SECMMU_ATTACH_CHANGE_PTE };
	int fd = dev_open(), ret;

	REQUIRE(fd >= 0);
	strcpy(attach.variant, variant);
	ret = dev_attach_as(fd, &attach);
	close(fd);
	return !ret;
}

static void merged(const char *variant)
{
	struct secmmu_attach attach = { 0 };

	if (!variant_tracks(variant))
		return;
	if (access("/sys/kernel/mm/ksm/run", W_OK))
		SKIP("this kernel has no KSM");
	memory_stays();
	for (attach.engine = 0; attach.engine < SECMMU_ENGINES; attach.engine++) {
		attach.flags = 0;
		merged_as(variant, &attach);
		if (!can_replace(variant))
			continue;
		attach.flags = SECMMU_ATTACH_CHANGE_PTE;
		merged_as(variant, &attach);
	}
}

const struct test tests_ksm[] = {
	{ "pages merged and parted under the device", merged, "", EACH },
	{ 0 },
};
