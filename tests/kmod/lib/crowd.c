// SPDX-License-Identifier: GPL-2.0-only
/* Threads that use one file in all ways at once, over and over, until they are told to stop. */
#include "crowd.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "tap.h"
#include "tests.h"

/* An invalidator that never stands still would leave a fault no chance: it gives up after so many. */
#define TRIES 8

static int crowd_fault(struct crowd *crowd, unsigned long turn)
{
	size_t page = turn % CROWD_PAGES;
	struct secmmu_fault fault = {
		.size = sizeof(fault),
		.flags = turn % 3 ? SECMMU_FAULT_WRITE : 0,
		.start = (uintptr_t)crowd->arena + page * DEV_PAGE,
		.length = (CROWD_PAGES - page) * DEV_PAGE,
		.id = crowd->id,
		.max_tries = crowd->patience_ns ? 0 : TRIES,
		.deadline_ns = crowd->patience_ns,
	};

	return dev_call(crowd->fd, SECMMU_FAULT, &fault);
}

static int crowd_access(struct crowd *crowd, unsigned long turn, __u32 flags)
{
	unsigned long data[2] = { turn, ~turn };
	struct secmmu_access access = {
		.size = sizeof(access),
		.flags = flags,
		.start = (uintptr_t)crowd->arena + turn % CROWD_PAGES * DEV_PAGE,
		.length = sizeof(data),
		.data = (uintptr_t)data,
		.id = crowd->id,
		.max_tries = crowd->patience_ns ? 0 : TRIES,
		.deadline_ns = crowd->patience_ns,
	};

	return dev_call(crowd->fd, SECMMU_ACCESS, &access);
}

static int crowd_write(struct crowd *crowd, unsigned long turn)
{
	return crowd_access(crowd, turn, SECMMU_ACCESS_WRITE);
}

static int crowd_read(struct crowd *crowd, unsigned long turn)
{
	return crowd_access(crowd, turn, 0);
}

static int crowd_insert(struct crowd *crowd, unsigned long turn)
{
	struct secmmu_range ranges[8];
	__u32 ids[8];
	int ret;

	for (size_t i = 0; i < ARRAY_SIZE(ranges); i++)
		ranges[i] = dev_range(crowd->arena, (turn + i) % CROWD_PAGES, 1);
	ret = dev_insert(crowd->fd, ranges, ARRAY_SIZE(ranges));
	if (ret)
		return ret;
	for (size_t i = 0; i < ARRAY_SIZE(ranges); i++)
		ids[i] = ranges[i].id;
	return dev_remove(crowd->fd, ids, ARRAY_SIZE(ids));
}

static int crowd_verify(struct crowd *crowd, unsigned long turn)
{
	int stale = dev_verify(crowd->fd);

	(void)turn;
	if (stale > 0)
		CHECK_EQ(stale, 0);
	return stale < 0 ? stale : 0;
}

static int crowd_invalidate(struct crowd *crowd, unsigned long turn)
{
	char *at = crowd->arena + turn % CROWD_PAGES * DEV_PAGE;

	if (madvise(at, DEV_PAGE, MADV_DONTNEED))
		return -errno;
	if (turn % 4 == 0 &&
	    (mprotect(at, DEV_PAGE, PROT_READ) || mprotect(at, DEV_PAGE, PROT_READ | PROT_WRITE)))
		return -errno;
	/* A device that never gets a page in has nothing to lose. */
	usleep(50);
	return 0;
}

static int (*const jobs_do[CROWD_JOBS])(struct crowd *crowd, unsigned long turn) = {
	[CROWD_FAULT] = crowd_fault,   [CROWD_WRITE] = crowd_write,
	[CROWD_READ] = crowd_read,     [CROWD_INSERT] = crowd_insert,
	[CROWD_VERIFY] = crowd_verify, [CROWD_INVALIDATE] = crowd_invalidate,
};

/* Errors that the header allows while memory is invalidated, or where it is short. */
static bool is_allowed(int ret)
{
	static const int allowed[] = { 0, -EFAULT, -EBUSY, -ETIMEDOUT, -ENOMEM, -EOPNOTSUPP };

	for (size_t i = 0; i < ARRAY_SIZE(allowed); i++)
		if (ret == allowed[i])
			return true;
	return false;
}

struct hand {
	struct crowd *crowd;
	enum crowd_job job;
};

static void *work(void *arg)
{
	struct hand hand = *(struct hand *)arg;
	struct crowd *crowd = hand.crowd;
	int ret = 0;

	free(arg);
	for (unsigned long turn = 0; !atomic_load(&crowd->stop); turn++) {
		if (crowd->busy)
			atomic_fetch_add(crowd->busy, 1);
		ret = jobs_do[hand.job](crowd, turn);
		if (crowd->busy)
			atomic_fetch_sub(crowd->busy, 1);
		atomic_fetch_add(&crowd->commands, 1);
		if (ret && ret == -crowd->expects)
			break;
		if (!is_allowed(ret)) {
			tap_note("job %d", hand.job);
			CHECK_EQ(ret, 0);
			break;
		}
	}
	return NULL;
}

int crowd_open(const char *variant, int round)
{
	struct secmmu_attach attach = {
		.lock = variant_spins(variant) ? SECMMU_LOCK_SPIN : (__u32)round % SECMMU_LOCKS,
		.engine = (__u32)(round / SECMMU_LOCKS) % SECMMU_ENGINES,
		.events = (__u32)round % SECMMU_EVENTS_MODES,
	};

	return dev_open_as(variant, &attach);
}

void crowd_attach(struct crowd *crowd, const char *variant, int round)
{
	if (!crowd->arena)
		crowd->arena = arena_map(CROWD_PAGES, true);
	crowd->fd = crowd_open(variant, round);
	crowd->id = dev_track(crowd->fd, crowd->arena, CROWD_PAGES);
}

void crowd_start(struct crowd *crowd, const enum crowd_job *jobs, int count)
{
	for (int i = 0; i < count; i++) {
		struct hand *hand = malloc(sizeof(*hand));

		REQUIRE(hand && crowd->count < (int)ARRAY_SIZE(crowd->threads));
		*hand = (struct hand){ crowd, jobs[i] };
		REQUIRE(!pthread_create(&crowd->threads[crowd->count++], NULL, work, hand));
	}
}

void crowd_start_all(struct crowd *crowd)
{
	static const enum crowd_job jobs[] = { CROWD_FAULT,     CROWD_FAULT,  CROWD_WRITE,
					       CROWD_READ,      CROWD_INSERT, CROWD_VERIFY,
					       CROWD_INVALIDATE };

	crowd_start(crowd, jobs, ARRAY_SIZE(jobs));
}

void crowd_join(struct crowd *crowd)
{
	while (crowd->count)
		pthread_join(crowd->threads[--crowd->count], NULL);
	atomic_store(&crowd->stop, false);
}

void crowd_stop(struct crowd *crowd)
{
	atomic_store(&crowd->stop, true);
	crowd_join(crowd);
}

void crowd_check(const struct crowd *crowd, const char *variant)
{
	static const char word[] = "by the device";
	char *at = crowd->arena + DEV_PAGE;

	CHECK_EQ(dev_verify(crowd->fd), 0);
	if (!variant_tracks(variant))
		return;
	memset(at, 0, DEV_PAGE);
	CHECK_EQ(dev_write(crowd->fd, crowd->id, at, word, sizeof(word), 0), 0);
	CHECK(!memcmp(at, word, sizeof(word)));
}
