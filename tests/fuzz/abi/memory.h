/* SPDX-License-Identifier: GPL-2.0-only */
/* The memory of programs: what may be touched there, as far as is known, and touching it all the same. */
#ifndef TESTS_FUZZ_ABI_MEMORY_H
#define TESTS_FUZZ_ABI_MEMORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "layout.h"

struct call;

/* Can something be done? */
enum sure {
	NO,
	MAYBE,
	YES,
};

/* What is known of a page of the arena. */
#define PAGE_READ    1  /* it may be read */
#define PAGE_WRITE   2  /* it may be written, too */
#define PAGE_UNKNOWN 4  /* a call that failed half-way has left it in either state */
#define PAGE_LAZY    8  /* its contents may go at any moment: MADV_FREE */
#define PAGE_ALONE   16 /* no child will have it, unless it was set back: MADV_DONTFORK */

struct memory {
	uint8_t page[ARENA_PAGES];
};

/* The arguments' buffers, once for all programs; then the arena, in each program's process. */
void memory_map_buffers(void);
void memory_map_arena(struct memory *memory);
/* In a child, after fork(). */
void memory_forked(struct memory *memory);

static inline uint64_t memory_buffer(unsigned int thread)
{
	return BUFFERS + thread * BUFFERS_STEP;
}

static inline bool memory_in_arena(uint64_t address)
{
	return address >= ARENA && address < ARENA_END;
}

/* The page of the arena of that number, whatever the number. */
static inline uint64_t memory_page(uint64_t number)
{
	return ARENA + number % ARENA_PAGES * PAGE;
}

/* Can @length bytes at @address be read, or written, by the CPU? */
enum sure memory_reach(const struct memory *memory, uint64_t address, uint64_t length, bool write);

/* Copies as much as can be, by page, within the zone; how much that was. */
size_t memory_read(void *to, uint64_t from, size_t length);
size_t memory_write(uint64_t to, const void *from, size_t length);
/* Does nothing where it cannot; @how: bit 0: write; bit 1: many pages. */
void memory_touch(uint64_t address, uint64_t length, uint64_t how);

/* What this kernel's calls do, before the first of them. */
void memory_learn(void);

/* Mapping, unmapping and so on of pages of the arena. */
void memory_call(struct memory *memory, const struct call *call);

#endif
