// SPDX-License-Identifier: GPL-2.0-only
/* will-it-scale's tlb_flush2: private anonymous memory. */
#include "workload.h"

#include <sys/mman.h>

#include "tlb_flush.h"

static int tlb_flush2_init(struct workspace *w)
{
	return tlb_flush_init(w, MAP_PRIVATE | MAP_ANONYMOUS);
}

static int tlb_flush2_op(struct workspace *w)
{
	return tlb_flush_op(w, 0);
}

const struct workload workload_tlb_flush2 = {
	.name = "tlb_flush2",
	.help = "will-it-scale's tlb_flush2: write, give back and read a page of private anonymous "
		"memory",
	.events = { { "CLEAR" }, { "UNMAP", AT_TIMES } },
	.init = tlb_flush2_init,
	.prep = tlb_flush_prep,
	.op = tlb_flush2_op,
	.fini = tlb_flush_fini,
};
