// SPDX-License-Identifier: GPL-2.0-only
/* Does each policy give workers the CPUs, and slots the node, that it says, on any kind of machine? */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <hwloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/machine/cpu_policy.h"
#include "util/err.h"

enum {
	WORKERS = 32,
	NODES = 8
};

/* Two packages of two cores with two CPUs each, numbered as Linux does: second CPUs come last. */
#define TWO_NODES   "pack:2 [numa(memory=1073741824)] core:2 pu:2(indexes=0,4,1,5,2,6,3,7)"
#define FOUR_NODES  "pack:4 [numa(memory=1073741824)] core:2 pu:1"
#define EIGHT_NODES "pack:8 [numa(memory=1073741824)] core:2 pu:2"
#define ONE_NODE    "[numa(memory=1073741824)] core:4 pu:1"

/* Four nodes in a ring: the opposite one is farthest. */
static const hwloc_uint64_t ring[4 * 4] = { 10, 20, 30, 20, 20, 10, 20, 30,
					    30, 20, 10, 20, 20, 30, 20, 10 };

/*
 * A machine without symmetry: one core with two CPUs and two with one on node 0; one core on node
 * 1, which has no memory; node 2 is memory only. CPU 5 is offline: it is in no set but the
 * complete one.
 */
#define XML "tests/unit/bench/machine/odd_machine.xml"

/*
 * @is: a synthetic description of hwloc's, or a file of it
 * @cpus, @nodes: the only ones that may be used, as a list; NULL: all
 * @distances: of four nodes; NULL: none are known
 */
struct machine {
	const char *is, *cpus, *nodes;
	const hwloc_uint64_t *distances;
};

static void add_distances(hwloc_topology_t hwloc, const hwloc_uint64_t *values)
{
	hwloc_distances_add_handle_t handle = hwloc_distances_add_create(
		hwloc, "NUMALatency",
		HWLOC_DISTANCES_KIND_FROM_USER | HWLOC_DISTANCES_KIND_MEANS_LATENCY, 0);
	hwloc_uint64_t copy[4 * 4];
	hwloc_obj_t nodes[4];

	for (unsigned int i = 0; i < 4; i++)
		nodes[i] = hwloc_get_obj_by_type(hwloc, HWLOC_OBJ_NUMANODE, i);
	memcpy(copy, values, sizeof(copy));
	assert_int_equal(hwloc_distances_add_values(hwloc, handle, 4, nodes, copy, 0), 0);
	assert_int_equal(hwloc_distances_add_commit(hwloc, handle, 0), 0);
}

static void allow(hwloc_topology_t hwloc, const struct machine *m)
{
	hwloc_bitmap_t cpus = hwloc_bitmap_alloc(), nodes = hwloc_bitmap_alloc();

	if (m->cpus)
		hwloc_bitmap_list_sscanf(cpus, m->cpus);
	if (m->nodes)
		hwloc_bitmap_list_sscanf(nodes, m->nodes);
	assert_int_equal(hwloc_topology_allow(hwloc, m->cpus ? cpus : NULL, m->nodes ? nodes : NULL,
					      HWLOC_ALLOW_FLAG_CUSTOM),
			 0);
	hwloc_bitmap_free(cpus);
	hwloc_bitmap_free(nodes);
}

static struct topo *build(const struct machine *m)
{
	hwloc_topology_t hwloc;
	struct topo *topo;

	err_clear();
	assert_int_equal(hwloc_topology_init(&hwloc), 0);
	hwloc_topology_set_flags(hwloc, HWLOC_TOPOLOGY_FLAG_INCLUDE_DISALLOWED);
	if (!strcmp(m->is, XML))
		assert_int_equal(hwloc_topology_set_xml(hwloc, m->is), 0);
	else
		assert_int_equal(hwloc_topology_set_synthetic(hwloc, m->is), 0);
	assert_int_equal(hwloc_topology_load(hwloc), 0);
	if (m->distances)
		add_distances(hwloc, m->distances);
	if (m->cpus || m->nodes)
		allow(hwloc, m);
	assert_int_equal(topo_adopt(&topo, hwloc), 0);
	return topo;
}

/* The CPUs of @count workers, as "0 1 2". */
static int take(struct places *places, const char *policy, size_t count, char *text)
{
	int cpus[WORKERS];
	int ret = places_take(places, "place", policy, count, cpus);

	*text = '\0';
	for (size_t i = 0; !ret && i < count; i++)
		sprintf(text + strlen(text), "%s%d", i ? " " : "", cpus[i]);
	return ret;
}

/* What each policy gives on a machine where nobody has a CPU yet. */
static const struct {
	struct machine machine;
	const char *home, *policy;
	size_t count;
	const char *cpus; /* or what the sentence has to say */
} first_roles[] = {
	/* Cores before their second CPUs, and the home before the other node. */
	{ { .is = TWO_NODES }, "first", "compact", 8, "0 1 4 5 2 3 6 7" },
	{ { .is = TWO_NODES }, "1", "compact", 5, "2 3 6 7 0" },
	{ { .is = TWO_NODES }, "first", "spread", 8, "0 2 1 3 4 6 5 7" },
	{ { .is = TWO_NODES }, "1", "spread", 3, "2 0 3" },
	{ { .is = TWO_NODES }, "first", "smt", 8, "0 4 1 5 2 6 3 7" },
	{ { .is = TWO_NODES }, "first", "same-node", 4, "0 1 4 5" },
	{ { .is = TWO_NODES }, "1", "remote-node", 4, "0 1 4 5" },
	{ { .is = TWO_NODES }, "first", "all", 3, "-1 -1 -1" },
	{ { .is = TWO_NODES },
	  "first",
	  "same-node",
	  5,
	  "5 workers, but there are 4 free CPUs on the home" },
	{ { .is = TWO_NODES },
	  "first",
	  "remote-node",
	  5,
	  "5 workers, but there are 4 free CPUs on the farthest" },
	{ { .is = TWO_NODES },
	  "first",
	  "spread",
	  9,
	  "9 workers, but there are 8 free CPUs to pin" },
	/* One node: what needs another says so. */
	{ { .is = ONE_NODE }, "first", "compact", 4, "0 1 2 3" },
	{ { .is = ONE_NODE }, "first", "spread", 4, "0 1 2 3" },
	{ { .is = ONE_NODE },
	  "first",
	  "remote-node",
	  1,
	  "there are 0 free CPUs on the farthest other" },
	{ { .is = ONE_NODE }, "first", "smt", 1, "there are 0 free CPUs of cores with two" },
	/* Four nodes: far is what the table says; without one all others are alike. */
	{ { .is = FOUR_NODES, .distances = ring }, "first", "remote-node", 2, "4 5" },
	{ { .is = FOUR_NODES, .distances = ring }, "3", "remote-node", 2, "2 3" },
	{ { .is = FOUR_NODES }, "3", "remote-node", 2, "0 1" },
	{ { .is = FOUR_NODES, .distances = ring }, "first", "compact", 8, "0 1 2 3 6 7 4 5" },
	{ { .is = FOUR_NODES, .distances = ring }, "1", "spread", 5, "2 0 4 6 3" },
	{ { .is = EIGHT_NODES }, "5", "compact", 5, "20 22 21 23 0" },
	{ { .is = EIGHT_NODES }, "first", "spread", 10, "0 4 8 12 16 20 24 28 2 6" },
	/* In a cpuset: what is forbidden is never given, whatever is left of a core or a node. */
	{ { .is = TWO_NODES, .cpus = "1-2,4-5" }, "first", "compact", 4, "4 1 5 2" },
	{ { .is = TWO_NODES, .cpus = "1-2,4-5" }, "first", "smt", 2, "1 5" },
	{ { .is = TWO_NODES, .cpus = "0-3" },
	  "first",
	  "smt",
	  1,
	  "there are 0 free CPUs of cores with two" },
	{ { .is = TWO_NODES, .cpus = "2-3" }, "first", "compact", 2, "2 3" },
	{ { .is = TWO_NODES, .cpus = "2-3" },
	  "first",
	  "remote-node",
	  1,
	  "there are 0 free CPUs on the farthest" },
	{ { .is = FOUR_NODES, .cpus = "0,3-7", .distances = ring },
	  "first",
	  "spread",
	  6,
	  "0 3 6 4 7 5" },
	/* No symmetry. */
	{ { .is = XML }, "first", "compact", 5, "0 1 3 2 4" },
	{ { .is = XML }, "first", "smt", 3, "there are 2 free CPUs of cores with two" },
	{ { .is = XML }, "first", "smt", 2, "1 2" },
	{ { .is = XML }, "first", "spread", 5, "0 4 1 3 2" },
	{ { .is = XML }, "first", "remote-node", 1, "4" },
	{ { .is = XML }, "1", "remote-node", 4, "0 1 3 2" },
};

static void each_policy_gives_its_cpus(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(first_roles) / sizeof(first_roles[0]); i++) {
		struct topo *topo = build(&first_roles[i].machine);
		struct places places;
		char text[256];
		int ret;

		assert_int_equal(places_open(&places, topo, first_roles[i].home), 0);
		ret = take(&places, first_roles[i].policy, first_roles[i].count, text);
		if (ret) {
			assert_int_equal(err_exit_code(), EXIT_SKIPPED);
			if (!strstr(err_text(), first_roles[i].cpus))
				fail_msg("row %zu: '%s' does not say '%s'", i, err_text(),
					 first_roles[i].cpus);
		} else if (strcmp(text, first_roles[i].cpus)) {
			fail_msg("row %zu: %s from %s gives CPUs %s instead of %s", i,
				 first_roles[i].policy, first_roles[i].home, text,
				 first_roles[i].cpus);
		}
		err_clear();
		places_close(&places);
		topo_close(topo);
	}
}

/* A second role takes what the first has left, by a policy of its own. */
static const struct {
	struct machine machine;
	const char *first;
	size_t first_count;
	const char *second;
	size_t second_count;
	const char *cpus;
} second_roles[] = {
	{ { .is = TWO_NODES }, "compact", 1, "compact", 2, "1 4" },
	{ { .is = TWO_NODES }, "compact", 2, "smt", 2, "4 5" },
	{ { .is = TWO_NODES }, "remote-node", 2, "smt", 2, "6 7" },
	{ { .is = TWO_NODES }, "compact", 1, "remote-node", 2, "2 3" },
	{ { .is = TWO_NODES }, "remote-node", 1, "same-node", 2, "0 1" },
	{ { .is = TWO_NODES }, "spread", 2, "spread", 4, "1 3 4 6" },
	{ { .is = TWO_NODES }, "all", 4, "compact", 2, "0 1" },
	{ { .is = TWO_NODES }, "compact", 4, "same-node", 1, "there are 0 free CPUs on the home" },
	{ { .is = XML }, "compact", 1, "smt", 1, "1" },
	{ { .is = XML }, "compact", 2, "smt", 1, "2" },
};

static void roles_are_placed_apart(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(second_roles) / sizeof(second_roles[0]); i++) {
		struct topo *topo = build(&second_roles[i].machine);
		struct places places;
		char text[256];

		assert_int_equal(places_open(&places, topo, "first"), 0);
		assert_int_equal(
			take(&places, second_roles[i].first, second_roles[i].first_count, text), 0);
		if (take(&places, second_roles[i].second, second_roles[i].second_count, text))
			snprintf(text, sizeof(text), "%s", err_text());
		if (!strstr(text, second_roles[i].cpus))
			fail_msg("row %zu: %s instead of %s", i, text, second_roles[i].cpus);
		err_clear();
		places_close(&places);
		topo_close(topo);
	}
}

static const struct {
	struct machine machine;
	const char *home, *memory;
	int cpu, node;
	const char *sentence;
} memory_cases[] = {
	{ { .is = TWO_NODES }, "first", "first-touch", 0, -1, NULL },
	{ { .is = TWO_NODES }, "first", "local", 3, 1, NULL },
	{ { .is = TWO_NODES }, "1", "local", -1, 1, NULL },
	{ { .is = TWO_NODES }, "first", "home", 3, 0, NULL },
	{ { .is = TWO_NODES }, "first", "remote", 3, 0, NULL },
	{ { .is = TWO_NODES }, "first", "remote", 0, 1, NULL },
	{ { .is = TWO_NODES }, "first", "1", 0, 1, NULL },
	{ { .is = TWO_NODES }, "first", "2", 0, 0, "memory=2: there is no such NUMA node" },
	{ { .is = ONE_NODE }, "first", "local", 0, 0, NULL },
	{ { .is = ONE_NODE }, "first", "remote", 0, 0, "memory=remote: no other NUMA node" },
	{ { .is = FOUR_NODES, .distances = ring }, "first", "remote", 6, 1, NULL },
	{ { .is = FOUR_NODES, .distances = ring, .nodes = "0-2" }, "first", "remote", 2, 0, NULL },
	{ { .is = FOUR_NODES, .distances = ring, .nodes = "0-2" },
	  "first",
	  "3",
	  2,
	  0,
	  "NUMA node 3 has no memory" },
	{ { .is = XML }, "first", "remote", 0, 2, NULL },
	{ { .is = XML }, "first", "2", 0, 2, NULL },
	{ { .is = XML }, "first", "local", 4, 0, "NUMA node 1 has no memory" },
	{ { .is = XML }, "first", "1", 0, 0, "NUMA node 1 has no memory" },
};

static void memory_lies_where_it_is_asked_for(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(memory_cases) / sizeof(memory_cases[0]); i++) {
		struct topo *topo = build(&memory_cases[i].machine);
		struct places places;
		int node, ret;

		assert_int_equal(places_open(&places, topo, memory_cases[i].home), 0);
		ret = places_memory(&places, memory_cases[i].memory, memory_cases[i].cpu, &node);
		if (memory_cases[i].sentence) {
			if (!ret || !strstr(err_text(), memory_cases[i].sentence))
				fail_msg("row %zu: '%s'", i, err_text());
		} else if (ret || node != memory_cases[i].node) {
			fail_msg("row %zu: node %d instead of %d: %s", i, node,
				 memory_cases[i].node, err_text());
		}
		err_clear();
		places_close(&places);
		topo_close(topo);
	}
}

static void a_home_needs_cpus(void **state)
{
	static const struct {
		struct machine machine;
		const char *home, *sentence;
	} cases[] = {
		{ { .is = TWO_NODES }, "2", "home=2: there is no such NUMA node" },
		{ { .is = XML }, "2", "home=2: that NUMA node has no CPU" },
		{ { .is = TWO_NODES, .cpus = "2-3" }, "0", "home=0: that NUMA node has no CPU" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct topo *topo = build(&cases[i].machine);
		struct places places;

		assert_true(places_open(&places, topo, cases[i].home) < 0);
		assert_int_equal(err_exit_code(), EXIT_SKIPPED);
		assert_non_null(strstr(err_text(), cases[i].sentence));
		err_clear();
		topo_close(topo);
	}
}

/* What a policy is called in a suite, and in the table of policies. */
static void each_word_is_known(void **state)
{
	struct topo *topo = build(&(struct machine){ .is = TWO_NODES });
	char text[64];

	(void)state;
	for (size_t i = 0; place_policies[i]; i++) {
		struct places places;

		assert_int_equal(places_open(&places, topo, place_homes[0]), 0);
		assert_int_equal(take(&places, place_policies[i], 1, text), 0);
		places_close(&places);
	}
	for (size_t i = 0; place_memories[i]; i++) {
		struct places places;
		int node;

		assert_int_equal(places_open(&places, topo, place_homes[0]), 0);
		assert_int_equal(places_memory(&places, place_memories[i], 0, &node), 0);
		places_close(&places);
	}
	topo_close(topo);
}

static void the_machine_is_read(void **state)
{
	struct topo *topo = build(&(struct machine){ .is = XML });

	(void)state;
	assert_int_equal(topo_cpus(topo), 5);
	assert_int_equal(topo_cores(topo), 4);
	assert_int_equal(topo_nodes(topo), 3);
	assert_int_equal(topo_find_cpu(topo, 5), -1); /* offline */
	assert_int_equal(topo_node(topo, (size_t)topo_find_node(topo, 0))->cpus, 4);
	assert_int_equal(topo_node(topo, (size_t)topo_find_node(topo, 2))->cpus, 0);
	assert_true(topo_node(topo, (size_t)topo_find_node(topo, 2))->memory);
	assert_false(topo_node(topo, (size_t)topo_find_node(topo, 1))->memory);
	topo_close(topo);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_machine_is_read),
		cmocka_unit_test(each_policy_gives_its_cpus),
		cmocka_unit_test(roles_are_placed_apart),
		cmocka_unit_test(memory_lies_where_it_is_asked_for),
		cmocka_unit_test(a_home_needs_cpus),
		cmocka_unit_test(each_word_is_known),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
