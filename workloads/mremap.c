// SPDX-License-Identifier: GPL-2.0-only
/* mremap that moves: between the two halves of the slot, to and fro. */
#include "workload.h"

#include <errno.h>
#include <sys/mman.h>

enum {
	UPPER /* the mapping is in the upper half */
};

static const char *mremap_lacks(const struct workspace *w)
{
	return w->len % (2 * w->page_size) ? "needs an even number of pages" : NULL;
}

/* The upper half begins as a hole. */
static int mremap_init(struct workspace *w)
{
	if (munmap(w->slot, w->len))
		return -errno;
	w->local[UPPER] = 0;
	return slot_map_part(w, 0, w->len / 2, 0);
}

/* Their stamps have moved with the pages, and are overwritten; at the old place there is nothing. */
static int mremap_prep(struct workspace *w)
{
	struct workspace half = *w;

	half.len = w->len / 2;
	half.slot += w->local[UPPER] ? half.len : 0;
	slot_touch(&half);
	slot_overwritten(&half);
	return 0;
}

static int mremap_op(struct workspace *w)
{
	size_t half = w->len / 2;
	char *from = w->slot + (w->local[UPPER] ? half : 0);
	char *to = w->slot + (w->local[UPPER] ? 0 : half);

	w->local[UPPER] ^= 1;
	return mremap(from, half, half, MREMAP_MAYMOVE | MREMAP_FIXED, to) == MAP_FAILED ? -errno
											 : 0;
}

const struct workload workload_mremap = {
	.name = "mremap",
	.help = "mremap that moves half of `pages` pages to where the other half was",
	.events = { { "UNMAP" } },
	.lacks = mremap_lacks,
	.init = mremap_init,
	.prep = mremap_prep,
	.op = mremap_op,
};
