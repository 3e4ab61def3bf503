// SPDX-License-Identifier: GPL-2.0-only
/* munmap over many mappings, one for each page: core mm walks them all under one invalidation. */
#include "workload.h"

#include <errno.h>
#include <sys/mman.h>

static int munmap_many_init(struct workspace *w)
{
	return munmap(w->slot, w->len) ? -errno : 0;
}

/* Neighbours differ in their protection, so that core mm cannot merge them. */
static int munmap_many_prep(struct workspace *w)
{
	int ret;

	slot_discarded(w);
	for (size_t at = 0, odd = 0; at < w->len; at += w->page_size, odd ^= 1) {
		ret = slot_map_part(w, at, w->page_size, odd ? PROT_EXEC : 0);
		if (ret)
			return ret;
	}
	slot_touch(w);
	return 0;
}

static int munmap_many_op(struct workspace *w)
{
	return munmap(w->slot, w->len) ? -errno : 0;
}

const struct workload workload_munmap_many = {
	.name = "munmap_many",
	.help = "munmap of `pages` written pages, each a mapping of its own",
	.events = { { "UNMAP" } },
	.init = munmap_many_init,
	.prep = munmap_many_prep,
	.op = munmap_many_op,
};
