/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * An open loop: operations begin at a fixed rate, whatever the ones before took, and their time is
 * counted from when they should have begun. What waits behind a slow one is then slow as well; a
 * closed loop would not have begun it, and leaves it out (G. Tene's "coordinated omission").
 */
#ifndef BENCH_LOOP_OPEN_LOOP_H
#define BENCH_LOOP_OPEN_LOOP_H

#include "bench/results/record.h"
#include "worker.h"

/* Gives the workers that do the operation a rate, in 1/s; 0: none. Before they are started. */
void open_loop_set(struct crew *crew, long long rate, double clock_hz);

/* In the worker: operations at its rate while @phase lasts, without recording. 0 or -errno. */
int open_loop_while(struct worker *w, int phase);

/*
 * In the worker: the same while PHASE_MEASURE lasts, with recording. What was due by then is still
 * done, for at most as long again as the measurement took. 0 or -errno.
 */
int open_loop_timed(struct worker *w);

/*
 * Adds what the schedules of @crew say to @record. When the workers fell so far behind that some
 * operations were never begun, the quantiles of `op` become absent: the longest times are those
 * that are missing.
 */
void open_loop_record(const struct crew *crew, struct record *record);

#endif
