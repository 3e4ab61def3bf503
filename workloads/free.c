// SPDX-License-Identifier: GPL-2.0-only
/* MADV_FREE of a span: the pages go when memory gets short, the invalidation comes now. */
#include "workload.h"

#include <errno.h>
#include <sys/mman.h>

static int free_init(struct workspace *w)
{
	return slot_map(w);
}

/* Written, so that there is a dirty bit to take away. */
static int free_prep(struct workspace *w)
{
	slot_touch(w);
	slot_overwritten(w);
	return 0;
}

static int free_op(struct workspace *w)
{
	return madvise(w->slot, w->len, MADV_FREE) ? -errno : 0;
}

const struct workload workload_free = {
	.name = "free",
	.help = "madvise(MADV_FREE) of `pages` written pages",
	.events = { { "CLEAR" } },
	.init = free_init,
	.prep = free_prep,
	.op = free_op,
};
