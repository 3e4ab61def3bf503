/* SPDX-License-Identifier: GPL-2.0-only */
/* Counters as open files of perf_event_open(2), and why one cannot be. */
#ifndef BENCH_COUNTERS_OPEN_H
#define BENCH_COUNTERS_OPEN_H

#include <stdint.h>
#include <sys/types.h>

#include "counters.h"

/* What a group's file says (PERF_FORMAT_GROUP): times in ns, and the counters in the order of opening. */
struct counter_block {
	uint64_t count, enabled, running;
	uint64_t value[COUNTERS];
};

/*
 * Opens @c for the calling thread on any CPU, or with @cpu >= 0 for whoever runs there; in the group of
 * the file @leader, or with -1 as the pinned and disabled leader of one. The file, or -errno with the reason
 * in @why of COUNTER_WHY_LEN bytes.
 */
int counter_open(const struct counter *c, int cpu, int leader, char *why);

/* Could it be opened here and now, alone? Otherwise @c->why is set. */
void counter_try(struct counter *c);

/*
 * What a counter that ran for @running of @enabled ns would have counted in all of that time, rounded.
 * Both above 0, @running not above @enabled.
 */
uint64_t counter_scale(uint64_t value, uint64_t enabled, uint64_t running);

#endif
