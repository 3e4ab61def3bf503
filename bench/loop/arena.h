/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Where ranges and workers' memory lie in the address space, so that an operation hits as many
 * ranges as it should.
 */
#ifndef BENCH_LOOP_ARENA_H
#define BENCH_LOOP_ARENA_H

#include <stddef.h>

struct point;

struct arena {
	char *reserved, *base; /* address space without access; @base is aligned to ARENA_BASE */
	size_t reserved_len;
	size_t ranges, range_len, range_stride;
	size_t slots, slot_len, slot_stride;
	size_t first_slot;          /* offset from @base */
	size_t ranges_in_one_place; /* 1: all ranges lie on each other, over all slots */
};

/*
 * ARENA_ALIGN: slots lie this far apart at least: each has a page table of its own, and no huge page
 * spans two. ARENA_BASE: the arena begins and ends at multiples of it, wherever the kernel has put the
 * rest of the process. So runs do not differ in which ranges share one of the 512 MiB of the variant
 * `coarse`, nor in whether a neighbour has already brought an upper page table, which makes the walk
 * of a slot's deeper.
 */
enum {
	ARENA_ALIGN = 2 << 20,
	ARENA_BASE = 1 << 30
};

/*
 * Reserves the address space for @point: `ranges` ranges of `range_size` bytes and one slot of
 * `pages` pages for each of `threads` workers.
 *
 * hit=0    the slots lie behind the ranges
 * hit=1    worker w's slot begins one range, evenly spread: w * ranges / threads
 * hit=all  all ranges cover all slots
 *
 * 0, or -errno with a sentence: -ENOTSUP (skipped) where the values exclude each other.
 */
int arena_open(struct arena *arena, const struct point *point);

char *arena_range(const struct arena *arena, size_t range);
char *arena_slot(const struct arena *arena, size_t slot);

/* The range that holds all of the slot @slot, the first if there are several; -1 if none does. */
long arena_slot_range(const struct arena *arena, size_t slot);

#endif
