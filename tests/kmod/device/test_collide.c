// SPDX-License-Identifier: GPL-2.0-only
/* Faults that meet invalidations, ranges that come and go, and the end of their process. */
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "tests/kmod/lib/dev.h"
#include "tests/kmod/lib/kernel.h"
#include "tests/kmod/lib/module.h"
#include "tests/kmod/lib/tap.h"
#include "tests/kmod/lib/tests.h"

#define PAGES 16
#define LEN   (PAGES * DEV_PAGE)

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
	double end = clock_s() + 5 * kernel_slowness();
	double began;
	int count = 0;
	int ret;

	while (count < want && clock_s() < end) {
		began = clock_s();
		ret = dev_call(fd, SECMMU_FAULT, fault);
		CHECK(clock_s() - began < 5 * kernel_slowness());
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
	const int rounds = kernel_times(50);
	pthread_t threads[3];
	__u32 id;
	int i;

	if (!variant_tracks(variant))
		return;
	shared.id = dev_track(shared.fd, shared.arena, PAGES);
	for (i = 0; i < 3; i++)
		REQUIRE(pthread_create(&threads[i], NULL, i ? fault_on : hammer,
				       i ? (void *)&shared : shared.arena) == 0);
	for (i = 0; i < rounds; i++) {
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

static void *map_anew(void *arena)
{
	while (!atomic_load(&stop))
		mmap(arena, LEN, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED,
		     -1, 0);
	return NULL;
}

/* An unmap drops the range; of the faults that meet it, one tracks it anew while others still look. */
static void tracked_anew_under_faults(const char *variant)
{
	struct shared shared = { dev_open_attached(variant, 0), arena_map(PAGES, true), 0 };
	static struct probes probes;
	pthread_t threads[4];
	int i;

	if (!variant_tracks(variant))
		return;
	shared.id = dev_track(shared.fd, shared.arena, PAGES);
	for (i = 0; i < 4; i++)
		REQUIRE(pthread_create(&threads[i], NULL, i ? fault_on : map_anew,
				       i ? (void *)&shared : shared.arena) == 0);
	usleep(500000);
	atomic_store(&stop, true);
	for (i = 0; i < 4; i++)
		pthread_join(threads[i], NULL);
	CHECK_EQ(dev_fault(shared.fd, shared.id, shared.arena, LEN, SECMMU_FAULT_WRITE), 0);
	CHECK_EQ(dev_verify(shared.fd), 0);
	REQUIRE_EQ(dev_stats(shared.fd, &probes), 0);
	CHECK_EQ(probes.counter[SECMMU_COUNT_RETRACKED] > 0, variant_is_told(variant));
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
	const int rounds = kernel_times(50);
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
	for (i = 0; i < rounds; i++) {
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
	tap_note("%s: %u of %d in time", variant, early, rounds);
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

const struct test tests_collide[] = {
	{ "a fault that always collides ends", bounded, "", EACH },
	{ "ranges removed under faults", removed_under_faults, "", EACH },
	{ "a range tracked anew under faults", tracked_anew_under_faults, "", EACH },
	{ "a range inserted while it is invalidated", inserted_in_flight, "", EACH },
	{ "killed while faulting", killed_while_faulting, "", EACH },
	{ 0 },
};
