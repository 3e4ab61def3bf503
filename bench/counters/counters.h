/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a CPU and its kernel count of the measured operations: hardware events, software events and
 * tracepoints, by the name that a user gives. docs/measurement.md has the syntax.
 *
 * Whatever could not be counted is absent with its reason: never 0, and never user space alone where the
 * kernel was asked for.
 */
#ifndef BENCH_COUNTERS_COUNTERS_H
#define BENCH_COUNTERS_COUNTERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	COUNTERS = 16, /* in one run */
	COUNTER_NAME_LEN = 96,
	COUNTER_IS_LEN = 192,
	COUNTER_WHY_LEN = 224
};

/* Who counts: this decides which counters can stand in one group. */
enum counter_kind {
	COUNTER_CPU, /* a counter of the core; a group is on the CPU as a whole or not at all */
	COUNTER_SOFTWARE, /* the kernel's own; always there */
	COUNTER_TRACEPOINT
};

/*
 * @name:    as it was given; its metric is "ctr." and this
 * @is:      what the name resolved to, for people; "" when it did not
 * @why:     why it cannot be counted here; "" when it can
 * @filter:  of a tracepoint, in the kernel's syntax; ""
 * @machine: counted on all CPUs, whoever runs, not in the workers
 */
struct counter {
	char name[COUNTER_NAME_LEN];
	char is[COUNTER_IS_LEN];
	char why[COUNTER_WHY_LEN];
	char filter[COUNTER_NAME_LEN];
	enum counter_kind kind;
	bool user, kernel, machine;
	uint32_t type;      /* as perf_event_attr has these */
	uint64_t config[3]; /* config, config1, config2 */
};

struct counters {
	struct counter counter[COUNTERS];
	size_t count;
};

/*
 * Reads a list of names with commas between into @counters; "" and "none" are an empty one. Nothing is
 * asked of this machine: the run may be another's. 0, or -EINVAL with a sentence that @where begins: a
 * name that no machine has, one that stands twice, too many.
 */
int counters_parse(struct counters *counters, const char *list, const char *where);

/* Does @name look like the metric of a counter, of which suite and command line may tell later? */
bool counters_names_metric(const char *name);

/* Is @name a metric that one of @counters gives? */
bool counters_is_metric(const struct counters *counters, const char *name);

/* Finds out what each is on this machine, and whether it can be opened. */
void counters_resolve(struct counters *counters);

#endif
