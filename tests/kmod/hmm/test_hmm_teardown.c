// SPDX-License-Identifier: GPL-2.0-only
/* Memory goes while the device uses it: each page is either right or refused. */
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "tests/kmod/lib/mirror.h"
#include "tests/kmod/lib/tap.h"
#include "tests/kmod/lib/tests.h"

#define PAGES  64
#define LEN    (PAGES * DEV_PAGE)
#define ROUNDS 20
#define UNREAD 0xee

static char data[LEN] __attribute__((aligned(4096)));

/* What one thread takes from the other, after a while. */
struct teardown {
	char *at;
	size_t first, count; /* pages */
	unsigned int delay;  /* loops of nothing */
	atomic_bool begun;
};

static void *take(void *arg)
{
	struct teardown *teardown = arg;
	unsigned int i;

	while (!atomic_load(&teardown->begun))
		sched_yield();
	for (i = 0; i < teardown->delay; i++)
		atomic_signal_fence(memory_order_seq_cst);
	REQUIRE(munmap(teardown->at + teardown->first * DEV_PAGE, teardown->count * DEV_PAGE) == 0);
	return NULL;
}

/* The pages that a read which ended with @ret has moved: the first ones, all of them right. */
static void check_read(int ret, uint64_t seed, unsigned int *complete)
{
	static char want[LEN] __attribute__((aligned(4096)));
	bool moving = true;
	size_t i;

	CHECK(ret == 0 || ret == -EFAULT);
	*complete += !ret;
	pattern_fill(want, LEN, seed);
	for (i = 0; i < LEN; i += DEV_PAGE) {
		if (moving && !memcmp(data + i, want + i, DEV_PAGE))
			continue;
		CHECK(ret != 0);
		moving = false;
		CHECK(bytes_are(data + i, DEV_PAGE, UNREAD));
	}
}

/* The pages that the device wrote before they went are nobody's; all others the CPU can read. */
static void check_write(const struct teardown *teardown, int ret, uint64_t seed)
{
	static char want[LEN] __attribute__((aligned(4096)));
	size_t i;

	CHECK(ret == 0 || ret == -EFAULT);
	pattern_fill(want, LEN, seed);
	for (i = 0; i < PAGES; i++) {
		if (i >= teardown->first && i < teardown->first + teardown->count)
			continue;
		if (!ret || i < teardown->first)
			CHECK(!memcmp(teardown->at + i * DEV_PAGE, want + i * DEV_PAGE, DEV_PAGE));
	}
}

/* Some part of the memory, or all of it, goes at some moment of an access. */
static void round_of(struct mirror *m, unsigned int round, unsigned int *complete)
{
	bool writes = round % 2;
	struct teardown teardown = { .delay = (unsigned int)random() % 20000 };
	pthread_t thread;
	int ret;

	teardown.at = memory_map(PAGES, false);
	teardown.first = round % 3 ? (size_t)random() % PAGES : 0;
	teardown.count = round % 3 ? 1 + (size_t)random() % (PAGES - teardown.first) : PAGES;
	pattern_fill(teardown.at, LEN, round);
	mirror_open(m, teardown.at, PAGES);
	if (random() % 2)
		CHECK_EQ(mirror_fault(m, 0, PAGES, writes ? SECMMU_FAULT_WRITE : 0), 0);
	if (writes)
		pattern_fill(data, LEN, round + 1);
	else
		memset(data, UNREAD, LEN);
	REQUIRE(pthread_create(&thread, NULL, take, &teardown) == 0);
	atomic_store(&teardown.begun, true);
	ret = writes ? mirror_write(m, 0, PAGES, data, 0) : mirror_read(m, 0, PAGES, data, 0);
	REQUIRE(pthread_join(thread, NULL) == 0);
	if (writes)
		check_write(&teardown, ret, round + 1);
	else
		check_read(ret, round, complete);
	mirror_expect(m, teardown.first, teardown.count, SIGHT_NONE);
	mirror_close(m);
	munmap(teardown.at, LEN);
}

static void anon_teardown(struct mirror *m)
{
	unsigned int round, complete = 0;

	srandom(m->attach.lock * 2 + m->attach.engine);
	for (round = 0; round < ROUNDS; round++)
		round_of(m, round, &complete);
	tap_note("%u of %u reads came before the end", complete, ROUNDS / 2);
}

/* One device, many spans of memory, one after the other, each used and given back. */
static void anon_read_multiple(struct mirror *m)
{
	unsigned int round;
	char *at;

	for (round = 0; round < ROUNDS; round++) {
		at = memory_map(PAGES, false);
		pattern_fill(at, LEN, round);
		if (!round)
			mirror_open(m, at, PAGES);
		m->at = at;
		m->id = round ? dev_track(m->fd, at, PAGES) : m->id;
		CHECK_EQ(mirror_read(m, 0, PAGES, data, 0), 0);
		CHECK(pattern_is(data, LEN, round));
		REQUIRE(munmap(at, LEN) == 0);
	}
	mirror_close(m);
}

MIRROR_EACH(anon_teardown)
MIRROR_EACH(anon_read_multiple)

const struct test tests_hmm_teardown[] = {
	{ "hmm anon_teardown", each_anon_teardown, "", EACH },
	{ "hmm anon_read_multiple", each_anon_read_multiple, "", EACH },
	{ 0 },
};
