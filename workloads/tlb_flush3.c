// SPDX-License-Identifier: GPL-2.0-only
/* will-it-scale's tlb_flush3: a shared mapping of a file. */
#include "workload.h"

#include <sys/mman.h>

#include "tlb_flush.h"

static int tlb_flush3_init(struct workspace *w)
{
	return tlb_flush_init(w, MAP_SHARED);
}

static int tlb_flush3_op(struct workspace *w)
{
	return tlb_flush_op(w, 1);
}

const struct workload workload_tlb_flush3 = {
	.name = "tlb_flush3",
	.help = "will-it-scale's tlb_flush3: write, give back and read a page of a shared mapping "
		"of a file",
	.events = { { "CLEAR" }, { "UNMAP", AT_TIMES } },
	.init = tlb_flush3_init,
	.prep = tlb_flush_prep,
	.op = tlb_flush3_op,
	.fini = tlb_flush_fini,
};
