/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What others count of the shootdowns of a sample, on the whole machine: the rows TLB and CAL of
 * /proc/interrupts, and counters with :a; and what else ran on the workers' CPUs meanwhile. It is read while
 * all workers stand still, when the probes are reset and when they are read.
 */
#ifndef BENCH_SHOOTDOWNS_SHOOTDOWN_COUNT_H
#define BENCH_SHOOTDOWNS_SHOOTDOWN_COUNT_H

#include "bench/counters/counters.h"
#include "bench/loop/worker.h"
#include "bench/results/record.h"

struct witness;

/*
 * Makes ready; from then on the counters of @counters with :a count, which may be NULL. Afterwards
 * nothing allocates, for each page that comes or goes is an event. NULL: no memory.
 */
struct witness *witness_open(const struct counters *counters);

/*
 * Both with all workers of @crew standing still, and before any of them was told to end. A NULL @witness is
 * fine.
 */
void witness_begin(struct witness *witness, const struct crew *crew);
void witness_end(struct witness *witness, const struct crew *crew);

/*
 * Adds to @record what came between, as counts for each of @operations, and on whose CPUs; what else ran on
 * the workers' CPUs; and whether the sources agree, with a note where they do not. It comes after what
 * the workers have counted themselves.
 */
void witness_record(const struct witness *witness, const struct crew *crew, struct record *record,
		    unsigned long long operations);

void witness_close(struct witness *witness);

#endif
