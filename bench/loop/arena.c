// SPDX-License-Identifier: GPL-2.0-only
#include "arena.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "bench/plan/plan.h"
#include "util/err.h"

static size_t round_up(size_t value, size_t unit)
{
	return (value + unit - 1) / unit * unit;
}

static size_t count_of(const struct point *point, const char *axis)
{
	return (size_t)point_value(point, axis)->count;
}

/* Every range hit: one place for all, as long as the slots together. */
static void lay_all(struct arena *a)
{
	a->ranges_in_one_place = 1;
	a->first_slot = 0;
	a->range_len = a->slots * a->slot_stride;
	a->range_stride = 0;
}

/* No range hit: the slots come behind the last range. */
static void lay_apart(struct arena *a)
{
	a->first_slot = a->ranges * a->range_stride;
}

/* One range hit: a slot at the start of every (ranges / threads)-th range. */
static int lay_inside(struct arena *a)
{
	if (a->ranges < a->slots)
		return err_skipped("hit=1 needs a range for each of %zu threads, but ranges=%zu",
				   a->slots, a->ranges);
	a->first_slot = 0;
	a->slot_stride = a->ranges / a->slots * a->range_stride;
	return 0;
}

/*
 * Far from where the kernel puts what is mapped next, with more room in between than all else will take. A slot
 * that is unmapped leaves a hole, and what another thread allocates meanwhile would come to lie in it.
 * NULL: wherever the kernel likes.
 */
static void *remote(void)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	void *next = mmap(NULL, page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (next == MAP_FAILED)
		return NULL;
	munmap(next, page);
	return (void *)((uintptr_t)next / 2 & -(uintptr_t)ARENA_BASE);
}

static int reserve(struct arena *a)
{
	size_t ranges = a->ranges * a->range_stride + a->range_len;
	size_t slots = a->first_slot + a->slots * a->slot_stride;

	a->reserved_len = round_up(ranges > slots ? ranges : slots, ARENA_BASE) + ARENA_BASE;
	a->reserved = mmap(remote(), a->reserved_len, PROT_NONE,
			   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (a->reserved == MAP_FAILED && errno == ENOMEM)
		return err_skipped("there is no room in the address space for %zu ranges of %zu "
				   "bytes, or a limit forbids it (%zu GiB)",
				   a->ranges, a->range_len, a->reserved_len >> 30);
	if (a->reserved == MAP_FAILED)
		return err_untrusted("cannot reserve %zu bytes of address space for %zu ranges: %m",
				     a->reserved_len, a->ranges);
	a->base = a->reserved + (-(uintptr_t)a->reserved & (ARENA_BASE - 1));
	return 0;
}

int arena_open(struct arena *a, const struct point *point)
{
	const char *hit = point_value(point, "hit")->text;
	int ret = 0;

	memset(a, 0, sizeof(*a));
	a->ranges = count_of(point, "ranges");
	a->range_len = count_of(point, "range_size");
	a->slots = count_of(point, "threads");
	a->slot_len = count_of(point, "pages") * (size_t)sysconf(_SC_PAGESIZE);
	/* One byte more than is needed: neighbours never touch, so mappings never merge. */
	a->slot_stride = round_up(a->slot_len + 1, ARENA_ALIGN);
	a->range_stride = round_up(a->range_len + 1, ARENA_ALIGN);
	if (a->range_stride < a->slot_stride)
		a->range_stride = a->slot_stride;
	if (!strcmp(hit, "all"))
		lay_all(a);
	else if (!strcmp(hit, "0") || !a->ranges)
		lay_apart(a);
	else
		ret = lay_inside(a);
	return ret ? ret : reserve(a);
}

char *arena_range(const struct arena *a, size_t range)
{
	return a->base + range * a->range_stride;
}

char *arena_slot(const struct arena *a, size_t slot)
{
	return a->base + a->first_slot + slot * a->slot_stride;
}

long arena_slot_range(const struct arena *a, size_t slot)
{
	size_t range =
		a->range_stride ? (size_t)(arena_slot(a, slot) - a->base) / a->range_stride : 0;

	if (range >= a->ranges ||
	    arena_slot(a, slot) + a->slot_len > arena_range(a, range) + a->range_len)
		return -1;
	return (long)range;
}
