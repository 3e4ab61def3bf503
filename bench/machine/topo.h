/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The machine's CPUs and NUMA nodes, and how far they are from each other: hwloc. Also what only
 * the kernel knows: where a thread and a page really are.
 */
#ifndef BENCH_MACHINE_TOPO_H
#define BENCH_MACHINE_TOPO_H

#include <stdbool.h>
#include <stddef.h>

struct topo;
struct hwloc_topology;

enum {
	TOPO_LIST_LEN = 96,
	/* Pages of a slot whose nodes are looked up at most. */
	TOPO_LOOK_PAGES = 4096
};

/*
 * A CPU that this process may use. They stand in the order of hardware: SMT siblings of a core,
 * cores of a cache, caches of a node lie side by side.
 *
 * @os:   the kernel's number
 * @node: its place among the nodes
 * @core: 0 to topo_cores() - 1
 * @width: CPUs of the core that this process may use
 */
struct topo_cpu {
	int os;
	size_t node, core;
	unsigned int width;
};

/*
 * A NUMA node, whether this process may use it or not.
 *
 * @os:     the kernel's number
 * @cpus:   CPUs on it that this process may use; 0 for a node of memory only
 * @memory: memory may be bound to it
 */
struct topo_node {
	int os;
	size_t cpus;
	bool memory;
};

/*
 * Where a worker was, as read back from the kernel; -1: could not be read.
 *
 * @cpu, @cpu_after: the CPU at the start and at the end
 * @node, @node_after: the kernel's number of the node of each
 * @cpus:         the CPUs that it may run on, as a list: "3", "0-7"
 * @memory_nodes: the nodes that the worker's own memory lies on, as a list
 * @slot_nodes, @slot_nodes_after: those that pages of its slot were on before the warm-up and after
 *                the cool-down; "" for none
 * @slot_huge, @slot_huge_after: bytes of its slot that huge pages mapped then, where they were asked for
 */
struct place {
	int cpu, cpu_after;
	int node, node_after;
	char cpus[TOPO_LIST_LEN];
	char memory_nodes[TOPO_LIST_LEN];
	char slot_nodes[TOPO_LIST_LEN], slot_nodes_after[TOPO_LIST_LEN];
	size_t slot_huge, slot_huge_after;
};

/* Reads the machine's topology. 0, or err_setup(). */
int topo_open(struct topo **topo);

/* The same from a topology of hwloc that is loaded already, and belongs to the topo from now on. */
int topo_adopt(struct topo **topo, struct hwloc_topology *hwloc);

void topo_close(struct topo *topo);

/* How many there are, and the @i-th. */
size_t topo_cpus(const struct topo *topo);
size_t topo_cores(const struct topo *topo);
size_t topo_nodes(const struct topo *topo);
const struct topo_cpu *topo_cpu(const struct topo *topo, size_t i);
const struct topo_node *topo_node(const struct topo *topo, size_t i);

/* The place of the node whose number is @os among the nodes, or of the CPU; -1: there is none. */
long topo_find_node(const struct topo *topo, int os);
long topo_find_cpu(const struct topo *topo, int os);

/*
 * How far the node at the place @to is from the one at @from, in the unit of the firmware's table,
 * where a node is 10 from itself; 10 and 20 where there is no table.
 */
unsigned long topo_distance(const struct topo *topo, size_t from, size_t to);

/*
 * Lets the calling thread run on the CPU @os (the kernel's number) alone, or, with -1, on all
 * CPUs that this process may use. 0 or -errno.
 */
int topo_pin(const struct topo *topo, int os);

/* What topo_pin() lets a thread run on, as a list. */
void topo_pin_list(const struct topo *topo, int os, char list[TOPO_LIST_LEN]);

/* Reads @place->cpu, node and cpus of the calling thread; the rest is empty. */
void topo_read_place(const struct topo *topo, struct place *place);

/* Reads @place->cpu_after and node_after. */
void topo_read_place_after(struct place *place);

/*
 * The nodes of the pages between @address and @address + @len that are present, as a list ("0",
 * "0-1"; "" for none), of the first TOPO_LOOK_PAGES pages. 0 or -errno.
 */
int topo_read_nodes(const struct topo *topo, const void *address, size_t len,
		    char list[TOPO_LIST_LEN]);

#endif
