// SPDX-License-Identifier: GPL-2.0-only
/* Another device takes pages into its memory, or for itself alone: ours loses them, and gets them back. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "dmirror.h"
#include "tests/kmod/lib/mirror.h"
#include "tests/kmod/lib/tap.h"
#include "tests/kmod/lib/tests.h"

#define PAGES 32
#define LEN   (PAGES * DEV_PAGE)

static char data[LEN] __attribute__((aligned(4096)));

/* Memory that our device can write, and the other device. */
struct pair {
	struct mirror *ours;
	int theirs;
	char *at;
};

static void pair_open(struct pair *pair, struct mirror *m, uint64_t seed)
{
	pair->ours = m;
	pair->theirs = dmirror_open(0);
	REQUIRE(pair->theirs >= 0);
	pair->at = memory_map(PAGES, false);
	pattern_fill(pair->at, LEN, seed);
	mirror_open(m, pair->at, PAGES);
	CHECK_EQ(mirror_fault(m, 0, PAGES, SECMMU_FAULT_WRITE), 0);
	mirror_expect(m, 0, PAGES, SIGHT_WRITE);
	REQUIRE_EQ(dev_reset(m->fd), 0);
}

static void pair_close(struct pair *pair)
{
	mirror_close(pair->ours);
	close(pair->theirs);
	munmap(pair->at, LEN);
}

/*
 * Since the last reset our device was told of the event, where it is told at all; it did not take the
 * other's for its own, and has no translation left.
 */
static void check_lost(const struct pair *pair, enum secmmu_counter event)
{
	static struct probes probes;

	CHECK_EQ(dev_verify(pair->ours->fd), 0);
	mirror_expect(pair->ours, 0, PAGES, SIGHT_NONE);
	REQUIRE_EQ(dev_stats(pair->ours->fd, &probes), 0);
	CHECK(!variant_is_told(pair->ours->variant) || probes.counter[event] > 0);
	CHECK_EQ(probes.counter[SECMMU_COUNT_SKIPPED], 0);
	CHECK(probes.counter[SECMMU_COUNT_ZAPPED] >= PAGES);
	REQUIRE_EQ(dev_reset(pair->ours->fd), 0);
}

/* All that ours reads is @seed's, and it is told of @event when it brings the pages back. */
static void check_back(const struct pair *pair, uint64_t seed, enum secmmu_counter event)
{
	static struct probes probes;

	memset(data, 0, LEN);
	CHECK_EQ(mirror_read(pair->ours, 0, PAGES, data, 0), 0);
	CHECK(pattern_is(data, LEN, seed));
	REQUIRE_EQ(dev_stats(pair->ours->fd, &probes), 0);
	CHECK(!variant_is_told(pair->ours->variant) || probes.counter[event] > 0);
	CHECK_EQ(dev_verify(pair->ours->fd), 0);
	CHECK(pattern_is(pair->at, LEN, seed));
	REQUIRE_EQ(dev_reset(pair->ours->fd), 0);
}

/* Two devices that mirror the same memory each read what the other has written. */
static void beside(struct mirror *m)
{
	struct pair pair;

	pair_open(&pair, m, 1);
	CHECK_EQ(dmirror_read(pair.theirs, pair.at, PAGES, data), 0);
	CHECK(pattern_is(data, LEN, 1));
	pattern_fill(data, LEN, 2);
	CHECK_EQ(mirror_write(m, 0, PAGES, data, 0), 0);
	memset(data, 0, LEN);
	CHECK_EQ(dmirror_read(pair.theirs, pair.at, PAGES, data), 0);
	CHECK(pattern_is(data, LEN, 2));
	pattern_fill(data, LEN, 3);
	CHECK_EQ(dmirror_write(pair.theirs, pair.at, PAGES, data), 0);
	memset(data, 0, LEN);
	CHECK_EQ(mirror_read(m, 0, PAGES, data, 0), 0);
	CHECK(pattern_is(data, LEN, 3));
	pair_close(&pair);
}

/* Pages go into the other device's memory; its write there is what ours reads, once they are back. */
static void taken(struct mirror *m)
{
	struct pair pair;

	pair_open(&pair, m, 1);
	CHECK_EQ(dmirror_take(pair.theirs, pair.at, PAGES, data), 0);
	CHECK(pattern_is(data, LEN, 1));
	check_lost(&pair, SECMMU_COUNT_MIGRATE);
	pattern_fill(data, LEN, 2);
	CHECK_EQ(dmirror_write(pair.theirs, pair.at, PAGES, data), 0);
	mirror_expect(m, 0, PAGES, SIGHT_NONE);
	check_back(&pair, 2, SECMMU_COUNT_MIGRATE);

	/* Now given back by the device itself. */
	CHECK_EQ(mirror_fault(m, 0, PAGES, SECMMU_FAULT_WRITE), 0);
	REQUIRE_EQ(dev_reset(m->fd), 0);
	CHECK_EQ(dmirror_take(pair.theirs, pair.at, PAGES, data), 0);
	check_lost(&pair, SECMMU_COUNT_MIGRATE);
	CHECK_EQ(dmirror_give(pair.theirs, pair.at, PAGES), 0);
	pattern_fill(data, LEN, 3);
	CHECK_EQ(mirror_write(m, 0, PAGES, data, 0), 0);
	CHECK(pattern_is(pair.at, LEN, 3));
	pair_close(&pair);
}

/* Pages that the other device has for itself: until ours comes, which it then is told. */
static void claimed(struct mirror *m)
{
	struct pair pair;

	pair_open(&pair, m, 1);
	CHECK_EQ(dmirror_claim(pair.theirs, pair.at, PAGES, data), 0);
	CHECK(pattern_is(data, LEN, 1));
	CHECK_EQ(dmirror_has_lost(pair.theirs, pair.at, PAGES), -EPERM);
	check_lost(&pair, SECMMU_COUNT_EXCLUSIVE);
	CHECK_EQ(dmirror_has_lost(pair.theirs, pair.at, PAGES), -EPERM);
	check_back(&pair, 1, SECMMU_COUNT_EXCLUSIVE);
	CHECK_EQ(dmirror_has_lost(pair.theirs, pair.at, PAGES), 0);
	pattern_fill(data, LEN, 2);
	CHECK_EQ(mirror_write(m, 0, PAGES, data, 0), 0);
	CHECK(pattern_is(pair.at, LEN, 2));
	pair_close(&pair);
}

/* After a fork the pages of the other device are the child's, too; each side gets its own. */
static void forked(struct mirror *m)
{
	struct pair pair;
	pid_t pid;

	pair_open(&pair, m, 1);
	CHECK_EQ(dmirror_take(pair.theirs, pair.at, PAGES, data), 0);
	pid = fork();
	if (pid == 0) {
		CHECK(pattern_is(pair.at, LEN, 1));
		pattern_fill(pair.at, LEN, 2);
		_exit(0);
	}
	REQUIRE(waitpid(pid, NULL, 0) == pid);
	mirror_expect(m, 0, PAGES, SIGHT_NONE);
	CHECK_EQ(mirror_read(m, 0, PAGES, data, 0), 0);
	CHECK(pattern_is(data, LEN, 1));
	pattern_fill(data, LEN, 3);
	CHECK_EQ(mirror_write(m, 0, PAGES, data, 0), 0);
	CHECK(pattern_is(pair.at, LEN, 3));
	pair_close(&pair);
}

/* In both ways to read events. */
static void each(const char *variant, void (*body)(struct mirror *m))
{
	mirror_each(variant, body);
	mirror_each_blind(variant, body);
}

static void each_beside(const char *variant)
{
	each(variant, beside);
}

static void each_taken(const char *variant)
{
	each(variant, taken);
}

static void each_claimed(const char *variant)
{
	each(variant, claimed);
}

static void each_forked(const char *variant)
{
	each(variant, forked);
}

const struct test tests_foreign[] = {
	{ "two devices on the same memory", each_beside, "", EACH },
	{ "MIGRATE: pages that another device has taken", each_taken, "", EACH },
	{ "EXCLUSIVE: pages that another device has to itself", each_claimed, "", EACH },
	{ "a fork while another device has the pages", each_forked, "", EACH },
	{ 0 },
};
