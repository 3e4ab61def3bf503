// SPDX-License-Identifier: GPL-2.0-only
#include "cpu_policy.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "util/err.h"

enum {
	RANKS = 4
};

/* How well a CPU suits: the ranks are compared in turn, and the lowest is taken. */
struct suit {
	unsigned long rank[RANKS];
};

struct policy {
	const char *name;
	bool (*may)(const struct places *p, const struct topo_cpu *cpu);
	struct suit (*suit)(const struct places *p, const struct topo_cpu *cpu);
	const char *lacks; /* what a machine without such CPUs lacks */
};

const char *const place_homes[] = { "first", NULL };
const char *const place_memories[] = { "first-touch", "local", "home", "remote", NULL };

static unsigned long distance(const struct places *p, const struct topo_cpu *cpu)
{
	return topo_distance(p->topo, p->home, cpu->node);
}

static struct suit suit_compact(const struct places *p, const struct topo_cpu *cpu)
{
	return (struct suit){ { cpu->node != p->home, distance(p, cpu), cpu->node,
				p->busy[cpu->core] } };
}

static struct suit suit_spread(const struct places *p, const struct topo_cpu *cpu)
{
	return (struct suit){ { p->busy[cpu->core], p->crowd[cpu->node], cpu->node != p->home,
				distance(p, cpu) } };
}

static struct suit suit_smt(const struct places *p, const struct topo_cpu *cpu)
{
	return (struct suit){ { !p->busy[cpu->core], cpu->node != p->home, distance(p, cpu),
				cpu->node } };
}

static bool may_any(const struct places *p, const struct topo_cpu *cpu)
{
	(void)p;
	(void)cpu;
	return true;
}

static bool may_home(const struct places *p, const struct topo_cpu *cpu)
{
	return cpu->node == p->home;
}

/* The farthest from @from of the nodes that have what @has looks for; -1 if there is no other. */
static long farthest(const struct topo *topo, size_t from, bool (*has)(const struct topo_node *))
{
	long found = -1;

	for (size_t i = 0; i < topo_nodes(topo); i++) {
		if (i == from || !has(topo_node(topo, i)))
			continue;
		if (found < 0 ||
		    topo_distance(topo, from, i) > topo_distance(topo, from, (size_t)found))
			found = (long)i;
	}
	return found;
}

static bool has_cpus(const struct topo_node *node)
{
	return node->cpus;
}

static bool has_memory(const struct topo_node *node)
{
	return node->memory;
}

static bool may_remote(const struct places *p, const struct topo_cpu *cpu)
{
	return (long)cpu->node == farthest(p->topo, p->home, has_cpus);
}

static bool may_smt(const struct places *p, const struct topo_cpu *cpu)
{
	(void)p;
	return cpu->width > 1;
}

/* Without @suit, no CPU is given. The order is that of place_policies. */
static const struct policy policies[] = {
	{ "compact", may_any, suit_compact, "free CPUs" },
	{ "spread", may_any, suit_spread, "free CPUs" },
	{ "smt", may_smt, suit_smt, "free CPUs of cores with two or more" },
	{ "same-node", may_home, suit_compact, "free CPUs on the home node" },
	{ "remote-node", may_remote, suit_compact, "free CPUs on the farthest other NUMA node" },
	{ "all", NULL, NULL, NULL },
};

const char *const place_policies[] = { "compact",     "spread", "smt", "same-node",
				       "remote-node", "all",    NULL };

static const struct policy *find_policy(const char *name)
{
	for (size_t i = 0; i < sizeof(policies) / sizeof(policies[0]); i++)
		if (!strcmp(policies[i].name, name))
			return &policies[i];
	return NULL;
}

/* The node that the word @number names, or -1 with a sentence. */
static long find_node(const struct topo *topo, const char *axis, const char *number)
{
	long node = isdigit((unsigned char)*number) ? topo_find_node(topo, atoi(number)) : -1;

	if (node < 0)
		err_skipped("%s=%s: there is no such NUMA node here", axis, number);
	return node;
}

static long find_home(const struct topo *topo, const char *home)
{
	/* Not the first node's place: that may be a node of memory, or one that is forbidden. */
	if (!strcmp(home, place_homes[0]))
		return (long)topo_cpu(topo, 0)->node;
	return find_node(topo, "home", home);
}

int places_open(struct places *places, const struct topo *topo, const char *home)
{
	long node = find_home(topo, home);

	if (node < 0)
		return -ENOTSUP;
	if (!topo_node(topo, (size_t)node)->cpus)
		return err_skipped("home=%s: that NUMA node has no CPU that may be used", home);
	*places = (struct places){
		.topo = topo,
		.home = (size_t)node,
		.taken = calloc(topo_cpus(topo), sizeof(*places->taken)),
		.busy = calloc(topo_cores(topo), sizeof(*places->busy)),
		.crowd = calloc(topo_nodes(topo), sizeof(*places->crowd)),
	};
	if (places->taken && places->busy && places->crowd)
		return 0;
	places_close(places);
	return err_memory();
}

void places_close(struct places *places)
{
	free(places->taken);
	free(places->busy);
	free(places->crowd);
}

static bool suits_better(const struct suit *a, const struct suit *b)
{
	for (int i = 0; i < RANKS; i++)
		if (a->rank[i] != b->rank[i])
			return a->rank[i] < b->rank[i];
	return false;
}

/* The free CPU that suits best, the first of equals; -1 if there is none. */
static long take_one(struct places *p, const struct policy *policy)
{
	struct suit best = { { 0 } };
	const struct topo_cpu *cpu;
	long found = -1;

	for (size_t i = 0; i < topo_cpus(p->topo); i++) {
		struct suit suit;

		cpu = topo_cpu(p->topo, i);
		if (p->taken[i] || !policy->may(p, cpu))
			continue;
		suit = policy->suit(p, cpu);
		if (found >= 0 && !suits_better(&suit, &best))
			continue;
		best = suit;
		found = (long)i;
	}
	if (found < 0)
		return -1;
	cpu = topo_cpu(p->topo, (size_t)found);
	p->taken[found] = true;
	p->busy[cpu->core]++;
	p->crowd[cpu->node]++;
	return cpu->os;
}

int places_take(struct places *p, const char *axis, const char *policy, size_t count, int *cpus)
{
	const struct policy *found = find_policy(policy);

	memset(p->crowd, 0, topo_nodes(p->topo) * sizeof(*p->crowd));
	for (size_t i = 0; i < count; i++) {
		cpus[i] = found->suit ? (int)take_one(p, found) : -1;
		if (cpus[i] < 0 && found->suit)
			return err_skipped(
				"%s=%s: %zu workers, but there are %zu %s to pin them to "
				"(%zu CPUs on %zu NUMA nodes may be used)",
				axis, policy, count, i, found->lacks, topo_cpus(p->topo),
				topo_nodes(p->topo));
	}
	return 0;
}

/* The node of the CPU @cpu. */
static size_t node_of(const struct places *p, int cpu)
{
	long i = cpu < 0 ? -1 : topo_find_cpu(p->topo, cpu);

	return i < 0 ? p->home : topo_cpu(p->topo, (size_t)i)->node;
}

static long memory_local(const struct places *p, size_t worker)
{
	(void)p;
	return (long)worker;
}

static long memory_home(const struct places *p, size_t worker)
{
	(void)worker;
	return (long)p->home;
}

static long memory_remote(const struct places *p, size_t worker)
{
	long node = farthest(p->topo, worker, has_memory);

	if (node < 0)
		err_skipped(
			"memory=remote: no other NUMA node than the worker's has memory to use");
	return node;
}

/* In the order of place_memories, without the first. */
static long (*const memories[])(const struct places *p, size_t worker) = {
	memory_local,
	memory_home,
	memory_remote,
};

static long find_memory(const struct places *p, const char *memory, int cpu)
{
	for (size_t i = 0; i < sizeof(memories) / sizeof(memories[0]); i++)
		if (!strcmp(memory, place_memories[i + 1]))
			return memories[i](p, node_of(p, cpu));
	return find_node(p->topo, "memory", memory);
}

int places_memory(const struct places *p, const char *memory, int cpu, int *node)
{
	long found;

	*node = PLACE_FIRST_TOUCH;
	if (!strcmp(memory, place_memories[0]))
		return 0;
	found = find_memory(p, memory, cpu);
	if (found < 0)
		return -ENOTSUP;
	*node = topo_node(p->topo, (size_t)found)->os;
	if (!topo_node(p->topo, (size_t)found)->memory)
		return err_skipped("memory=%s: NUMA node %d has no memory that may be used", memory,
				   *node);
	return 0;
}
