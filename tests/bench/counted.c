// SPDX-License-Identifier: GPL-2.0-only
/*
 * What do open counters cost the operation that they count? The measured loop with a group that counts
 * against the same loop without one, in per cent; and the loop against itself, which is the noise of this
 * figure. Nothing is judged: the counters are the kernel's.
 *
 *   bench_counted [LIST]    counters as for `shootdown run --counters`
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "bench/counters/group.h"
#include "bench/loop/worker.h"
#include "loghist.h"
#include "stats/stats.h"
#include "util/err.h"

enum {
	ROUNDS = 401,
	TURNS = 200,
	PAGES = 512
};

static struct loghist hist;

static double median(double *values)
{
	return stats_sort(values, ROUNDS) ? NAN : stats_median(values, ROUNDS);
}

static double turn(const struct workload *load, struct workspace *space)
{
	return worker_turn_cycles(load, space, &hist, TURNS);
}

/* Three loops in turn; the median of each round's ratios. */
static void compare(const struct workload *load, struct workspace *space,
		    struct counter_group *group)
{
	double counted[ROUNDS], again[ROUNDS];

	for (int i = 0; i < ROUNDS; i++) {
		double bare = turn(load, space);

		again[i] = turn(load, space) / bare - 1;
		counter_group_start(group);
		counted[i] = turn(load, space) / bare - 1;
		counter_group_stop(group);
	}
	printf("%-12s %+6.1f %% counted, %+6.1f %% against itself\n", load->name,
	       100 * median(counted), 100 * median(again));
}

static void compare_load(const char *name, struct counter_group *group)
{
	const struct workload *load = workload_find(name);
	struct workspace space = { .page_size = (size_t)sysconf(_SC_PAGESIZE), .node = -1 };
	struct slot_stamps stamps = { 0 };

	space.len = PAGES * space.page_size;
	space.stamps = &stamps;
	space.slot = mmap(NULL, space.len, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (space.slot == MAP_FAILED || (load->init && load->init(&space)))
		return;
	compare(load, &space, group);
	if (load->fini)
		load->fini(&space);
	munmap(space.slot, space.len);
}

int main(int argc, char **argv)
{
	static const char *const loads[] = { "null", "tlb_flush1", "tlb_flush2" };
	static struct counters counters;
	struct counter_group *group;

	if (counters_parse(&counters, argc > 1 ? argv[1] : "page-faults,context-switches",
			   "counters"))
		return (int)err_report();
	counters_resolve(&counters);
	for (size_t i = 0; i < counters.count; i++)
		printf("%s: %s%s\n", counters.counter[i].name, counters.counter[i].is,
		       counters.counter[i].why);
	group = counter_group_open(&counters);
	for (size_t i = 0; i < sizeof(loads) / sizeof(loads[0]); i++)
		compare_load(loads[i], group);
	counter_group_close(group);
	return 0;
}
