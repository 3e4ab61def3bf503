/* SPDX-License-Identifier: GPL-2.0-only */
/* What other tasks and a hypervisor took of the workers' CPUs, as the kernel counts it. */
#ifndef BENCH_SHOOTDOWNS_CPU_TIME_H
#define BENCH_SHOOTDOWNS_CPU_TIME_H

#include <stdbool.h>
#include <stddef.h>

#include "bench/loop/worker.h"

/* Of some workers together, since they began. */
struct wait_time {
	double ran, waited; /* ns */
	bool known;
};

/*
 * @owners, @watchers: of the workers that do the operation, and of the bystanders
 * @stolen, @all: ticks of all workers' CPUs
 */
struct cpu_time {
	struct wait_time owners, watchers;
	double stolen, all;
	bool steal_known;
};

/* Adds what /proc/PID/task/TID/schedstat holds. False when @text is none. */
bool cpu_time_add_wait(struct wait_time *sum, const char *text);

/*
 * Adds from the text of /proc/stat the ticks of CPU @cpu: all of them, and those that a hypervisor
 * took. False when it is not there.
 */
bool cpu_time_add_ticks(struct cpu_time *time, const char *text, int cpu);

/* The part of the time between that they waited for their CPU; NAN: unknown, or there are none. */
double cpu_time_waited(const struct wait_time *before, const struct wait_time *after);

/* The part of the time between in which a hypervisor did not run the workers' CPUs; NAN: unknown. */
double cpu_time_stolen(const struct cpu_time *before, const struct cpu_time *after);

/* Reads it of all workers of @crew; @room bytes at @buffer are for its use. Nothing allocates. */
void cpu_time_read(struct cpu_time *time, const struct crew *crew, char *buffer, size_t room);

#endif
