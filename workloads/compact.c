// SPDX-License-Identifier: GPL-2.0-only
/* Memory compaction: the kernel moves pages together, and whoever maps them is told. */
#include "workload.h"

#include <errno.h>
#include <sys/mman.h>

#include "machine.h"

static const char path[] = "/proc/sys/vm/compact_memory";

static const char *compact_lacks(const struct workspace *w)
{
	const char *reason = machine_lacks_root(w);

	return reason || !machine_write(path, "1") ? reason : "needs CONFIG_COMPACTION";
}

static int compact_init(struct workspace *w)
{
	return slot_map(w);
}

/* Holes for compaction to fill: every other page is given back, and so much of memory is in use. */
static int compact_prep(struct workspace *w)
{
	slot_touch(w);
	for (size_t at = 0; at < w->len; at += 2 * w->page_size)
		if (madvise(w->slot + at, w->page_size, MADV_DONTNEED))
			return -errno;
	return 0;
}

static int compact_op(struct workspace *w)
{
	(void)w;
	return machine_write(path, "1");
}

const struct workload workload_compact = {
	.name = "compact",
	.help = "compaction of all memory, with `pages` pages of which every other was given back; "
		"needs root",
	.events = { { "CLEAR", AT_TIMES } },
	.lacks = compact_lacks,
	.init = compact_init,
	.prep = compact_prep,
	.op = compact_op,
	.slow_ms = 150,
};
