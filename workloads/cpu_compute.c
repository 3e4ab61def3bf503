// SPDX-License-Identifier: GPL-2.0-only
/*
 * A bystander: it shares the address space, and does nothing but read memory of its own, which nobody
 * invalidates.
 */
#include "workload.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>

/* Few enough that a turn is short against an interrupt; several, for their entries in the TLB. */
enum {
	OWN_PAGES = 8
};

enum {
	OWN,   /* its address */
	CHAIN, /* of pages for later: the first page's place; 0: there are none */
	LEN    /* of all */
};

enum {
	LINE = 64 /* bytes of a cache line */
};

/* Far from one page to the next, and so that all are met: @pages and the step have no common divisor. */
static size_t step_of(size_t pages)
{
	size_t step = pages / 3 + 1, a, b, rest;

	do {
		step++;
		for (a = pages, b = step; b; a = b, b = rest)
			rest = a % b;
	} while (a > 1);
	return step;
}

/* Each page says where the next is; each in another line of the cache. */
static void chain_up(char *pages, size_t count, size_t page_size)
{
	size_t step = step_of(count), lines = page_size / LINE;

	for (size_t i = 0; i < count; i++) {
		size_t next = (i + step) % count;

		*(char **)(pages + i * page_size + i % lines * LINE) =
			pages + next * page_size + next % lines * LINE;
	}
}

/* Written by the bystander, and so on its node. A child that fork() makes gets none of it. */
static int compute_init(struct workspace *w)
{
	size_t later = (size_t)param_count(w, "retouch_pages");
	size_t len = (OWN_PAGES + later) * w->page_size;
	char *own = mmap(NULL, len, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (own == MAP_FAILED || madvise(own, len, MADV_DONTFORK))
		return -errno;
	madvise(own, len, MADV_NOHUGEPAGE); /* a kernel without huge pages refuses */
	memset(own, 0, len);
	w->local[OWN] = (long long)(uintptr_t)own;
	w->local[LEN] = (long long)len;
	if (!later)
		return 0;
	w->local[CHAIN] = (long long)(uintptr_t)(own + OWN_PAGES * w->page_size);
	chain_up(own + OWN_PAGES * w->page_size, later, w->page_size);
	return 0;
}

/* One after the other: where the next is, is known when the one before was read. */
static void compute_retouch(struct workspace *w)
{
	char *const first = (char *)(uintptr_t)w->local[CHAIN];
	char *at = first;

	do
		at = *(char *volatile *)at;
	while (at != first);
}

static int compute_op(struct workspace *w)
{
	const volatile char *own = (const volatile char *)(uintptr_t)w->local[OWN];

	for (size_t i = 0; i < OWN_PAGES; i++)
		own[i * w->page_size];
	return 0;
}

static void compute_fini(struct workspace *w)
{
	if (w->local[OWN])
		munmap((void *)(uintptr_t)w->local[OWN], (size_t)w->local[LEN]);
}

const struct workload load_compute = {
	.name = "compute",
	.help = "reads a word of each of a few pages of its own",
	.watch = true,
	.init = compute_init,
	.op = compute_op,
	.fini = compute_fini,
	.retouch = compute_retouch,
};
