// SPDX-License-Identifier: GPL-2.0-only
/* Merged pages are parted again: each mapping gets a copy of its own. */
#include "workload.h"

#include <errno.h>
#include <sys/mman.h>

#include "ksm.h"

static int ksm_unmerge_init(struct workspace *w)
{
	return slot_map(w);
}

static int ksm_unmerge_prep(struct workspace *w)
{
	int ret = ksm_part(w);

	if (!ret && madvise(w->slot, w->len, MADV_MERGEABLE))
		ret = -errno;
	return ret ? ret : ksm_wait(w);
}

static int ksm_unmerge_op(struct workspace *w)
{
	return madvise(w->slot, w->len, MADV_UNMERGEABLE) ? -errno : 0;
}

const struct workload workload_ksm_unmerge = {
	.name = "ksm_unmerge",
	.help = "madvise(MADV_UNMERGEABLE) of `pages` merged pages; needs KSM",
	.events = { { "CLEAR", EACH_PAGE } },
	.lacks = ksm_lacks,
	.needs = "ksm",
	.init = ksm_unmerge_init,
	.prep = ksm_unmerge_prep,
	.op = ksm_unmerge_op,
	.slow_ms = 200,
};
