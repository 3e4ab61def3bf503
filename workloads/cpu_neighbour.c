// SPDX-License-Identifier: GPL-2.0-only
/*
 * A thread whose pages have their entries in the same page table as the end of a slot, and which knows
 * nothing of the device: it writes one absent page after the other. Who holds that table's lock while
 * the device is flushed, it waits for.
 */
#include "workload.h"

#include <errno.h>
#include <sys/mman.h>

/* What the entries of one page table map, on x86 and wherever tables are as large as pages. */
enum {
	TABLE_LEN = 2 << 20
};

enum {
	START, /* offset of its pages from the slot */
	PAGES, /* as many */
	NEXT
};

/*
 * What is left of the page table behind the slot is divided among its neighbours. The page right behind
 * the slot stays free: nothing merges with the slot's mapping, and trackers have it.
 */
static size_t pages_of(const struct workspace *w, size_t *first)
{
	size_t slots = (size_t)param_count(w, "threads");
	size_t sharers = ((size_t)param_count(w, "neighbours") + slots - 1) / slots;
	size_t free = (TABLE_LEN - w->len % TABLE_LEN) / w->page_size - 1;

	*first = w->len / w->page_size + 1 + free / sharers * (w->index / slots);
	return w->len % TABLE_LEN ? free / sharers : 0;
}

static const char *neighbour_lacks(const struct workspace *w)
{
	size_t first;

	return pages_of(w, &first)
		       ? NULL
		       : "has no room in the slot's page table: fewer pages or neighbours";
}

/* A child that fork() makes gets none of them, so that no fault of ours copies a page. */
static int neighbour_init(struct workspace *w)
{
	size_t first, pages = pages_of(w, &first);
	char *start = w->slot + first * w->page_size;

	if (mmap(start, pages * w->page_size, PROT_READ | PROT_WRITE,
		 MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == MAP_FAILED ||
	    madvise(start, pages * w->page_size, MADV_DONTFORK))
		return -errno;
	w->local[START] = (long long)(first * w->page_size);
	w->local[PAGES] = (long long)pages;
	return slot_bind(w, start, pages * w->page_size);
}

/* All are given back at once, so that there is an event for many faults only. */
static int neighbour_prep(struct workspace *w)
{
	size_t len = (size_t)w->local[PAGES] * w->page_size;

	if (w->local[NEXT] < w->local[PAGES])
		return 0;
	w->local[NEXT] = 0;
	return madvise(w->slot + w->local[START], len, MADV_DONTNEED) ? -errno : 0;
}

static int neighbour_op(struct workspace *w)
{
	*(volatile char *)(w->slot + w->local[START] + w->local[NEXT]++ * (long long)w->page_size) =
		1;
	return 0;
}

const struct workload load_neighbour = {
	.name = "neighbour",
	.help = "writes an absent page that has its entry in the page table of a slot's end",
	.lacks = neighbour_lacks,
	.init = neighbour_init,
	.prep = neighbour_prep,
	.op = neighbour_op,
};
