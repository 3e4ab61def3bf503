/* SPDX-License-Identifier: GPL-2.0-only */
/* The Go benchmark format, which benchstat reads: an independent check of our statistics. */
#ifndef BENCH_RESULTS_GOBENCH_H
#define BENCH_RESULTS_GOBENCH_H

#include <jansson.h>
#include <stdio.h>

/* The configuration lines of @run (run.json). */
void gobench_header(FILE *out, const json_t *run);

/* One line for @sample (of samples.jsonl); nothing when it is not "ok". */
void gobench_line(FILE *out, const json_t *run, const json_t *sample);

#endif
