// SPDX-License-Identifier: GPL-2.0-only
#include "topo.h"

#include <errno.h>
#include <hwloc.h>
#include <sched.h>
#include <stdlib.h>

#include "util/err.h"

struct topo {
	hwloc_topology_t hwloc;
};

int topo_open(struct topo **topo)
{
	struct topo *t = calloc(1, sizeof(*t));

	if (!t)
		return err_memory();
	if (hwloc_topology_init(&t->hwloc)) {
		free(t);
		return err_setup("hwloc cannot start: %m");
	}
	if (hwloc_topology_load(t->hwloc)) {
		err_setup("hwloc cannot read this machine's topology: %m");
		topo_close(t);
		return -ENODEV;
	}
	*topo = t;
	return 0;
}

void topo_close(struct topo *topo)
{
	hwloc_topology_destroy(topo->hwloc);
	free(topo);
}

size_t topo_cpus(const struct topo *topo)
{
	return (size_t)hwloc_get_nbobjs_by_type(topo->hwloc, HWLOC_OBJ_PU);
}

size_t topo_nodes(const struct topo *topo)
{
	return (size_t)hwloc_get_nbobjs_by_type(topo->hwloc, HWLOC_OBJ_NUMANODE);
}

int topo_pin(const struct topo *topo, size_t index)
{
	hwloc_obj_t pu = hwloc_get_obj_by_type(topo->hwloc, HWLOC_OBJ_PU, (unsigned int)index);

	if (!pu)
		return -ENODEV;
	return hwloc_set_cpubind(topo->hwloc, pu->cpuset,
				 HWLOC_CPUBIND_THREAD | HWLOC_CPUBIND_STRICT)
		       ? -errno
		       : 0;
}

int topo_cpu_now(void)
{
	return sched_getcpu();
}

int topo_node_of(const struct topo *topo, int cpu)
{
	hwloc_obj_t pu =
		cpu < 0 ? NULL : hwloc_get_pu_obj_by_os_index(topo->hwloc, (unsigned int)cpu);

	return pu && pu->nodeset ? hwloc_bitmap_first(pu->nodeset) : -1;
}

int topo_memory_node(const struct topo *topo, const void *address)
{
	hwloc_bitmap_t nodes = hwloc_bitmap_alloc();
	int node = -1;

	if (nodes &&
	    !hwloc_get_area_memlocation(topo->hwloc, address, 1, nodes, HWLOC_MEMBIND_BYNODESET))
		node = hwloc_bitmap_first(nodes);
	hwloc_bitmap_free(nodes);
	return node;
}
