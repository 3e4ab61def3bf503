// SPDX-License-Identifier: GPL-2.0-only
#include "measured_machine.h"

#include <hwloc.h>
#include <sched.h>
#include <stdbool.h>

#include "util/file.h"

/* Not this machine, while it has CPUs. */
static struct {
	unsigned int cpus, nodes;
} assumed;

void target_assume(unsigned int cpus, unsigned int nodes)
{
	assumed.cpus = cpus;
	assumed.nodes = nodes;
}

/* On how many CPUs this process may run; the kernel refuses a set that is smaller than its own. */
static size_t count_affinity(size_t most)
{
	size_t size = CPU_ALLOC_SIZE(most), count = 0;
	cpu_set_t *set = CPU_ALLOC(most);

	if (set && !sched_getaffinity(0, size, set))
		count = (size_t)CPU_COUNT_S(size, set);
	CPU_FREE(set);
	return count;
}

size_t target_cpus(void)
{
	enum {
		MOST = 1 << 16
	};
	size_t count = 0;

	if (assumed.cpus)
		return assumed.cpus;
	for (size_t most = CPU_SETSIZE; !count && most <= MOST; most *= 2)
		count = count_affinity(most);
	return count ? count : 1;
}

/* The list that the kernel keeps in @path: "0-3,8"; false where it keeps none. */
static bool read_list(const char *path, hwloc_bitmap_t set)
{
	char line[256];

	return file_line(path, line, sizeof(line)) && !hwloc_bitmap_list_sscanf(set, line) &&
	       !hwloc_bitmap_iszero(set);
}

/* A kernel without NUMA has node 0. */
static size_t read_nodes(const char *path, int nodes[TARGET_NODES])
{
	hwloc_bitmap_t set = hwloc_bitmap_alloc();
	size_t count = 0;

	nodes[0] = 0;
	if (set && read_list(path, set))
		for (int i = hwloc_bitmap_first(set); i >= 0 && count < TARGET_NODES;
		     i = hwloc_bitmap_next(set, i))
			nodes[count++] = i;
	hwloc_bitmap_free(set);
	return count ? count : 1;
}

static size_t list_nodes(const char *path, int nodes[TARGET_NODES])
{
	size_t count = 0;

	if (!assumed.cpus)
		return read_nodes(path, nodes);
	for (; count < assumed.nodes && count < TARGET_NODES; count++)
		nodes[count] = (int)count;
	return count;
}

size_t target_cpu_nodes(int nodes[TARGET_NODES])
{
	return list_nodes("/sys/devices/system/node/has_cpu", nodes);
}

size_t target_memory_nodes(int nodes[TARGET_NODES])
{
	return list_nodes("/sys/devices/system/node/has_memory", nodes);
}
