/* SPDX-License-Identifier: GPL-2.0-only */
/* Which CPU a worker runs on, and whether it really does: hwloc. */
#ifndef BENCH_TOPO_H
#define BENCH_TOPO_H

#include <stddef.h>

struct topo;

/* Where a worker was, as read back from the kernel; -1: could not be read. */
struct place {
	int cpu, cpu_after; /* the CPU at the start and at the end */
	int node;           /* of @cpu */
	int memory_node;    /* of the worker's own memory */
};

/* Reads the machine's topology. 0, or err_setup(). */
int topo_open(struct topo **topo);
void topo_close(struct topo *topo);

/* CPUs that this process may use, and NUMA nodes. */
size_t topo_cpus(const struct topo *topo);
size_t topo_nodes(const struct topo *topo);

/*
 * Pins the calling thread to the CPU that stands @index-th in the order of hardware (compact:
 * neighbours are near). 0 or -errno.
 */
int topo_pin(const struct topo *topo, size_t index);

/* The CPU that the calling thread is on now, as the kernel says it, or -1. */
int topo_cpu_now(void);

/* The node of the CPU @cpu (the kernel's number), or -1. */
int topo_node_of(const struct topo *topo, int cpu);

/* The node of the page at @address, which must be present, or -1. */
int topo_memory_node(const struct topo *topo, const void *address);

#endif
