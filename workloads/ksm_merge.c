// SPDX-License-Identifier: GPL-2.0-only
/* Equal pages are merged: each is made read-only, and then replaced by the one that is kept. */
#include "workload.h"

#include <errno.h>
#include <sys/mman.h>

#include "ksm.h"

static int ksm_merge_init(struct workspace *w)
{
	return slot_map(w);
}

static int ksm_merge_prep(struct workspace *w)
{
	return ksm_part(w);
}

/* Nobody can ask for the merge, only allow it; so the operation is to wait for it. */
static int ksm_merge_op(struct workspace *w)
{
	return madvise(w->slot, w->len, MADV_MERGEABLE) ? -errno : ksm_wait(w);
}

const struct workload workload_ksm_merge = {
	.name = "ksm_merge",
	.help = "the wait until ksmd has merged `pages` equal pages; needs KSM",
	.events = { { "CLEAR", EACH_PAGE } },
	.lacks = ksm_lacks,
	.needs = "ksm",
	.init = ksm_merge_init,
	.prep = ksm_merge_prep,
	.op = ksm_merge_op,
	.slow_ms = 200,
};
