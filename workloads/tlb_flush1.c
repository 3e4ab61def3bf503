// SPDX-License-Identifier: GPL-2.0-only
/* will-it-scale's tlb_flush1: a private mapping of a file. */
#include "workload.h"

#include <sys/mman.h>

#include "tlb_flush.h"

static int tlb_flush1_init(struct workspace *w)
{
	return tlb_flush_init(w, MAP_PRIVATE);
}

static int tlb_flush1_op(struct workspace *w)
{
	return tlb_flush_op(w, 0);
}

const struct workload workload_tlb_flush1 = {
	.name = "tlb_flush1",
	.help = "will-it-scale's tlb_flush1: write, give back and read a page of a private mapping "
		"of a file",
	.events = { { "CLEAR" }, { "UNMAP", AT_TIMES } },
	.init = tlb_flush1_init,
	.prep = tlb_flush_prep,
	.op = tlb_flush1_op,
	.fini = tlb_flush_fini,
};
