// SPDX-License-Identifier: GPL-2.0-only
#include "placement_check.h"

#include <stdio.h>
#include <string.h>

#include "util/err.h"

static json_t *describe_worker(const struct worker *w)
{
	const struct place *p = &w->place;
	json_t *out = json_pack("{s:i, s:s, s:s, s:i, s:i, s:i, s:i, s:s, s:s}", "worker",
				(int)w->index, "role", w->role, "policy", w->policy, "cpu", p->cpu,
				"cpu_after", p->cpu_after, "node", p->node, "node_after",
				p->node_after, "cpus", p->cpus, "memory", p->memory_nodes);

	if (!w->owner)
		return out;
	json_object_set_new(out, "slot", json_string(p->slot_nodes));
	json_object_set_new(out, "slot_after", json_string(p->slot_nodes_after));
	if (w->space.thp) {
		json_object_set_new(out, "slot_huge", json_integer((json_int_t)p->slot_huge));
		json_object_set_new(out, "slot_huge_after",
				    json_integer((json_int_t)p->slot_huge_after));
	}
	if (w->space.node >= 0)
		json_object_set_new(out, "slot_asked", json_integer(w->space.node));
	return out;
}

json_t *placement_describe(const struct crew *crew)
{
	json_t *all = json_array();

	for (size_t i = 0; i < crew->count; i++)
		json_array_append_new(all, describe_worker(&crew->workers[i]));
	return all;
}

/* On the CPU alone that it was given, at both ends, and that CPU is on the node that we think. */
static int check_cpu(const struct topo *topo, const struct worker *w)
{
	const struct place *p = &w->place;
	char asked[TOPO_LIST_LEN];
	int node;

	topo_pin_list(topo, w->cpu, asked);
	if (strcmp(p->cpus, asked))
		return err_untrusted("worker %zu (%s) was given CPU %s, but may run on CPU '%s'",
				     w->index, w->role, asked, p->cpus);
	if (w->cpu < 0)
		return 0;
	if (p->cpu != w->cpu || p->cpu_after != w->cpu)
		return err_untrusted("worker %zu (%s) was pinned to CPU %d, but began on CPU %d "
				     "and ended on CPU %d",
				     w->index, w->role, w->cpu, p->cpu, p->cpu_after);
	node = topo_node(topo, topo_cpu(topo, (size_t)topo_find_cpu(topo, w->cpu))->node)->os;
	if (p->node != node || p->node_after != node)
		return err_untrusted("worker %zu (%s): CPU %d is on NUMA node %d, but the kernel "
				     "says %d, and %d at the end",
				     w->index, w->role, w->cpu, node, p->node, p->node_after);
	return 0;
}

/* All pages that were found, before and after, on the node that was asked for; and some were. */
static int check_slot(const struct worker *w)
{
	const struct place *p = &w->place;
	char asked[TOPO_LIST_LEN];

	if (!w->owner || w->space.node < 0)
		return 0;
	snprintf(asked, sizeof(asked), "%d", w->space.node);
	if (!*p->slot_nodes && !*p->slot_nodes_after)
		return err_untrusted("worker %zu: its slot's memory was bound to NUMA node %s, but "
				     "no page of it was there to be looked at",
				     w->index, asked);
	if ((*p->slot_nodes && strcmp(p->slot_nodes, asked)) ||
	    (*p->slot_nodes_after && strcmp(p->slot_nodes_after, asked)))
		return err_untrusted("worker %zu: its slot's memory was bound to NUMA node %s, but "
				     "lay on '%s', and on '%s' at the end",
				     w->index, asked, p->slot_nodes, p->slot_nodes_after);
	return 0;
}

int placement_check(const struct crew *crew)
{
	int ret = 0;

	for (size_t i = 0; !ret && i < crew->count; i++) {
		ret = check_cpu(crew->topo, &crew->workers[i]);
		if (!ret)
			ret = check_slot(&crew->workers[i]);
	}
	return ret;
}
