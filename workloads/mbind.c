// SPDX-License-Identifier: GPL-2.0-only
/* mbind(2) that moves a span to another node, and back with the next operation. */
#include "workload.h"

#include <errno.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "machine.h"

enum {
	NODE, /* where the pages are to go: 0 or 1, into machine_nodes() */
	MASK  /* the same, as mbind(2) has it */
};

static int mbind_init(struct workspace *w)
{
	return slot_map(w);
}

static int mbind_prep(struct workspace *w)
{
	int nodes[2];

	slot_touch(w);
	w->local[NODE] ^= 1;
	machine_nodes(nodes);
	w->local[MASK] = 1ll << nodes[w->local[NODE]];
	return 0;
}

/* The policy is for all of the mapping, so that it is not split. */
static int mbind_op(struct workspace *w)
{
	unsigned long mask = (unsigned long)w->local[MASK];

	return syscall(SYS_mbind, w->slot, w->len, MPOL_BIND, &mask, 8 * sizeof(mask), MPOL_MF_MOVE)
		       ? -errno
		       : 0;
}

const struct workload workload_mbind = {
	.name = "mbind",
	.help = "mbind(MPOL_MF_MOVE) of `pages` written pages to another node; needs two",
	.events = { { "CLEAR", AT_TIMES } },
	.lacks = machine_lacks_nodes,
	.init = mbind_init,
	.prep = mbind_prep,
	.op = mbind_op,
};
