// SPDX-License-Identifier: GPL-2.0-only
/* MADV_DONTNEED of a span, as allocators give memory back. */
#include "workload.h"

#include <errno.h>
#include <sys/mman.h>

static const struct param dontneed_params[] = {
	{ .name = "present",
	  .unit = "",
	  .kind = PARAM_COUNT,
	  .preset = "1",
	  .min = 0,
	  .max = 1,
	  .help = "1: the pages are written before each operation; 0: there is nothing to give "
		  "back" },
	{ 0 }
};

static int dontneed_init(struct workspace *w)
{
	w->local[0] = param_count(w, "present");
	return slot_map(w);
}

static int dontneed_prep(struct workspace *w)
{
	slot_discarded(w);
	if (w->local[0])
		slot_touch(w);
	return 0;
}

static int dontneed_op(struct workspace *w)
{
	return madvise(w->slot, w->len, MADV_DONTNEED) ? -errno : 0;
}

const struct workload workload_dontneed = {
	.name = "dontneed",
	.help = "madvise(MADV_DONTNEED) of `pages` pages",
	.events = { { "CLEAR" } },
	.params = dontneed_params,
	.init = dontneed_init,
	.prep = dontneed_prep,
	.op = dontneed_op,
};
