// SPDX-License-Identifier: GPL-2.0-only
/*
 * Another device takes pages and gives them back while ours and the CPU use them: an oracle, since pages
 * only move, and what was written last is what must be read.
 */
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "dmirror.h"
#include "tests/kmod/lib/mirror.h"
#include "tests/kmod/lib/tap.h"
#include "tests/kmod/lib/tests.h"

#define PAGES 32

/* So many moves, whatever the time they take; that is so long at most. */
#define MOVES        24
#define SECONDS_MOST 20

/* A word in which the device writes, beside the CPU's. */
#define DEVICE_WORD 64

/**
 * struct race - what the threads share
 * @ours:    our device
 * @theirs:  the others
 * @calm:    held for reading by whoever may bring a page back, for writing by whoever takes some: the
 *           other device looks at pages that it has just taken, and would not notice that they went
 * @begun:   for each page, the stamp that is being written, or was last
 * @written: the last one that is known to be there
 * @moves:   what the other device has done, @reads: and ours
 */
struct race {
	struct mirror *ours;
	int theirs[2];
	pthread_rwlock_t calm;
	atomic_bool stop;
	_Atomic uint64_t begun[PAGES];
	_Atomic uint64_t written[PAGES];
	atomic_ulong moves, reads, writes;
};

/* One writer for all pages; each write may first have to bring the page back. */
static void *write_on(void *arg)
{
	struct race *race = arg;
	unsigned int seed = 1;

	while (!atomic_load(&race->stop)) {
		unsigned int page = (unsigned int)rand_r(&seed) % PAGES;
		uint64_t stamp = atomic_load(&race->begun[page]) + 1;

		pthread_rwlock_rdlock(&race->calm);
		atomic_store(&race->begun[page], stamp);
		*(volatile uint64_t *)(race->ours->at + page * DEV_PAGE) = stamp;
		atomic_store(&race->written[page], stamp);
		pthread_rwlock_unlock(&race->calm);
		sched_yield();
	}
	return NULL;
}

/*
 * Our device reads: nothing older than what was there before, nothing that nobody has written. Also
 * while pages are being taken, by the translations that it has.
 */
static void *read_on(void *arg)
{
	struct race *race = arg;
	unsigned int seed = 2;

	while (!atomic_load(&race->stop)) {
		unsigned int page = (unsigned int)rand_r(&seed) % PAGES;
		__u32 flags = rand_r(&seed) % 2 ? SECMMU_ACCESS_NOFAULT : 0;
		uint64_t least, seen = 0;
		int ret;

		if (!flags)
			pthread_rwlock_rdlock(&race->calm);
		least = atomic_load(&race->written[page]);
		ret = dev_read(race->ours->fd, race->ours->id, race->ours->at + page * DEV_PAGE,
			       &seen, sizeof(seen), flags);
		if (!flags)
			pthread_rwlock_unlock(&race->calm);
		if (ret)
			CHECK(ret == -ENXIO || ret == -ETIMEDOUT);
		else if (!(seen >= least && seen <= atomic_load(&race->begun[page])))
			tap_fail(__FILE__, __LINE__, "a stale page was read");
		atomic_fetch_add(&race->reads, !ret);
		sched_yield();
	}
	return NULL;
}

/* Our device writes, and reads that back: no write goes into a page that has moved away. */
static void *write_device_on(void *arg)
{
	struct race *race = arg;
	unsigned int seed = 3;
	uint64_t word = 1, seen;

	for (; !atomic_load(&race->stop); word++) {
		char *at = race->ours->at + (unsigned int)rand_r(&seed) % PAGES * DEV_PAGE;
		int ret;

		pthread_rwlock_rdlock(&race->calm);
		ret = dev_write(race->ours->fd, race->ours->id, at + DEVICE_WORD, &word,
				sizeof(word), 0);
		CHECK(ret == 0 || ret == -ETIMEDOUT);
		sched_yield();
		seen = *(volatile uint64_t *)(at + DEVICE_WORD);
		pthread_rwlock_unlock(&race->calm);
		if (!ret && seen != word)
			tap_fail(__FILE__, __LINE__, "a write of the device's is lost");
		atomic_fetch_add(&race->writes, !ret);
	}
	return NULL;
}

/* One move of some pages: into the device's memory, for itself alone, or back. */
static void move(struct race *race, int fd, char *at, unsigned int pages, unsigned int way)
{
	static char data[PAGES * DEV_PAGE];

	if (way == 0) {
		pthread_rwlock_wrlock(&race->calm);
		dmirror_take(fd, at, pages, data);
		pthread_rwlock_unlock(&race->calm);
	} else if (way == 1) {
		dmirror_claim(fd, at, pages, data);
	} else {
		dmirror_give(fd, at, pages);
	}
}

/* What others use at the moment stays where it is: what fails is tried another time. */
static void *move_on(void *arg)
{
	struct race *race = arg;
	unsigned int seed = 4;

	while (!atomic_load(&race->stop)) {
		unsigned int first = (unsigned int)rand_r(&seed) % PAGES;
		unsigned int count = 1 + (unsigned int)rand_r(&seed) % (PAGES - first);

		move(race, race->theirs[rand_r(&seed) % 2], race->ours->at + first * DEV_PAGE,
		     count, (unsigned int)atomic_load(&race->moves) % 3);
		atomic_fetch_add(&race->moves, 1);
		sched_yield();
	}
	return NULL;
}

static void run(struct race *race)
{
	static void *(*const bodies[])(void *) = { write_on, read_on, write_device_on, move_on };
	pthread_t threads[ARRAY_SIZE(bodies)];
	time_t end = time(NULL) + SECONDS_MOST;
	int stale;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(bodies); i++)
		REQUIRE(pthread_create(&threads[i], NULL, bodies[i], race) == 0);
	while (atomic_load(&race->moves) < MOVES && time(NULL) < end &&
	       !atomic_load(&tap->failures)) {
		stale = dev_verify(race->ours->fd);
		CHECK(stale == 0 || stale == -ETIMEDOUT);
		usleep(10000);
	}
	atomic_store(&race->stop, true);
	for (i = 0; i < ARRAY_SIZE(bodies); i++)
		pthread_join(threads[i], NULL);
}

static void race_open(struct race *race, struct mirror *m)
{
	pthread_rwlockattr_t attr;

	race->ours = m;
	race->theirs[0] = dmirror_open(0);
	race->theirs[1] = dmirror_open(1);
	REQUIRE(race->theirs[0] >= 0 && race->theirs[1] >= 0);
	REQUIRE(pthread_rwlockattr_init(&attr) == 0);
	/* There are always some who read. */
	pthread_rwlockattr_setkind_np(&attr, PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP);
	REQUIRE(pthread_rwlock_init(&race->calm, &attr) == 0);
	mirror_open(m, memory_map(PAGES, false), PAGES);
	memset(m->at, 0, m->len);
}

static void race_close(struct race *race)
{
	mirror_close(race->ours);
	munmap(race->ours->at, race->ours->len);
	close(race->theirs[0]);
	close(race->theirs[1]);
	pthread_rwlock_destroy(&race->calm);
}

static void moved(struct mirror *m)
{
	static struct probes probes;
	struct race race = { 0 };

	race_open(&race, m);
	run(&race);
	REQUIRE_EQ(dev_stats(m->fd, &probes), 0);
	tap_note("%lu moves, %lu reads, %lu writes, %llu MIGRATE, %llu EXCLUSIVE",
		 atomic_load(&race.moves), atomic_load(&race.reads), atomic_load(&race.writes),
		 (unsigned long long)probes.counter[SECMMU_COUNT_MIGRATE],
		 (unsigned long long)probes.counter[SECMMU_COUNT_EXCLUSIVE]);
	CHECK(atomic_load(&race.moves) >= MOVES);
	CHECK(atomic_load(&race.reads) > 0);
	CHECK(atomic_load(&race.writes) > 0);
	if (variant_is_told(m->variant)) {
		CHECK(probes.counter[SECMMU_COUNT_MIGRATE] > 0);
		CHECK(probes.counter[SECMMU_COUNT_EXCLUSIVE] > 0);
	}
	race_close(&race);
}

MIRROR_EACH(moved)

const struct test tests_foreign_race[] = {
	{ "pages that move while they are used", each_moved, "", EACH },
	{ 0 },
};
