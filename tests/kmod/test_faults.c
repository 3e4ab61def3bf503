// SPDX-License-Identifier: GPL-2.0-only
/* Faults and accesses: their errors and bounds, huge pages, and the ends of those who make them. */
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "dev.h"
#include "module.h"
#include "tap.h"
#include "tests.h"

#define PAGES 16
#define LEN   (PAGES * DEV_PAGE)
#define HUGE  512

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

static atomic_bool stop;

static void *hammer(void *arena)
{
	while (!atomic_load(&stop))
		madvise(arena, LEN, MADV_DONTNEED);
	return NULL;
}

static double clock_s(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* Faults until @want of them have ended with @error; how many did. */
static int faults_until(int fd, struct secmmu_fault *fault, int error, int want)
{
	double end = clock_s() + 5;
	double began;
	int count = 0;
	int ret;

	while (count < want && clock_s() < end) {
		began = clock_s();
		ret = dev_call(fd, SECMMU_FAULT, fault);
		CHECK(clock_s() - began < 5);
		CHECK(ret == 0 || ret == error || ret == -ETIMEDOUT);
		CHECK(!fault->max_tries || fault->retries <= fault->max_tries);
		CHECK(ret != -EBUSY || fault->retries == fault->max_tries);
		count += ret == error;
	}
	return count;
}

/*
 * A fault that collides ends: by its tries, or by its time. The slow flush keeps invalidations under
 * way. A waiting variant is out of time where others are out of tries.
 */
static void bounded(const char *variant)
{
	struct secmmu_attach attach = { .flush_ns = 1000000 };
	struct secmmu_fault fault = { .size = sizeof(fault), .flags = SECMMU_FAULT_WRITE };
	int fd = dev_open_as(variant, &attach);
	char *arena = arena_map(PAGES, true);
	pthread_t threads[2];
	int busy, late, i;

	if (!variant_tracks(variant))
		return;
	fault.start = (uintptr_t)arena;
	fault.length = LEN;
	fault.id = dev_track(fd, arena, PAGES);
	for (i = 0; i < 2; i++)
		REQUIRE(pthread_create(&threads[i], NULL, hammer, arena) == 0);
	fault.max_tries = 1;
	busy = faults_until(fd, &fault, -EBUSY, 3);
	fault.max_tries = 0;
	fault.deadline_ns = 1;
	late = faults_until(fd, &fault, -ETIMEDOUT, 3);
	atomic_store(&stop, true);
	for (i = 0; i < 2; i++)
		pthread_join(threads[i], NULL);
	tap_note("%s: %d EBUSY, %d ETIMEDOUT", variant, busy, late);
	CHECK(busy + late > 0);
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

/* A file, its memory, and one range of it. */
struct shared {
	int fd;
	char *arena;
	_Atomic __u32 id;
};

static void *fault_on(void *arg)
{
	struct shared *shared = arg;
	char byte;
	int ret;

	while (!atomic_load(&stop)) {
		ret = dev_fault(shared->fd, atomic_load(&shared->id), shared->arena, LEN,
				SECMMU_FAULT_WRITE);
		CHECK(ret == 0 || ret == -ENOENT || ret == -ETIMEDOUT);
		ret = dev_read(shared->fd, atomic_load(&shared->id), shared->arena, &byte, 1, 0);
		CHECK(ret == 0 || ret == -ENOENT || ret == -ETIMEDOUT);
	}
	return NULL;
}

/* Ranges come and go under faults and invalidations. */
static void removed_under_faults(const char *variant)
{
	struct shared shared = { dev_open_attached(variant, 0), arena_map(PAGES, true), 0 };
	pthread_t threads[3];
	__u32 id;
	int i;

	if (!variant_tracks(variant))
		return;
	shared.id = dev_track(shared.fd, shared.arena, PAGES);
	for (i = 0; i < 3; i++)
		REQUIRE(pthread_create(&threads[i], NULL, i ? fault_on : hammer,
				       i ? (void *)&shared : shared.arena) == 0);
	for (i = 0; i < 50; i++) {
		id = atomic_load(&shared.id);
		usleep(1000);
		CHECK_EQ(dev_remove(shared.fd, &id, 1), 0);
		atomic_store(&shared.id, dev_track(shared.fd, shared.arena, PAGES));
	}
	atomic_store(&stop, true);
	for (i = 0; i < 3; i++)
		pthread_join(threads[i], NULL);
	CHECK_EQ(dev_verify(shared.fd), 0);
	close(shared.fd);
}

/* An invalidation that says when it is about to begin. */
struct announced {
	char *arena;
	atomic_bool begins;
};

static void *invalidate_once(void *arg)
{
	struct announced *announced = arg;

	atomic_store(&announced->begins, true);
	madvise(announced->arena, LEN, MADV_DONTNEED);
	return NULL;
}

/*
 * A range that is inserted between an invalidation's start and its end: the start did not see it, and
 * what a fault finds in the page tables is about to go. Other devices, which core mm calls later, hold
 * the invalidation up there.
 */
#define SLOW 10

static void inserted_in_flight(const char *variant)
{
	struct secmmu_attach slow = { .flags = SECMMU_ATTACH_FLUSH_SLEEP,
				      .flush_ns = SECMMU_FLUSH_MOST_NS };
	struct secmmu_fault fault = { .size = sizeof(fault),
				      .length = LEN,
				      .deadline_ns = 60000000000ull };
	struct announced announced = { .arena = arena_map(PAGES, true) };
	int slow_fds[SLOW], fd, i, k;
	__u32 slow_ids[SLOW], id;
	unsigned int early = 0;
	pthread_t thread;

	if (!variant_tracks(variant))
		return;
	for (k = 0; k < SLOW; k++) {
		slow_fds[k] = dev_open_as("list", &slow);
		slow_ids[k] = dev_track(slow_fds[k], announced.arena, PAGES);
	}
	fd = dev_open_attached(variant, 0);
	dev_track(fd, arena_map(1, true), 1); /* whatever the first range costs */
	fault.start = (uintptr_t)announced.arena;
	for (i = 0; i < 50; i++) {
		memset(announced.arena, 1, LEN);
		for (k = 0; k < SLOW; k++)
			CHECK_EQ(dev_fault(slow_fds[k], slow_ids[k], announced.arena, LEN, 0), 0);
		atomic_store(&announced.begins, false);
		REQUIRE(pthread_create(&thread, NULL, invalidate_once, &announced) == 0);
		while (!atomic_load(&announced.begins))
			sched_yield();
		usleep(100);
		id = dev_track(fd, announced.arena, PAGES);
		early += announced.arena[0] != 0;
		fault.id = id;
		CHECK_EQ(dev_call(fd, SECMMU_FAULT, &fault), 0);
		REQUIRE(pthread_join(thread, NULL) == 0);
		CHECK_EQ(dev_verify(fd), 0);
		CHECK_EQ(dev_remove(fd, &id, 1), 0);
	}
	tap_note("%s: %u of 50 in time", variant, early);
	close(fd);
	for (k = 0; k < SLOW; k++)
		close(slow_fds[k]);
}

/* Killed in the middle of faults and invalidations, in many threads. */
static void killed_while_faulting(const char *variant)
{
	pthread_t thread;
	pid_t pid;
	int i, k;

	if (!variant_tracks(variant))
		return;
	for (i = 0; i < 5; i++) {
		pid = fork();
		if (pid == 0) {
			struct shared shared = { dev_open_attached(variant, 0),
						 arena_map(PAGES, true), 0 };

			shared.id = dev_track(shared.fd, shared.arena, PAGES);
			pthread_create(&thread, NULL, hammer, shared.arena);
			for (k = 0; k < 3; k++)
				pthread_create(&thread, NULL, fault_on, &shared);
			pause();
		}
		usleep(20000 + 5000 * (unsigned int)i);
		kill(pid, SIGKILL);
		REQUIRE(waitpid(pid, NULL, 0) == pid);
		CHECK_EQ(module_refs(0), 0);
	}
}

/* What ATTACH refuses. */
static void attach_options(const char *variant)
{
	static const struct secmmu_attach wrong[] = {
		{ .lock = SECMMU_LOCKS },
		{ .events = SECMMU_EVENTS_MODES },
		{ .engine = SECMMU_ENGINES },
		{ .flush_ns = SECMMU_FLUSH_MOST_NS + 1 },
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
	{ "errors of FAULT", fault_errors, "", true },
	{ "errors of ACCESS", access_errors, "", true },
	{ "options of ATTACH", attach_options, "", true },
	{ "the device and the CPU see the same bytes", both_see, "", true },
	{ "an event inside a huge page takes all of it", huge_pages, "", true },
	{ "a fault that always collides ends", bounded, "", true },
	{ "no more pages than max_pages", most_pages, "max_pages=8", true },
	{ "a flush takes its time", flush_takes_time, "", true },
	{ "many devices on one address space", many_devices, "", false },
	{ "change_pte", change_pte, "", true },
	{ "ranges removed under faults", removed_under_faults, "", true },
	{ "a range inserted while it is invalidated", inserted_in_flight, "", true },
	{ "killed while faulting", killed_while_faulting, "", true },
	{ 0 },
};
