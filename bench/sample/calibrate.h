/* SPDX-License-Identifier: GPL-2.0-only */
/* What the measuring itself costs: the timer, a record, the empty operation. */
#ifndef BENCH_SAMPLE_CALIBRATE_H
#define BENCH_SAMPLE_CALIBRATE_H

#include <jansson.h>

struct bench;

/*
 * Measures, all in ns and by their medians: timer.read (one of many reads in a row), record (one
 * value into a histogram), op.empty (two reads with the empty operation between them) and
 * engine.op (a whole turn of the loop around the empty operation). Sets @bench->empty_ns and
 * gives run.json's "calibration"; NULL with a sentence when the sample of the empty operation
 * fails; without one when it was interrupted or the time budget ended before it did.
 */
json_t *calibrate(struct bench *bench);

#endif
