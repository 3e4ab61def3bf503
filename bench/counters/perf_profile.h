/* SPDX-License-Identifier: GPL-2.0-only */
/* Where the CPUs were while perf recorded: the kernel's functions, by how often they were met. */
#ifndef BENCH_COUNTERS_PERF_PROFILE_H
#define BENCH_COUNTERS_PERF_PROFILE_H

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

/* Is there a perf to ask? */
bool perf_profile_tool(void);

/*
 * Adds to @out what `perf report` makes of the recording @path: "samples", "kernel", how many of them were
 * in the kernel, and "symbols", [name, samples] of its functions that were met most; or "absent", why
 * there are none.
 */
void perf_profile_add(json_t *out, const char *path);

/* The same from the text of `perf report --stdio -t TAB -F sample,dso,symbol`. For tests. */
void perf_profile_read(json_t *out, FILE *text);

#endif
