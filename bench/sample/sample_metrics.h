/* SPDX-License-Identifier: GPL-2.0-only */
/* What the workers of a sample counted and timed, as the figures of its record. */
#ifndef BENCH_SAMPLE_SAMPLE_METRICS_H
#define BENCH_SAMPLE_SAMPLE_METRICS_H

#include "bench/loop/worker.h"
#include "bench/results/record.h"
#include "sample.h"

/* Operations since the probes were reset. */
unsigned long long figures_operations(const struct crew *crew);

/*
 * Adds the times of operations and of what went on beside them. 0, or -errno with a sentence: too
 * few operations had something to do.
 */
int figures_record(const struct bench *bench, const struct point *point, const struct crew *crew,
		   struct record *record);

/* Once the probes are in @record: what they counted, for each operation. */
void figures_per_operation(const struct crew *crew, struct record *record);

#endif
