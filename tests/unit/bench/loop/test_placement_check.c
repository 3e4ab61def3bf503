// SPDX-License-Identifier: GPL-2.0-only
/* Does a sample fail when the kernel says that a worker or its memory was elsewhere? */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <hwloc.h>
#include <stdio.h>
#include <string.h>

#include "bench/loop/placement_check.h"
#include "util/err.h"

static struct topo *topo;

/* A worker on CPU 2 of node 1, with the memory of its slot on node 0; all as it was asked for. */
static const struct worker well_placed = {
	.index = 0,
	.cpu = 2,
	.policy = "compact",
	.role = "invalidator",
	.owner = true,
	.space = { .node = 0 },
	.place = { .cpu = 2,
		   .cpu_after = 2,
		   .node = 1,
		   .node_after = 1,
		   .cpus = "2",
		   .memory_nodes = "1",
		   .slot_nodes = "0",
		   .slot_nodes_after = "0" },
};

static void check(struct worker *w, const char *sentence)
{
	const struct crew crew = { .topo = topo, .workers = w, .count = 1 };
	int ret;

	err_clear();
	ret = placement_check(&crew);
	if (!sentence) {
		if (ret)
			fail_msg("%s", err_text());
		return;
	}
	assert_true(ret < 0);
	assert_int_equal(err_exit_code(), EXIT_UNTRUSTED);
	if (!strstr(err_text(), sentence))
		fail_msg("'%s' does not say '%s'", err_text(), sentence);
	err_clear();
}

static void what_was_asked_for_passes(void **state)
{
	struct worker w = well_placed;

	(void)state;
	check(&w, NULL);
	/* Pages that are there at one end only, and a worker that may run on any CPU. */
	w.place.slot_nodes[0] = '\0';
	check(&w, NULL);
	w.cpu = -1;
	strcpy(w.place.cpus, "0-3");
	w.place.cpu_after = 0;
	w.place.node_after = 0;
	check(&w, NULL);
	/* Nothing was asked of its memory. */
	w.space.node = -1;
	strcpy(w.place.slot_nodes_after, "0-1");
	check(&w, NULL);
}

static void a_worker_elsewhere_fails(void **state)
{
	struct worker w = well_placed;

	(void)state;
	strcpy(w.place.cpus, "2-3");
	check(&w, "was given CPU 2, but may run on CPU '2-3'");
	w = well_placed;
	w.place.cpus[0] = '\0'; /* could not be read */
	check(&w, "was given CPU 2, but may run on CPU ''");
	w = well_placed;
	w.place.cpu = 3;
	check(&w, "began on CPU 3");
	w = well_placed;
	w.place.cpu_after = 3;
	check(&w, "ended on CPU 3");
	w = well_placed;
	w.place.node = 0;
	check(&w, "CPU 2 is on NUMA node 1, but the kernel says 0");
	w = well_placed;
	w.cpu = -1;
	check(&w, "was given CPU 0-3, but may run on CPU '2'");
}

static void memory_elsewhere_fails(void **state)
{
	struct worker w = well_placed;

	(void)state;
	strcpy(w.place.slot_nodes, "1");
	check(&w, "bound to NUMA node 0, but lay on '1'");
	w = well_placed;
	strcpy(w.place.slot_nodes_after, "0-1");
	check(&w, "and on '0-1' at the end");
	w = well_placed;
	w.place.slot_nodes[0] = '\0';
	w.place.slot_nodes_after[0] = '\0';
	check(&w, "no page of it was there");
}

static void the_map_is_told(void **state)
{
	struct worker w = well_placed;
	const struct crew crew = { .topo = topo, .workers = &w, .count = 1 };
	json_t *map = placement_describe(&crew), *want;

	(void)state;
	want = json_loads("[{\"worker\":0,\"role\":\"invalidator\",\"policy\":\"compact\","
			  "\"cpu\":2,\"cpu_after\":2,\"node\":1,\"node_after\":1,\"cpus\":\"2\","
			  "\"memory\":\"1\",\"slot\":\"0\",\"slot_after\":\"0\",\"slot_asked\":0}]",
			  0, NULL);
	assert_true(json_equal(map, want));
	json_decref(map);
	json_decref(want);
}

static int build(void **state)
{
	hwloc_topology_t hwloc;

	(void)state;
	hwloc_topology_init(&hwloc);
	hwloc_topology_set_synthetic(hwloc, "pack:2 [numa(memory=1073741824)] core:2 pu:1");
	return hwloc_topology_load(hwloc) ? -1 : topo_adopt(&topo, hwloc);
}

static int tear_down(void **state)
{
	(void)state;
	topo_close(topo);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_asked_for_passes),
		cmocka_unit_test(a_worker_elsewhere_fails),
		cmocka_unit_test(memory_elsewhere_fails),
		cmocka_unit_test(the_map_is_told),
	};

	return cmocka_run_group_tests(tests, build, tear_down);
}
