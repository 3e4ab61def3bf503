/* SPDX-License-Identifier: GPL-2.0-only */
/* What of the machine that will be measured values of axes depend on: `50%` of its CPUs, `each` of its nodes. */
#ifndef BENCH_MACHINE_MEASURED_MACHINE_H
#define BENCH_MACHINE_MEASURED_MACHINE_H

#include <stddef.h>

enum {
	TARGET_NODES = 64
};

/*
 * From now on it is not this machine but one with @cpus CPUs, all of which may be used, and the
 * NUMA nodes 0 to @nodes - 1, each with CPUs and memory; with @cpus = 0 it is this machine again.
 */
void target_assume(unsigned int cpus, unsigned int nodes);

/* CPUs that this process may use there; at least 1. */
size_t target_cpus(void);

/*
 * The kernel's numbers of the first TARGET_NODES nodes with CPUs, or with memory, rising, in
 * @nodes. How many there are; at least 1.
 */
size_t target_cpu_nodes(int nodes[TARGET_NODES]);
size_t target_memory_nodes(int nodes[TARGET_NODES]);

#endif
