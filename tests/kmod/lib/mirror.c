// SPDX-License-Identifier: GPL-2.0-only
/* A device that mirrors one span of memory, and bytes that both sides can check. */
#include "mirror.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "tap.h"
#include "tests.h"

static const char *const lock_names[] = { "spin", "rwsem", "mutex" };
static const char *const engine_names[] = { "hmm", "gup" };

static void run_one(const char *variant, const struct secmmu_attach *attach,
		    void (*body)(struct mirror *m))
{
	struct mirror m = { .fd = -1, .variant = variant, .attach = *attach };
	int before = atomic_load(&tap->failures);

	body(&m);
	if (atomic_load(&tap->failures) != before)
		tap_note("with lock %s, engine %s", lock_names[attach->lock],
			 engine_names[attach->engine]);
}

#define BALANCING "/proc/sys/kernel/numa_balancing"

static char balancing[16];

static bool balancing_write(const char *text)
{
	FILE *file = fopen(BALANCING, "w");
	bool good = file && fputs(text, file) >= 0;

	return file ? !fclose(file) && good : false;
}

static void balance_again(void)
{
	balancing_write(balancing);
}

void memory_stays(void)
{
	FILE *file = fopen(BALANCING, "r");

	if (balancing[0] || !file)
		return;
	REQUIRE(fgets(balancing, sizeof(balancing), file) != NULL);
	fclose(file);
	REQUIRE(balancing_write("0"));
	atexit(balance_again);
}

static void run_each(const char *variant, enum secmmu_events events, void (*body)(struct mirror *m))
{
	struct secmmu_attach attach = { .events = events };
	int combination = 0;

	if (!variant_tracks(variant))
		return;
	memory_stays();
	for (attach.lock = 0; attach.lock < SECMMU_LOCKS; attach.lock++) {
		if (attach.lock != SECMMU_LOCK_SPIN && variant_spins(variant))
			continue;
		for (attach.engine = 0; attach.engine < SECMMU_ENGINES; attach.engine++)
			if (combination_is_taken(combination++, variant_spins(variant) ? 2 : 6))
				run_one(variant, &attach, body);
	}
}

void mirror_each(const char *variant, void (*body)(struct mirror *m))
{
	run_each(variant, SECMMU_EVENTS_AWARE, body);
}

void mirror_each_blind(const char *variant, void (*body)(struct mirror *m))
{
	run_each(variant, SECMMU_EVENTS_BLIND, body);
}

void mirror_open(struct mirror *m, void *at, size_t pages)
{
	m->fd = dev_open_as(m->variant, &m->attach);
	m->at = at;
	m->len = pages * DEV_PAGE;
	m->id = dev_track(m->fd, at, pages);
}

/* Whatever was done to it, nothing may be stale in the end. */
void mirror_close(struct mirror *m)
{
	CHECK_EQ(dev_verify(m->fd), 0);
	close(m->fd);
}

bool mirror_uses_hmm(const struct mirror *m)
{
	return m->attach.engine == SECMMU_ENGINE_HMM;
}

int mirror_read(struct mirror *m, size_t page, size_t pages, void *data, __u32 flags)
{
	size_t done, count;
	int ret = 0;

	for (done = 0; !ret && done < pages; done += count) {
		count = pages - done < ACCESS_PAGES ? pages - done : ACCESS_PAGES;
		ret = dev_read(m->fd, m->id, m->at + (page + done) * DEV_PAGE,
			       (char *)data + done * DEV_PAGE, count * DEV_PAGE, flags);
	}
	return ret;
}

int mirror_write(struct mirror *m, size_t page, size_t pages, const void *data, __u32 flags)
{
	size_t done, count;
	int ret = 0;

	for (done = 0; !ret && done < pages; done += count) {
		count = pages - done < ACCESS_PAGES ? pages - done : ACCESS_PAGES;
		ret = dev_write(m->fd, m->id, m->at + (page + done) * DEV_PAGE,
				(const char *)data + done * DEV_PAGE, count * DEV_PAGE, flags);
	}
	return ret;
}

int mirror_fault(struct mirror *m, size_t page, size_t pages, __u32 flags)
{
	return dev_fault(m->fd, m->id, m->at + page * DEV_PAGE, pages * DEV_PAGE, flags);
}

enum sight mirror_sight(struct mirror *m, size_t page)
{
	char *at = m->at + page * DEV_PAGE;
	char byte = 0;
	int ret;

	ret = dev_read(m->fd, m->id, at, &byte, 1, SECMMU_ACCESS_NOFAULT);
	CHECK(ret == 0 || ret == -ENXIO);
	if (ret)
		return SIGHT_NONE;
	ret = dev_write(m->fd, m->id, at, &byte, 1, SECMMU_ACCESS_NOFAULT);
	CHECK(ret == 0 || ret == -ENXIO);
	return ret ? SIGHT_READ : SIGHT_WRITE;
}

void mirror_expect(struct mirror *m, size_t page, size_t pages, enum sight want)
{
	int before = atomic_load(&tap->failures);
	size_t i;

	for (i = page; i < page + pages; i++) {
		CHECK_EQ(mirror_sight(m, i), want);
		if (atomic_load(&tap->failures) == before)
			continue;
		tap_note("page %zu of %zu from %zu on", i, pages, page);
		return;
	}
}

static uint64_t pattern_at(uint64_t seed, size_t i)
{
	return (seed + 1) * 0x9e3779b97f4a7c15ull + i;
}

void pattern_fill(void *data, size_t len, uint64_t seed)
{
	uint64_t *words = data;
	size_t i;

	for (i = 0; i < len / sizeof(*words); i++)
		words[i] = pattern_at(seed, i);
}

bool pattern_is(const void *data, size_t len, uint64_t seed)
{
	const uint64_t *words = data;
	size_t i;

	for (i = 0; i < len / sizeof(*words); i++)
		if (words[i] != pattern_at(seed, i))
			return false;
	return true;
}

bool bytes_are(const void *data, size_t len, unsigned char byte)
{
	const unsigned char *bytes = data;
	size_t i;

	for (i = 0; i < len; i++)
		if (bytes[i] != byte)
			return false;
	return true;
}

void memory_may_be_huge(bool huge)
{
	REQUIRE(prctl(PR_SET_THP_DISABLE, !huge, 0, 0, 0) == 0);
}

char *memory_map(size_t pages, bool huge)
{
	char *at = arena_map(pages, false);

	memory_may_be_huge(huge);
	if (huge && madvise(at, pages * DEV_PAGE, MADV_HUGEPAGE))
		SKIP("this kernel has no huge pages");
	return at;
}

bool memory_is_huge(const void *at)
{
	unsigned long start, end, kib = 0;
	FILE *file = fopen("/proc/self/smaps", "r");
	bool inside = false;
	char line[256];

	REQUIRE(file != NULL);
	while (!kib && fgets(line, sizeof(line), file)) {
		if (sscanf(line, "%lx-%lx ", &start, &end) == 2)
			inside = start <= (uintptr_t)at && (uintptr_t)at < end;
		else if (inside)
			sscanf(line, "AnonHugePages: %lu", &kib);
	}
	fclose(file);
	return kib > 0;
}
