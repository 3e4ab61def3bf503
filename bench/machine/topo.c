// SPDX-License-Identifier: GPL-2.0-only
#include "topo.h"

#include <errno.h>
#include <hwloc.h>
#include <hwloc/linux.h>
#include <sched.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include "util/err.h"

/* What the firmware's table (ACPI SLIT) says of a node and itself, and what Linux takes elsewhere. */
enum {
	LOCAL_DISTANCE = 10,
	REMOTE_DISTANCE = 20
};

/* Of a CPU whose node is not found yet. */
#define NO_NODE SIZE_MAX

struct topo {
	hwloc_topology_t hwloc;
	hwloc_bitmap_t usable; /* CPUs that this process may use */
	struct topo_cpu *cpus;
	struct topo_node *nodes;
	unsigned long *distances; /* from row to column */
	size_t cpu_count, core_count, node_count;
};

static size_t count_objects(const struct topo *t, hwloc_obj_type_t type)
{
	int count = hwloc_get_nbobjs_by_type(t->hwloc, type);

	return count > 0 ? (size_t)count : 0;
}

/*
 * The CPUs of a node. hwloc may give a node of memory only the CPUs that are nearest, so the
 * kernel is asked, where this is its machine.
 */
static void read_node_cpus(const struct topo *t, hwloc_obj_t node, hwloc_bitmap_t cpus)
{
	char path[96];

	snprintf(path, sizeof(path), "/sys/devices/system/node/node%u/cpumap", node->os_index);
	if (!hwloc_topology_is_thissystem(t->hwloc) || hwloc_linux_read_path_as_cpumask(path, cpus))
		hwloc_bitmap_copy(cpus, node->cpuset);
}

/* What cgroups, and the affinity that this process was started with, leave. */
static int read_usable(struct topo *t)
{
	hwloc_bitmap_t bound = hwloc_bitmap_alloc();

	t->usable = hwloc_bitmap_dup(hwloc_topology_get_allowed_cpuset(t->hwloc));
	if (!bound || !t->usable) {
		hwloc_bitmap_free(bound);
		return err_memory();
	}
	if (hwloc_topology_is_thissystem(t->hwloc) &&
	    !hwloc_get_cpubind(t->hwloc, bound, HWLOC_CPUBIND_THREAD))
		hwloc_bitmap_and(t->usable, t->usable, bound);
	hwloc_bitmap_free(bound);
	return hwloc_bitmap_iszero(t->usable) ? err_setup("there is no CPU that may be used here")
					      : 0;
}

/* CPUs of a core lie side by side. */
static void read_widths(struct topo *t)
{
	for (size_t first = 0, next; first < t->cpu_count; first = next) {
		for (next = first; next < t->cpu_count; next++)
			if (t->cpus[next].core != t->cpus[first].core)
				break;
		for (size_t i = first; i < next; i++)
			t->cpus[i].width = (unsigned int)(next - first);
	}
}

/* A topology may have no cores: then each CPU is one. */
static void read_cpus(struct topo *t)
{
	hwloc_obj_t pu = NULL, core, last = NULL;

	while ((pu = hwloc_get_next_obj_by_type(t->hwloc, HWLOC_OBJ_PU, pu))) {
		if (!hwloc_bitmap_isset(t->usable, pu->os_index))
			continue;
		core = hwloc_get_ancestor_obj_by_type(t->hwloc, HWLOC_OBJ_CORE, pu) ?: pu;
		t->core_count += core != last;
		last = core;
		t->cpus[t->cpu_count++] = (struct topo_cpu){
			.os = (int)pu->os_index,
			.node = NO_NODE,
			.core = t->core_count - 1,
		};
	}
	read_widths(t);
}

static int read_nodes(struct topo *t)
{
	hwloc_const_bitmap_t allowed = hwloc_topology_get_allowed_nodeset(t->hwloc);
	hwloc_bitmap_t cpus = hwloc_bitmap_alloc();
	hwloc_obj_t node = NULL;

	if (!cpus)
		return err_memory();
	while ((node = hwloc_get_next_obj_by_type(t->hwloc, HWLOC_OBJ_NUMANODE, node))) {
		struct topo_node *n = &t->nodes[t->node_count++];

		n->os = (int)node->os_index;
		n->memory = hwloc_bitmap_isset(allowed, node->os_index) &&
			    node->attr->numanode.local_memory;
		read_node_cpus(t, node, cpus);
		for (size_t i = 0; i < t->cpu_count; i++) {
			if (t->cpus[i].node != NO_NODE ||
			    !hwloc_bitmap_isset(cpus, (unsigned int)t->cpus[i].os))
				continue;
			t->cpus[i].node = t->node_count - 1;
			n->cpus++;
		}
	}
	hwloc_bitmap_free(cpus);
	for (size_t i = 0; i < t->cpu_count; i++)
		if (t->cpus[i].node == NO_NODE)
			return err_setup("CPU %d is on no NUMA node", t->cpus[i].os);
	return 0;
}

static void keep_distances(struct topo *t, const struct hwloc_distances_s *d)
{
	for (unsigned int i = 0; i < d->nbobjs; i++)
		for (unsigned int j = 0; j < d->nbobjs; j++) {
			long from = topo_find_node(t, (int)d->objs[i]->os_index);
			long to = topo_find_node(t, (int)d->objs[j]->os_index);

			if (from >= 0 && to >= 0)
				t->distances[(size_t)from * t->node_count + (size_t)to] =
					d->values[i * d->nbobjs + j];
		}
}

static void read_distances(struct topo *t)
{
	struct hwloc_distances_s *d;
	unsigned int count = 1;

	for (size_t i = 0; i < t->node_count; i++)
		for (size_t j = 0; j < t->node_count; j++)
			t->distances[i * t->node_count + j] =
				i == j ? LOCAL_DISTANCE : REMOTE_DISTANCE;
	if (hwloc_distances_get_by_type(t->hwloc, HWLOC_OBJ_NUMANODE, &count, &d,
					HWLOC_DISTANCES_KIND_MEANS_LATENCY, 0) ||
	    !count)
		return;
	keep_distances(t, d);
	hwloc_distances_release(t->hwloc, d);
}

static int read_all(struct topo *t)
{
	size_t nodes = count_objects(t, HWLOC_OBJ_NUMANODE);
	int ret = read_usable(t);

	if (ret)
		return ret;
	t->cpus = calloc(count_objects(t, HWLOC_OBJ_PU), sizeof(*t->cpus));
	t->nodes = calloc(nodes, sizeof(*t->nodes));
	t->distances = calloc(nodes * nodes, sizeof(*t->distances));
	if (!t->cpus || !t->nodes || !t->distances)
		return err_memory();
	read_cpus(t);
	ret = read_nodes(t);
	if (!ret)
		read_distances(t);
	return ret;
}

int topo_adopt(struct topo **topo, hwloc_topology_t hwloc)
{
	struct topo *t = calloc(1, sizeof(*t));
	int ret;

	if (!t) {
		hwloc_topology_destroy(hwloc);
		return err_memory();
	}
	t->hwloc = hwloc;
	ret = read_all(t);
	if (ret)
		topo_close(t);
	else
		*topo = t;
	return ret;
}

/* CPUs and nodes that a cgroup forbids are read too: the kernel's numbers go on counting them. */
int topo_open(struct topo **topo)
{
	hwloc_topology_t hwloc;

	if (hwloc_topology_init(&hwloc))
		return err_setup("hwloc cannot start: %m");
	hwloc_topology_set_flags(hwloc, HWLOC_TOPOLOGY_FLAG_INCLUDE_DISALLOWED);
	if (hwloc_topology_load(hwloc)) {
		hwloc_topology_destroy(hwloc);
		return err_setup("hwloc cannot read this machine's topology: %m");
	}
	return topo_adopt(topo, hwloc);
}

void topo_close(struct topo *topo)
{
	hwloc_bitmap_free(topo->usable);
	hwloc_topology_destroy(topo->hwloc);
	free(topo->cpus);
	free(topo->nodes);
	free(topo->distances);
	free(topo);
}

size_t topo_cpus(const struct topo *topo)
{
	return topo->cpu_count;
}

size_t topo_cores(const struct topo *topo)
{
	return topo->core_count;
}

size_t topo_nodes(const struct topo *topo)
{
	return topo->node_count;
}

const struct topo_cpu *topo_cpu(const struct topo *topo, size_t i)
{
	return &topo->cpus[i];
}

const struct topo_node *topo_node(const struct topo *topo, size_t i)
{
	return &topo->nodes[i];
}

long topo_find_node(const struct topo *topo, int os)
{
	for (size_t i = 0; i < topo->node_count; i++)
		if (topo->nodes[i].os == os)
			return (long)i;
	return -1;
}

long topo_find_cpu(const struct topo *topo, int os)
{
	for (size_t i = 0; i < topo->cpu_count; i++)
		if (topo->cpus[i].os == os)
			return (long)i;
	return -1;
}

unsigned long topo_distance(const struct topo *topo, size_t from, size_t to)
{
	return topo->distances[from * topo->node_count + to];
}

/* The CPU @os, or, with -1, all that may be used; NULL without memory. */
static hwloc_bitmap_t pin_set(const struct topo *topo, int os)
{
	hwloc_bitmap_t set = hwloc_bitmap_dup(topo->usable);

	if (set && os >= 0)
		hwloc_bitmap_only(set, (unsigned int)os);
	return set;
}

int topo_pin(const struct topo *topo, int os)
{
	hwloc_bitmap_t set = pin_set(topo, os);
	int ret = 0;

	if (!set)
		return -ENOMEM;
	if (hwloc_set_cpubind(topo->hwloc, set, HWLOC_CPUBIND_THREAD | HWLOC_CPUBIND_STRICT))
		ret = -errno;
	hwloc_bitmap_free(set);
	return ret;
}

static void read_cpu(int *cpu, int *node)
{
	unsigned int c, n;

	*cpu = *node = -1;
	if (getcpu(&c, &n))
		return;
	*cpu = (int)c;
	*node = (int)n;
}

/* A list that does not fit ends with dots. */
static void write_list(char list[TOPO_LIST_LEN], hwloc_const_bitmap_t bits)
{
	int len = hwloc_bitmap_list_snprintf(list, TOPO_LIST_LEN, bits);

	if (len >= TOPO_LIST_LEN)
		snprintf(list + TOPO_LIST_LEN - 4, 4, "...");
}

void topo_pin_list(const struct topo *topo, int os, char list[TOPO_LIST_LEN])
{
	hwloc_bitmap_t set = pin_set(topo, os);

	list[0] = '\0';
	if (set)
		write_list(list, set);
	hwloc_bitmap_free(set);
}

void topo_read_place(const struct topo *topo, struct place *place)
{
	hwloc_bitmap_t cpus = hwloc_bitmap_alloc();

	*place = (struct place){ .cpu_after = -1, .node_after = -1 };
	read_cpu(&place->cpu, &place->node);
	if (cpus && !hwloc_get_cpubind(topo->hwloc, cpus, HWLOC_CPUBIND_THREAD))
		write_list(place->cpus, cpus);
	hwloc_bitmap_free(cpus);
}

void topo_read_place_after(struct place *place)
{
	read_cpu(&place->cpu_after, &place->node_after);
}

int topo_read_nodes(const struct topo *topo, const void *address, size_t len,
		    char list[TOPO_LIST_LEN])
{
	size_t most = TOPO_LOOK_PAGES * (size_t)sysconf(_SC_PAGESIZE);
	hwloc_bitmap_t nodes = hwloc_bitmap_alloc();
	int ret = 0;

	list[0] = '\0';
	if (!nodes)
		return -ENOMEM;
	/* move_pages(2) without nodes to move to: it tells where each page is. */
	if (hwloc_get_area_memlocation(topo->hwloc, address, len < most ? len : most, nodes,
				       HWLOC_MEMBIND_BYNODESET))
		ret = -errno;
	else
		write_list(list, nodes);
	hwloc_bitmap_free(nodes);
	return ret;
}
