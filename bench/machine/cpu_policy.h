/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which CPU each worker of a sample gets, and which node the memory of a slot. All of it is
 * seen from one node, the home: where the invalidators are, unless they are told to be elsewhere.
 */
#ifndef BENCH_MACHINE_CPU_POLICY_H
#define BENCH_MACHINE_CPU_POLICY_H

#include "topo.h"

/*
 * The policies, NULL-terminated:
 *
 * compact      on as few nodes as will do, the home first, then the nearest; on each node one CPU
 *              of each core before a second one
 * spread       on all nodes in turn, the home first; second CPUs of cores come last
 * smt          on the second CPUs of cores that have a worker, before cores that have none
 * same-node    as compact, but on the home only
 * remote-node  as compact, but on the node with CPUs that is farthest from home, and no other
 * all          on any CPU, and not on one for long: the scheduler moves it
 */
extern const char *const place_policies[];

/* Words for the home, and for the memory's node, that may stand instead of a number. */
extern const char *const place_homes[];
extern const char *const place_memories[];

/* No node is asked for: the kernel takes what is near to who touches a page first. */
enum {
	PLACE_FIRST_TOUCH = -1
};

/*
 * What is left of the machine while workers are placed.
 *
 * @home:  the node's place among those of @topo
 * @taken: for each CPU, whether it has a worker
 * @busy:  for each core, how many of its CPUs have
 * @crowd: for each node, how many of the workers that are being placed it has
 */
struct places {
	const struct topo *topo;
	size_t home;
	bool *taken;
	unsigned int *busy, *crowd;
};

/*
 * @home: "first", the first node with CPUs, or the kernel's number of a node. 0, or -errno with a
 * sentence: -ENOTSUP (skipped) when it has no CPU to use.
 */
int places_open(struct places *places, const struct topo *topo, const char *home);
void places_close(struct places *places);

/*
 * Gives each of @count workers a CPU, by the kernel's number, in @cpus; -1 for any CPU. No CPU is
 * given twice. @axis=@policy stands in the sentence. 0, or -errno with a sentence: -ENOTSUP (skipped)
 * when the machine has no such CPUs left.
 */
int places_take(struct places *places, const char *axis, const char *policy, size_t count,
		int *cpus);

/*
 * The node, by the kernel's number, for the memory of a worker on @cpu (the kernel's number or
 * -1), in *@node. @memory is "first-touch"; "local": the worker's own; "home"; "remote": the one with
 * memory that is farthest from the worker's; or a node's number. Who runs on any CPU is taken
 * to be at home. 0, or -errno with a sentence: -ENOTSUP (skipped) when there is no such memory.
 */
int places_memory(const struct places *places, const char *memory, int cpu, int *node);

#endif
