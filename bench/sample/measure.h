/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One sample from the inside, in a process of its own: set-up, warm-up, measurement, cool-down, and
 * what came of it.
 */
#ifndef BENCH_SAMPLE_MEASURE_H
#define BENCH_SAMPLE_MEASURE_H

#include <jansson.h>

#include "sample.h"

struct perf;

/*
 * Measures @point, with @perf around it unless that is NULL, and says it as sample_run() does. NULL when
 * memory is out.
 */
json_t *measure_point(const struct bench *bench, const struct point *point, struct perf *perf);

#endif
