/* SPDX-License-Identifier: GPL-2.0-only */
/* What the counters of a sample's workers say, as metrics. */
#ifndef BENCH_COUNTERS_TOTALS_H
#define BENCH_COUNTERS_TOTALS_H

#include <jansson.h>

#include "bench/loop/worker.h"
#include "bench/results/record.h"

/* Of those who do the operation, and of bystanders; for each counter a metric, or why there is none. */
void counters_record(const struct crew *crew, const struct counters *counters,
		     struct record *record);

/* Adds the metrics that @counters give to those of run.json. */
void counters_metrics(const struct counters *counters, json_t *metrics);

/* What each is on this machine, for run.json. */
json_t *counters_describe(const struct counters *counters);

#endif
