// SPDX-License-Identifier: GPL-2.0-only
/* MADV_PAGEOUT of a span: each page is unmapped by itself, as reclaim does it. */
#include "workload.h"

#include <errno.h>
#include <sys/mman.h>

#include "machine.h"

static int pageout_init(struct workspace *w)
{
	return slot_map(w);
}

/* The pages come back from swap to be written. */
static int pageout_prep(struct workspace *w)
{
	slot_touch(w);
	return 0;
}

static int pageout_op(struct workspace *w)
{
	return madvise(w->slot, w->len, MADV_PAGEOUT) ? -errno : 0;
}

const struct workload workload_pageout = {
	.name = "pageout",
	.help = "madvise(MADV_PAGEOUT) of `pages` written pages; needs swap",
	.events = { { "CLEAR", AT_TIMES } },
	.lacks = machine_lacks_swap,
	.needs = "swap",
	.init = pageout_init,
	.prep = pageout_prep,
	.op = pageout_op,
};
