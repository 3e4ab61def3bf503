/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A device in step with the operations: before each it uses all pages of the slot, so that an
 * operation meets as many translations as there are pages, and what it takes away has to be faulted
 * in again before the next. What the device loads do meanwhile depends on who is faster; this does not.
 */
#ifndef BENCH_SUBSCRIBER_DEVICE_PREP_H
#define BENCH_SUBSCRIBER_DEVICE_PREP_H

#include "bench/plan/plan.h"
#include "workloads/workload.h"

/*
 * What a worker does between preparing an operation and the operation, by the axis `ready` of @point;
 * NULL for nothing. Its workspace is that of a struct worker, which keeps the time in @ready_hist.
 */
int (*ready_wanted(const struct point *point))(struct workspace *w);

#endif
