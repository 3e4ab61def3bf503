// SPDX-License-Identifier: GPL-2.0-only
/* munmap of a whole mapping: no mapping is split, so that UNMAP is the only event. */
#include "workload.h"

#include <errno.h>
#include <sys/mman.h>

static int munmap_init(struct workspace *w)
{
	return munmap(w->slot, w->len) ? -errno : 0;
}

/* The slot is a hole here, so mapping it emits nothing. */
static int munmap_prep(struct workspace *w)
{
	int ret;

	slot_discarded(w);
	ret = slot_map(w);
	if (!ret)
		slot_touch(w);
	return ret;
}

static int munmap_op(struct workspace *w)
{
	return munmap(w->slot, w->len) ? -errno : 0;
}

const struct workload workload_munmap = {
	.name = "munmap",
	.help = "munmap of a mapping of `pages` written pages",
	.events = { { "UNMAP" } },
	.init = munmap_init,
	.prep = munmap_prep,
	.op = munmap_op,
};
