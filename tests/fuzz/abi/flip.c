// SPDX-License-Identifier: GPL-2.0-only
/* What a call is made with is changed by another thread as long as the call takes: who reads it twice? */
#include "flip.h"

#include <errno.h>
#include <linux/futex.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "world.h"

/* Turns in which the other thread may begin. */
#define TURNS 100

#define RANGE_WORDS (sizeof(struct secmmu_range) / 4)

uint64_t flip_address(const struct call *call, const struct request *request)
{
	uint64_t word = call->field[F_flip] - 1;

	if (word < 24)
		return request->address + word * 4;
	if (word < FLIP_ENTRIES)
		return 0;
	word -= FLIP_ENTRIES;
	return request->cmd == SECMMU_INSERT   ? request->arg.insert.ranges + word * 4
	       : request->cmd == SECMMU_REMOVE ? request->arg.remove.ids + word * 4
					       : 0;
}

/* To another CPU than this one: there it runs at the same time, and not in turn. */
static void send_away(const struct flip *flip)
{
	long cpus = sysconf(_SC_NPROCESSORS_ONLN), here = sched_getcpu(), i;
	int tid = atomic_load(&flip->tid); /* 0: it has not begun yet */
	cpu_set_t set;

	CPU_ZERO(&set);
	for (i = 0; i < cpus && i < CPU_SETSIZE; i++)
		if (i != here)
			CPU_SET(i, &set);
	if (cpus > 1 && tid)
		sched_setaffinity(tid, sizeof(set), &set);
}

void flip_start(struct world *world, const struct call *call, const struct request *request)
{
	struct flip *flip = &world->flip;
	uint32_t before = atomic_load(&flip->seen);
	int i;

	send_away(flip);
	atomic_store(&flip->address, flip_address(call, request));
	atomic_store(&flip->value, (uint32_t)call->field[F_value]);
	syscall(SYS_futex, &flip->value, FUTEX_WAKE_PRIVATE, 1);
	for (i = 0; i < TURNS && atomic_load(&flip->seen) == before; i++)
		sched_yield();
}

void flip_stop(struct world *world)
{
	struct flip *flip = &world->flip;

	atomic_store(&flip->value, 0);
	while (atomic_load(&flip->busy))
		sched_yield();
}

/* A fault of one page is only refused as invalid where the page is not in the range. */
static bool has_page(int fd, uint32_t id, uint64_t start)
{
	struct secmmu_fault fault = {
		.size = sizeof(fault),
		.start = start,
		.length = PAGE,
		.id = id,
		.max_tries = 1,
	};

	return !ioctl(fd, SECMMU_FAULT, &fault) || errno != EINVAL;
}

static bool may_be(int fd, uint32_t id, const struct secmmu_range *range)
{
	return model_range_is_valid(range) && has_page(fd, id, range->start) &&
	       has_page(fd, id, range->start + range->length - PAGE);
}

bool flip_was_taken_once(int fd, const struct call *call, const struct request *request)
{
	uint64_t word = call->field[F_flip] - 1 - FLIP_ENTRIES, i = word / RANGE_WORDS;
	struct secmmu_range range[2], now;

	/* The id is only written; and nothing else may lie there. */
	if (call->field[F_where] || i >= request->arg.insert.count || i >= request->got_entries ||
	    word % RANGE_WORDS == offsetof(struct secmmu_range, id) / 4)
		return true;
	range[0] = request->entries.range[i];
	range[1] = range[0];
	((uint32_t *)&range[1])[word % RANGE_WORDS] ^= (uint32_t)call->field[F_value];
	if (memory_read(&now, request->arg.insert.ranges + i * sizeof(now), sizeof(now)) !=
	    sizeof(now))
		return true;
	return may_be(fd, now.id, &range[0]) || may_be(fd, now.id, &range[1]);
}
