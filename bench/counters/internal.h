/* SPDX-License-Identifier: GPL-2.0-only */
/* What the parts of the counters, counters*.c, share. */
#ifndef BENCH_COUNTERS_INTERNAL_H
#define BENCH_COUNTERS_INTERNAL_H

#include "counters.h"

/* Where events are looked up; tests have places of their own. */
struct counter_world {
	const char *pmus; /* folder of PMUs, as /sys/bus/event_source/devices */
	int tracing;      /* folder of tracefs; -1: none, and why not */
	char why_not[COUNTER_WHY_LEN];
	char cpu[64]; /* vendor and family, as "AuthenticAMD-26"; "" where /proc/cpuinfo has none */
};

void counter_world_open(struct counter_world *world);
void counter_world_close(struct counter_world *world);

/* The @i-th alias; NULL past the end. */
struct counter_alias {
	const char *name, *help;
};
const struct counter_alias *counter_alias_at(size_t i);

/*
 * The @i-th event that may stand for @alias on the CPU of @world, the best first, those of other CPUs
 * left out; NULL past the end.
 */
const char *counter_candidate(const struct counter_world *world, const char *alias, size_t i);

/* The @i-th software event; NULL past the end. @apart: it can tell user from kernel. */
struct counter_software {
	const char *name;
	uint64_t config;
	bool apart;
	const char *help;
};
const struct counter_software *counter_software_at(size_t i);

/* What a name may be; each is tried in the order of the table in counters.c. */
bool counter_is_pmu(const char *name);        /* PMU/TERMS/ */
bool counter_is_tracepoint(const char *name); /* SYSTEM:EVENT or SYSTEM:EVENT/FILTER/ */

/*
 * Each encodes @name, without its suffix, into @c: kind, type, config, filter and `is`, or `why` it is
 * not to be had here.
 */
void counter_encode_pmu(const struct counter_world *world, const char *name, struct counter *c);
void counter_encode_tracepoint(const struct counter_world *world, const char *name,
			       struct counter *c);
void counter_encode_pfm(const struct counter_world *world, const char *name, struct counter *c);

/* Does libpfm4 have @name in the table of any CPU? */
bool counter_pfm_knows(const char *name);

/* The CPU's table in libpfm4: its name, or NULL when there is none. Valid until the next call. */
const char *counter_pfm_cpu(void);

/* counters_resolve() in @world, without a trial. */
void counters_encode(const struct counter_world *world, struct counters *counters);

/* Keeps the first reason. */
void counter_lacks(struct counter *c, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

#endif
