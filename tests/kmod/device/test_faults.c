// SPDX-License-Identifier: GPL-2.0-only
/* Faults and accesses: their errors and bounds, huge pages, and what the device can be told to do. */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "tests/kmod/lib/dev.h"
#include "tests/kmod/lib/tap.h"
#include "tests/kmod/lib/tests.h"

#define PAGES 16
#define LEN   (PAGES * DEV_PAGE)
#define HUGE  512

/* Pages; the module looks them up in batches of 512. */
#define LONG_FAULT 8192

static void fault_errors(const char *variant)
{
	int fd = dev_open_attached(variant, 0);
	char *arena = arena_map(PAGES, true);
	__u32 id = dev_track(fd, arena + DEV_PAGE, PAGES - 2);
	char *first = arena + DEV_PAGE;

	if (!variant_tracks(variant)) {
		CHECK_EQ(dev_fault(fd, id, first, DEV_PAGE, 0), -EOPNOTSUPP);
		CHECK_EQ(dev_read(fd, id, first, arena, 1, 0), -EOPNOTSUPP);
		CHECK_EQ(dev_verify(fd), 0);
		return;
	}
	CHECK_EQ(dev_fault(fd, id + 1, first, DEV_PAGE, 0), -ENOENT);
	CHECK_EQ(dev_fault(fd, 0, first, DEV_PAGE, 0), -ENOENT);
	CHECK_EQ(dev_fault(fd, id, first, 0, 0), -EINVAL);
	CHECK_EQ(dev_fault(fd, id, first, 1, 0), -EINVAL);
	CHECK_EQ(dev_fault(fd, id, first + 1, DEV_PAGE, 0), -EINVAL);
	CHECK_EQ(dev_fault(fd, id, arena, DEV_PAGE, 0), -EINVAL);
	CHECK_EQ(dev_fault(fd, id, first, LEN - DEV_PAGE, 0), -EINVAL);
	CHECK_EQ(dev_fault(fd, id, first, -DEV_PAGE, 0), -EINVAL);
	CHECK_EQ(dev_fault(fd, id, (void *)-DEV_PAGE, 2 * DEV_PAGE, 0), -EINVAL);
	REQUIRE(mprotect(first, DEV_PAGE, PROT_READ) == 0);
	CHECK_EQ(dev_fault(fd, id, first, DEV_PAGE, 0), 0);
	CHECK_EQ(dev_fault(fd, id, first, DEV_PAGE, SECMMU_FAULT_WRITE), -EFAULT);
	REQUIRE(mprotect(first, DEV_PAGE, PROT_NONE) == 0);
	CHECK_EQ(dev_fault(fd, id, first, DEV_PAGE, 0), -EFAULT);
	REQUIRE(munmap(first, DEV_PAGE) == 0);
	CHECK_EQ(dev_fault(fd, id, first, DEV_PAGE, 0), -EFAULT);
	CHECK_EQ(dev_fault(fd, id, first, 2 * DEV_PAGE, 0), -EFAULT);
	CHECK_EQ(dev_fault(fd, id, first + DEV_PAGE, LEN - 3 * DEV_PAGE, SECMMU_FAULT_WRITE), 0);
	CHECK_EQ(dev_verify(fd), 0);
	close(fd);
}

static void access_errors(const char *variant)
{
	char *data = malloc(SECMMU_ACCESS_MOST + 1);
	int fd = dev_open_attached(variant, 0);
	char *arena = arena_map(HUGE, true);
	__u32 id = dev_track(fd, arena, HUGE);

	if (!variant_tracks(variant))
		return;
	CHECK_EQ(dev_read(fd, id + 1, arena, data, 1, 0), -ENOENT);
	CHECK_EQ(dev_read(fd, id, arena, data, 0, 0), -EINVAL);
	CHECK_EQ(dev_read(fd, id, arena, data, SECMMU_ACCESS_MOST + 1, 0), -EINVAL);
	CHECK_EQ(dev_read(fd, id, arena - 1, data, 2, 0), -EINVAL);
	CHECK_EQ(dev_read(fd, id, arena + HUGE * DEV_PAGE - 1, data, 2, 0), -EINVAL);
	CHECK_EQ(dev_read(fd, id, arena, data, 1, SECMMU_ACCESS_NOFAULT), -ENXIO);
	CHECK_EQ(dev_read(fd, id, arena, NULL, 1, 0), -EFAULT);
	CHECK_EQ(dev_write(fd, id, arena, NULL, 1, 0), -EFAULT);
	CHECK_EQ(dev_read(fd, id, arena, data, SECMMU_ACCESS_MOST, 0), 0);
	CHECK(!memcmp(data, arena, SECMMU_ACCESS_MOST));
	close(fd);
}

/* What the device writes is what the CPU reads, and the other way round, across pages. */
static void both_see(const char *variant)
{
	int fd = dev_open_attached(variant, 0);
	char *arena = arena_map(PAGES, true);
	__u32 id = dev_track(fd, arena, PAGES);
	unsigned char out[3 * DEV_PAGE], in[3 * DEV_PAGE];
	size_t at, length;
	unsigned int i, round;

	if (!variant_tracks(variant))
		return;
	srandom(3);
	for (round = 0; round < 100; round++) {
		at = (size_t)random() % (LEN - sizeof(out));
		length = 1 + (size_t)random() % sizeof(out);
		for (i = 0; i < length; i++)
			out[i] = (unsigned char)random();
		CHECK_EQ(dev_write(fd, id, arena + at, out, length, 0), 0);
		CHECK(!memcmp(arena + at, out, length));
		arena[at] ^= 1;
		CHECK_EQ(dev_read(fd, id, arena + at, in, length, 0), 0);
		CHECK(!memcmp(arena + at, in, length));
		if (round % 10 == 0)
			REQUIRE(madvise(arena + at / DEV_PAGE * DEV_PAGE, DEV_PAGE,
					MADV_DONTNEED) == 0);
	}
	CHECK_EQ(dev_verify(fd), 0);
	close(fd);
}

/* An event inside a huge translation takes all of it; a range's edge cuts what can be huge. */
static void huge_pages(const char *variant)
{
	static struct probes probes;
	int fd = dev_open_attached(variant, 0);
	char *arena, byte;
	__u32 id, half;

	if (!variant_tracks(variant))
		return;
	prctl(PR_SET_THP_DISABLE, 0, 0, 0, 0);
	arena = arena_map(HUGE, false);
	if (madvise(arena, HUGE * DEV_PAGE, MADV_HUGEPAGE))
		SKIP("this kernel has no huge pages");
	memset(arena, 1, HUGE * DEV_PAGE);
	id = dev_track(fd, arena, HUGE);
	half = dev_track(fd, arena, HUGE / 2);
	CHECK_EQ(dev_fault(fd, id, arena, HUGE * DEV_PAGE, SECMMU_FAULT_WRITE), 0);
	CHECK_EQ(dev_fault(fd, half, arena, HUGE / 2 * DEV_PAGE, SECMMU_FAULT_WRITE), 0);
	CHECK_EQ(dev_verify(fd), 0);
	REQUIRE(madvise(arena + 100 * DEV_PAGE, DEV_PAGE, MADV_DONTNEED) == 0);
	CHECK_EQ(dev_verify(fd), 0);
	REQUIRE_EQ(dev_stats(fd, &probes), 0);
	/* All of the one; of the other, what the event that cuts the page up covers: all, too. */
	CHECK(probes.counter[SECMMU_COUNT_ZAPPED] >= HUGE);
	CHECK_EQ(dev_read(fd, id, arena, &byte, 1, SECMMU_ACCESS_NOFAULT), -ENXIO);
	CHECK_EQ(dev_read(fd, id, arena + (HUGE - 1) * DEV_PAGE, &byte, 1, SECMMU_ACCESS_NOFAULT),
		 -ENXIO);
	CHECK_EQ(dev_read(fd, id, arena + 100 * DEV_PAGE, &byte, 1, 0), 0);
	CHECK_EQ(byte, 0);
	CHECK_EQ(dev_read(fd, id, arena + 101 * DEV_PAGE, &byte, 1, 0), 0);
	CHECK_EQ(byte, 1);
	close(fd);
}

/* Two pages more than the module may have. */
static void most_pages(const char *variant)
{
	int fd = dev_open_attached(variant, 0);
	char *arena = arena_map(PAGES, true);
	__u32 ids[2] = { dev_track(fd, arena, 8), dev_track(fd, arena + 8 * DEV_PAGE, 8) };

	if (!variant_tracks(variant))
		return;
	CHECK_EQ(dev_fault(fd, ids[0], arena, 6 * DEV_PAGE, 0), 0);
	CHECK_EQ(dev_fault(fd, ids[1], arena + 8 * DEV_PAGE, 3 * DEV_PAGE, 0), -ENOSPC);
	CHECK_EQ(dev_fault(fd, ids[0], arena, 6 * DEV_PAGE, 0), 0);
	REQUIRE(madvise(arena, LEN, MADV_DONTNEED) == 0);
	/* Slots stay, translated or not, until the range goes. */
	CHECK_EQ(dev_fault(fd, ids[0], arena, 8 * DEV_PAGE, 0), -ENOSPC);
	CHECK_EQ(dev_remove(fd, &ids[0], 1), 0);
	CHECK_EQ(dev_fault(fd, ids[1], arena + 8 * DEV_PAGE, 8 * DEV_PAGE, 0), 0);
	close(fd);
}

/* A flush takes as long as it was said to, and only where something was zapped. */
static void flush_takes_time(const char *variant)
{
	struct secmmu_attach attach = { .flush_ns = 1000000 };
	static struct probes probes;
	struct timespec before, after;
	char *arena = arena_map(PAGES, true);
	unsigned int sleeps;
	int fd, i;

	if (!variant_tracks(variant))
		return;
	for (sleeps = 0; sleeps < (variant_spins(variant) ? 1 : 2); sleeps++) {
		attach.flags = sleeps ? SECMMU_ATTACH_FLUSH_SLEEP : 0;
		fd = dev_open_as(variant, &attach);
		__u32 id = dev_track(fd, arena, PAGES);
		long took = 0;

		for (i = 0; i < 10; i++) {
			CHECK_EQ(dev_fault(fd, id, arena, LEN, SECMMU_FAULT_WRITE), 0);
			clock_gettime(CLOCK_MONOTONIC, &before);
			REQUIRE(madvise(arena, LEN, MADV_DONTNEED) == 0);
			clock_gettime(CLOCK_MONOTONIC, &after);
			took += (after.tv_sec - before.tv_sec) * 1000000000 + after.tv_nsec -
				before.tv_nsec;
			REQUIRE(madvise(arena, LEN, MADV_DONTNEED) == 0);
		}
		CHECK(took >= 10 * 1000000);
		REQUIRE_EQ(dev_stats(fd, &probes), 0);
		CHECK_EQ(probes.counter[SECMMU_COUNT_FLUSHES], 10);
		CHECK_EQ(probes.hist[SECMMU_HIST_LOCK_WAIT].count,
			 probes.counter[SECMMU_COUNT_START]);
		close(fd);
	}
}

/* All variants at once on one address space: each loses its translations. */
static void many_devices(const char *variant)
{
	char *arena = arena_map(PAGES, true);
	int fds[16], count = 0, i;
	__u32 ids[16];

	(void)variant;
	for (i = 0; variants[i]; i++) {
		if (!variant_is_there(variants[i]) || !variant_tracks(variants[i]))
			continue;
		fds[count] = dev_open_attached(variants[i], 0);
		ids[count] = dev_track(fds[count], arena, PAGES);
		CHECK_EQ(dev_fault(fds[count], ids[count], arena, LEN, SECMMU_FAULT_WRITE), 0);
		count++;
	}
	REQUIRE(mprotect(arena, LEN, PROT_READ) == 0);
	for (i = 0; i < count; i++)
		CHECK_EQ(dev_write(fds[i], ids[i], arena, "x", 1, SECMMU_ACCESS_NOFAULT), -ENXIO);
	REQUIRE(madvise(arena, LEN, MADV_DONTNEED) == 0);
	for (i = 0; i < count; i++) {
		char byte;

		CHECK_EQ(dev_read(fds[i], ids[i], arena, &byte, 1, SECMMU_ACCESS_NOFAULT), -ENXIO);
		CHECK_EQ(dev_verify(fds[i]), 0);
		close(fds[i]);
	}
}

/* After a fork, the first write makes a copy: with change_pte the translation follows it. */
static void change_pte(const char *variant)
{
	bool counts = !strcmp(variant, "list") || !strcmp(variant, "rbtree");
	struct secmmu_attach attach = { .flags = SECMMU_ATTACH_CHANGE_PTE };
	static struct probes probes;
	char *arena = arena_map(PAGES, true);
	int hold[2], fd = dev_open(), ret;
	char byte = 0;
	pid_t pid;
	__u32 id;

	REQUIRE(fd >= 0);
	strcpy(attach.variant, variant);
	ret = dev_attach_as(fd, &attach);
	if (!counts || ret == -EOPNOTSUPP) {
		CHECK_EQ(ret, counts ? -EOPNOTSUPP : -EINVAL);
		return;
	}
	REQUIRE_EQ(ret, 0);
	id = dev_track(fd, arena, PAGES);
	REQUIRE(pipe(hold) == 0);
	pid = fork();
	if (pid == 0) {
		close(hold[1]);
		REQUIRE(read(hold[0], &byte, 1) == 0);
		_exit(0);
	}
	CHECK_EQ(dev_fault(fd, id, arena, LEN, 0), 0);
	memset(arena, 7, LEN);
	CHECK_EQ(dev_read(fd, id, arena + LEN - 1, &byte, 1, SECMMU_ACCESS_NOFAULT), 0);
	CHECK_EQ(byte, 7);
	CHECK_EQ(dev_write(fd, id, arena, "y", 1, SECMMU_ACCESS_NOFAULT), 0);
	CHECK_EQ(arena[0], 'y');
	CHECK_EQ(dev_verify(fd), 0);
	REQUIRE_EQ(dev_stats(fd, &probes), 0);
	CHECK_EQ(probes.counter[SECMMU_COUNT_REPLACED], PAGES);
	REQUIRE(madvise(arena, LEN, MADV_DONTNEED) == 0);
	CHECK_EQ(dev_read(fd, id, arena, &byte, 1, SECMMU_ACCESS_NOFAULT), -ENXIO);
	close(hold[1]);
	waitpid(pid, NULL, 0);
	close(fd);
}

/* A delay takes its time in each callback that begins an invalidation, whether anything is zapped or not. */
static void delay_takes_time(const char *variant)
{
	struct secmmu_attach attach = { .delay_ns = SECMMU_DELAY_MOST_NS, .delay_insns = 1000 };
	struct secmmu_info info;
	static struct probes probes;
	char *arena = arena_map(PAGES, true);
	const struct loghist *start = &probes.hist[SECMMU_HIST_START];
	int fd, i;

	if (!strcmp(variant, "none"))
		return;
	fd = dev_open_as(variant, &attach);
	dev_track(fd, arena, PAGES);
	REQUIRE_EQ(dev_info(fd, &info), 0);
	for (i = 0; i < 10; i++) {
		memset(arena, i, LEN);
		REQUIRE(madvise(arena, LEN, MADV_DONTNEED) == 0);
	}
	REQUIRE_EQ(dev_stats(fd, &probes), 0);
	CHECK(start->count >= 10);
	CHECK_EQ(start->count, probes.counter[SECMMU_COUNT_START]);
	/* What it takes to wait at all is taken off beforehand. */
	CHECK(start->min >= info.clock_khz - info.clock_khz / 100);
	close(fd);
}

/* Faults in all of an arena, again and again; @told is for the parent, which takes the file. */
static void fault_for_ever(const char *variant, int told)
{
	int fd = dev_open_attached(variant, 0);
	char *arena = arena_map(LONG_FAULT, true);
	__u32 id = dev_track(fd, arena, LONG_FAULT);

	REQUIRE(write(told, &fd, sizeof(fd)) == sizeof(fd));
	for (;;)
		REQUIRE_EQ(dev_fault(fd, id, arena, LONG_FAULT * DEV_PAGE, 0), 0);
}

/* Kills a process that faults: how many pages of its last FAULT were done; 0: all of them. */
static unsigned long long pages_until_killed(const char *variant)
{
	static struct probes probes;
	int told[2], fd;
	pid_t pid;

	REQUIRE(pipe(told) == 0);
	pid = fork();
	REQUIRE(pid >= 0);
	if (pid == 0)
		fault_for_ever(variant, told[1]);
	close(told[1]);
	REQUIRE(read(told[0], &fd, sizeof(fd)) == sizeof(fd));
	close(told[0]);
	fd = dev_take(pid, fd);
	usleep(50000);
	REQUIRE(kill(pid, SIGKILL) == 0 && waitpid(pid, NULL, 0) == pid);
	REQUIRE_EQ(dev_stats(fd, &probes), 0);
	close(fd);
	return probes.counter[SECMMU_COUNT_FAULT_PAGES] % LONG_FAULT;
}

/* It does not wait for the end of a FAULT: nearly all of the time it comes in the middle of one. */
static void killed_in_a_long_fault(const char *variant)
{
	bool cut = false;
	int tries;

	if (!variant_tracks(variant))
		return;
	for (tries = 0; !cut && tries < 20; tries++)
		cut = pages_until_killed(variant) != 0;
	CHECK(cut);
}

/* What ATTACH refuses. */
static void attach_options(const char *variant)
{
	static const struct secmmu_attach wrong[] = {
		{ .lock = SECMMU_LOCKS },
		{ .events = SECMMU_EVENTS_MODES },
		{ .engine = SECMMU_ENGINES },
		{ .flush_ns = SECMMU_FLUSH_MOST_NS + 1 },
		{ .delay_ns = SECMMU_DELAY_MOST_NS + 1 },
		{ .delay_insns = SECMMU_DELAY_MOST_INSNS + 2 },
		{ .delay_insns = 1 },
		{ .defect = SECMMU_DEFECTS },
		{ .defect_events = 1 },
		{ .defect = SECMMU_DEFECT_DEAF, .defect_events = 1 << 8 },
		{ .defect = SECMMU_DEFECT_NO_RETRY },
	};
	struct secmmu_attach attach;
	int fd = dev_open();
	size_t i;

	REQUIRE(fd >= 0);
	for (i = 0; i < ARRAY_SIZE(wrong); i++) {
		attach = wrong[i];
		strcpy(attach.variant, variant);
		CHECK_EQ(dev_attach_as(fd, &attach), -EINVAL);
	}
	attach = (struct secmmu_attach){ .lock = SECMMU_LOCK_MUTEX };
	strcpy(attach.variant, variant);
	if (variant_spins(variant))
		CHECK_EQ(dev_attach_as(fd, &attach), -EINVAL);
	/* Defects are for the test build, which this is not. */
	attach = (struct secmmu_attach){ .defect = SECMMU_DEFECT_ONE_PAGE };
	strcpy(attach.variant, variant);
	CHECK_EQ(dev_attach_as(fd, &attach), -EOPNOTSUPP);
	attach.defect = 0;
	CHECK_EQ(dev_attach_as(fd, &attach), 0);
	close(fd);
}

const struct test tests_faults[] = {
	{ "errors of FAULT", fault_errors, "", ALIKE },
	{ "errors of ACCESS", access_errors, "", ALIKE },
	{ "options of ATTACH", attach_options, "", ALIKE },
	{ "the device and the CPU see the same bytes", both_see, "", EACH },
	{ "an event inside a huge page takes all of it", huge_pages, "", EACH },
	{ "no more pages than max_pages", most_pages, "max_pages=8", EACH },
	{ "SIGKILL ends a long FAULT", killed_in_a_long_fault, "", ALIKE },
	{ "a flush takes its time", flush_takes_time, "", EACH },
	{ "a delay takes its time", delay_takes_time, "", EACH },
	{ "many devices on one address space", many_devices, "", ONCE },
	{ "change_pte", change_pte, "", EACH },
	{ 0 },
};
