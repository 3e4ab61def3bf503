// SPDX-License-Identifier: GPL-2.0-only
/* Each thing that a program does with the device: what comes before, and what must be so after. */
#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "failnth.h"
#include "tests/kmod/lib/tap.h"

#define LEN (SCENE_PAGES * DEV_PAGE)

/* `coarse` has its borders there; nothing is mapped so low. */
#define BORDER (3ul << 29)

static struct probes probes;

static void plan_ranges(struct scene *scene)
{
	scene->ranges[0] = dev_range(scene->arena, 0, SCENE_PAGES);
	scene->ranges[1] = dev_range(scene->arena, 1, 1);
	scene->ranges[2] = dev_range((void *)(BORDER - DEV_PAGE), 0, 2);
}

static int run_open(struct scene *scene)
{
	scene->fd = dev_open();
	return scene->fd < 0 ? scene->fd : 0;
}

static int run_info(struct scene *scene)
{
	struct secmmu_info info;

	return dev_info(scene->fd, &info);
}

static int run_attach(struct scene *scene)
{
	struct secmmu_attach attach = scene->setting->attach;

	return dev_attach_as(scene->fd, &attach);
}

static int run_insert(struct scene *scene)
{
	return dev_insert(scene->fd, scene->ranges, SCENE_RANGES);
}

static int run_remove(struct scene *scene)
{
	__u32 ids[SCENE_RANGES];
	int i;

	for (i = 0; i < SCENE_RANGES; i++)
		ids[i] = scene->ranges[i].id;
	return dev_remove(scene->fd, ids, SCENE_RANGES);
}

static int run_stats(struct scene *scene)
{
	return dev_stats(scene->fd, &probes);
}

static int run_reset(struct scene *scene)
{
	return dev_reset(scene->fd);
}

static int run_fault(struct scene *scene)
{
	return dev_fault(scene->fd, scene->ranges[0].id, scene->arena, LEN, 0);
}

static int run_fault_write(struct scene *scene)
{
	return dev_fault(scene->fd, scene->ranges[0].id, scene->arena, LEN, SECMMU_FAULT_WRITE);
}

/* The last bytes of a page and the first of the next: two faults, where there are any. */
#define ACCESS_AT  (DEV_PAGE - 4)
#define ACCESS_LEN 8

static int run_read(struct scene *scene)
{
	char data[ACCESS_LEN] = { 0 };

	return dev_read(scene->fd, scene->ranges[0].id, scene->arena + ACCESS_AT, data,
			sizeof(data), 0);
}

static int run_read_nofault(struct scene *scene)
{
	char data[ACCESS_LEN] = { 0 };

	return dev_read(scene->fd, scene->ranges[0].id, scene->arena + ACCESS_AT, data,
			sizeof(data), SECMMU_ACCESS_NOFAULT);
}

static int run_write(struct scene *scene)
{
	return dev_write(scene->fd, scene->ranges[0].id, scene->arena + ACCESS_AT, "written", 8, 0);
}

static int run_verify(struct scene *scene)
{
	return dev_verify(scene->fd);
}

/* What is behind a descriptor goes though close() has no memory for it. */
static int run_close(struct scene *scene)
{
	int ret = close(scene->fd) ? -errno : 0;

	scene->fd = -1;
	return ret;
}

/* All goes by an event that drops the ranges as well: the next fault tracks them anew. */
static void untrack(struct scene *scene)
{
	REQUIRE(mmap(scene->arena, LEN, PROT_READ | PROT_WRITE,
		     MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == scene->arena);
}

static __u64 hits(struct scene *scene)
{
	struct secmmu_stats stats = {
		.size = sizeof(stats),
		.counters = (uintptr_t)probes.counter,
		.counter_count = SECMMU_COUNTERS,
	};

	REQUIRE_EQ(dev_call(scene->fd, SECMMU_STATS, &stats), 0);
	return probes.counter[SECMMU_COUNT_HITS];
}

/* Do the ranges see an invalidation of the arena? */
static bool sees(struct scene *scene)
{
	__u64 before = hits(scene);

	memset(scene->arena, 1, LEN);
	REQUIRE(madvise(scene->arena, LEN, MADV_DONTNEED) == 0);
	return hits(scene) > before;
}

static void is_open(struct scene *scene)
{
	CHECK_EQ(run_info(scene), 0);
}

static void is_not_attached(struct scene *scene)
{
	CHECK_EQ(dev_verify(scene->fd), -ENOTCONN);
}

static void is_attached(struct scene *scene)
{
	CHECK_EQ(dev_verify(scene->fd), 0);
}

static void is_not_tracked(struct scene *scene)
{
	CHECK(!sees(scene));
}

/* All of them, under the first ids that there are. */
static void is_tracked(struct scene *scene)
{
	struct secmmu_range more = dev_range(scene->arena, 0, 1);
	__u32 i;

	for (i = 0; i < SCENE_RANGES; i++)
		CHECK_EQ(scene->ranges[i].id, i + 1);
	CHECK_EQ(dev_insert(scene->fd, &more, 1), -ENOSPC);
	CHECK_EQ(sees(scene), scene->setting->tracks);
}

static void is_removed(struct scene *scene)
{
	is_not_tracked(scene);
	CHECK_EQ(run_insert(scene), 0);
}

static void is_not_stale(struct scene *scene)
{
	CHECK_EQ(dev_verify(scene->fd), 0);
}

/* Each page: the device sees what the CPU does, before and after a change. */
static void is_translated(struct scene *scene)
{
	__u32 id = scene->ranges[0].id;
	char byte = 1;
	size_t i;

	CHECK_EQ(dev_verify(scene->fd), 0);
	for (i = 0; i < SCENE_PAGES; i++) {
		CHECK_EQ(dev_read(scene->fd, id, scene->arena + i * DEV_PAGE, &byte, 1,
				  SECMMU_ACCESS_NOFAULT),
			 0);
		CHECK_EQ(byte, scene->arena[i * DEV_PAGE]);
	}
	REQUIRE(madvise(scene->arena, LEN, MADV_DONTNEED) == 0);
	CHECK_EQ(dev_read(scene->fd, id, scene->arena, &byte, 1, SECMMU_ACCESS_NOFAULT), -ENXIO);
	CHECK_EQ(run_fault_write(scene), 0);
	CHECK_EQ(dev_verify(scene->fd), 0);
}

static void is_written(struct scene *scene)
{
	CHECK(!memcmp(scene->arena + ACCESS_AT, "written", 8));
	CHECK_EQ(dev_verify(scene->fd), 0);
}

static const struct error no_errors[] = { { 0 } };
static const struct error no_memory[] = { { .number = ENOMEM }, { 0 } };

/* HMM does not say that it was memory which a page's fault lacked. */
static const struct error fault_errors[] = {
	{ .number = ENOMEM },
	{ .number = EFAULT, .from = "hmm_range_fault" },
	{ 0 },
};

const struct call calls[] = {
	{ .name = "open",
	  .afresh = true,
	  .often = OFTEN_ONCE,
	  .run = run_open,
	  .done = is_open,
	  .errors = no_memory },
	{ .name = "INFO",
	  .afresh = true,
	  .often = OFTEN_ONCE,
	  .stage = STAGE_OPEN,
	  .run = run_info,
	  .errors = no_errors },
	{ .name = "ATTACH",
	  .afresh = true,
	  .often = OFTEN_VARIANT,
	  .stage = STAGE_OPEN,
	  .run = run_attach,
	  .failed = is_not_attached,
	  .done = is_attached,
	  .errors = no_memory },
	{ .name = "INSERT",
	  .afresh = true,
	  .often = OFTEN_VARIANT,
	  .stage = STAGE_ATTACHED,
	  .run = run_insert,
	  .failed = is_not_tracked,
	  .done = is_tracked,
	  .errors = no_memory },
	{ .name = "REMOVE",
	  .often = OFTEN_VARIANT,
	  .stage = STAGE_TRANSLATED,
	  .run = run_remove,
	  .done = is_removed,
	  .errors = no_errors },
	{ .name = "STATS",
	  .often = OFTEN_VARIANT,
	  .stage = STAGE_TRANSLATED,
	  .run = run_stats,
	  .errors = no_memory },
	{ .name = "RESET",
	  .often = OFTEN_VARIANT,
	  .stage = STAGE_TRANSLATED,
	  .run = run_reset,
	  .errors = no_errors },
	{ .name = "FAULT",
	  .often = OFTEN_SETTING,
	  .stage = STAGE_TRACKED,
	  .translates = true,
	  .run = run_fault,
	  .failed = is_not_stale,
	  .done = is_translated,
	  .errors = fault_errors },
	{ .name = "FAULT to write",
	  .often = OFTEN_SETTING,
	  .stage = STAGE_TRACKED,
	  .translates = true,
	  .run = run_fault_write,
	  .failed = is_not_stale,
	  .done = is_translated,
	  .errors = fault_errors },
	{ .name = "FAULT anew",
	  .often = OFTEN_SETTING,
	  .stage = STAGE_TRANSLATED,
	  .translates = true,
	  .prepare = untrack,
	  .run = run_fault,
	  .failed = is_not_stale,
	  .done = is_translated,
	  .errors = fault_errors },
	{ .name = "ACCESS to read",
	  .often = OFTEN_SETTING,
	  .stage = STAGE_TRACKED,
	  .translates = true,
	  .run = run_read,
	  .failed = is_not_stale,
	  .done = is_not_stale,
	  .errors = fault_errors },
	{ .name = "ACCESS to write",
	  .often = OFTEN_SETTING,
	  .stage = STAGE_TRACKED,
	  .translates = true,
	  .run = run_write,
	  .failed = is_not_stale,
	  .done = is_written,
	  .errors = fault_errors },
	{ .name = "ACCESS without faults",
	  .often = OFTEN_VARIANT,
	  .stage = STAGE_TRANSLATED,
	  .translates = true,
	  .run = run_read_nofault,
	  .failed = is_translated,
	  .done = is_translated,
	  .errors = no_memory },
	{ .name = "VERIFY",
	  .often = OFTEN_VARIANT,
	  .stage = STAGE_TRANSLATED,
	  .run = run_verify,
	  .errors = no_memory },
	{ .name = "close",
	  .afresh = true,
	  .often = OFTEN_VARIANT,
	  .stage = STAGE_TRANSLATED,
	  .run = run_close,
	  .errors = no_errors },
	{ 0 },
};

/* From an attached file on. */
static void bring_ranges(struct scene *scene, enum stage stage)
{
	if (stage >= STAGE_TRACKED)
		REQUIRE_EQ(run_insert(scene), 0);
	if (stage >= STAGE_TRANSLATED && scene->setting->tracks)
		REQUIRE_EQ(run_fault_write(scene), 0);
}

void scene_bring(struct scene *scene, const struct setting *setting, enum stage stage)
{
	*scene = (struct scene){ .setting = setting, .fd = -1 };
	scene->arena = arena_map(SCENE_PAGES, false);
	plan_ranges(scene);
	if (stage >= STAGE_OPEN)
		REQUIRE_EQ(run_open(scene), 0);
	if (stage >= STAGE_ATTACHED)
		REQUIRE_EQ(run_attach(scene), 0);
	bring_ranges(scene, stage);
}

void scene_renew(struct scene *scene, enum stage stage)
{
	CHECK_EQ(run_remove(scene), 0);
	untrack(scene);
	bring_ranges(scene, stage);
}
