/* SPDX-License-Identifier: GPL-2.0-only */
/* Did the operations make core mm emit what their workload says that they do? */
#ifndef BENCH_SAMPLE_EMISSION_H
#define BENCH_SAMPLE_EMISSION_H

#include "bench/plan/plan.h"
#include "bench/results/record.h"

/* Events that an operation did not cause, in a sample, and that nobody has to wonder at. */
enum {
	EMISSION_STRAYS = 64
};

/*
 * An operation that was timed, but whose invalidation nobody saw, measured something else. Checks
 * the events in @record against those that the workload of @point declares for @operations
 * operations. 0; also where nobody was subscribed who counts. Or -errno with a sentence.
 */
int emission_check(const struct point *point, const struct record *record,
		   unsigned long long operations);

/* What @workload makes core mm emit, as words: "CLEAR per page, UNMAP at times"; "none". */
void emission_describe(const struct workload *workload, char *text, size_t size);

#endif
