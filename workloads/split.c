// SPDX-License-Identifier: GPL-2.0-only
/* One page of a huge one is given back: its mapping has to be split first. */
#include "workload.h"

#include <errno.h>
#include <sys/mman.h>

#include "huge.h"

static int split_init(struct workspace *w)
{
	return slot_map(w);
}

/*
 * Mapped anew, for the table of small pages has to go before there is a huge one again. Where no
 * huge page was free, there is nothing to split.
 */
static int split_prep(struct workspace *w)
{
	int ret = slot_map(w);

	slot_discarded(w);
	w->missed += !ret && !huge_touch(w);
	return ret;
}

static int split_op(struct workspace *w)
{
	return madvise(w->slot + w->page_size, w->page_size, MADV_DONTNEED) ? -errno : 0;
}

const struct workload workload_split = {
	.name = "split",
	.help = "madvise(MADV_DONTNEED) of one page inside `pages` pages, whole huge pages",
	.events = { { "CLEAR" }, { "UNMAP" } },
	.lacks = huge_lacks,
	.huge = true,
	.init = split_init,
	.prep = split_prep,
	.op = split_op,
	.slow_ms = 100,
};
