/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A bystander's loop: turns that all take as long, and a look at the clock after each. A turn that
 * took far longer than usual is a gap: something else had the CPU, as an interrupt that flushes its
 * TLB for another thread of the address space.
 */
#ifndef BENCH_LOOP_BYSTANDER_H
#define BENCH_LOOP_BYSTANDER_H

#include "bench/results/record.h"
#include "worker.h"

/*
 * In the worker, while @phase lasts, without recording; in PHASE_WARM, for at least a few hundred
 * turns, it learns how long a turn is. 0 or -errno.
 */
int bystander_while(struct worker *w, int phase);

/* In the worker, while PHASE_MEASURE lasts: its gaps go into @w->hist. 0 or -errno. */
int bystander_timed(struct worker *w);

/* Adds what the bystanders of @crew met to @record, or that there was none. */
void bystander_record(const struct crew *crew, struct record *record);

#endif
