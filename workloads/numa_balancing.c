// SPDX-License-Identifier: GPL-2.0-only
/*
 * Memory on another node that the kernel is to bring near: it takes the protection of pages away to
 * see who uses them, and migrates them when they are touched.
 */
#include "workload.h"

#include <errno.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "machine.h"

enum {
	FAR, /* into machine_nodes(): the node that is not the worker's */
	TURN /* operations so far */
};

/* After so many operations the pages are put on the far node again. */
enum {
	TURNS = 64
};

static const char *numa_balancing_lacks(const struct workspace *w)
{
	const char *reason = machine_lacks_nodes(w);

	if (reason)
		return reason;
	return machine_knob("/proc/sys/kernel/numa_balancing") == 1
		       ? NULL
		       : "needs NUMA balancing (sysctl kernel.numa_balancing=1)";
}

static int numa_balancing_init(struct workspace *w)
{
	unsigned int here;
	int nodes[2];

	machine_nodes(nodes);
	if (syscall(SYS_getcpu, NULL, &here, NULL))
		return -errno;
	w->local[FAR] = nodes[0] == (int)here;
	return slot_map(w);
}

/*
 * Written while the policy prefers the far node; from then on the policy is the default, which the
 * kernel may balance. Pages that it has brought near are given back now and then.
 */
static int numa_balancing_prep(struct workspace *w)
{
	unsigned long mask;
	int nodes[2];

	if (w->local[TURN]++ % TURNS)
		return 0;
	machine_nodes(nodes);
	mask = 1ul << nodes[w->local[FAR]];
	if (madvise(w->slot, w->len, MADV_DONTNEED) ||
	    syscall(SYS_set_mempolicy, MPOL_PREFERRED, &mask, 8 * sizeof(mask)))
		return -errno;
	slot_discarded(w);
	slot_touch(w);
	return syscall(SYS_set_mempolicy, MPOL_DEFAULT, NULL, 0) ? -errno : 0;
}

static int numa_balancing_op(struct workspace *w)
{
	slot_read(w);
	return 0;
}

const struct workload workload_numa_balancing = {
	.name = "numa_balancing",
	.help = "reads of `pages` pages that lie on another node; needs two, and NUMA balancing",
	.events = { { "PROTECTION_VMA", AT_TIMES }, { "CLEAR", AT_TIMES } },
	.lacks = numa_balancing_lacks,
	.needs = "numa_balancing",
	.init = numa_balancing_init,
	.prep = numa_balancing_prep,
	.op = numa_balancing_op,
};
