/* SPDX-License-Identifier: GPL-2.0-only */
/* What a sample takes beside its phases: for itself, for each range, each worker and each page. */
#ifndef BENCH_PLAN_COST_H
#define BENCH_PLAN_COST_H

#include "plan.h"

/*
 * Seconds of a sample of @point beside its phases, as seen under emulation, where they are most; of ranges
 * those of all devices, and none where nobody subscribes.
 */
double overhead_s(const struct point *point);

/*
 * As many that a busy host, with fewer CPUs than the machine that is measured, makes of it at the most, for
 * ranges, pages, slow workloads and workers: a sample that takes longer hangs.
 */
double overhead_most_s(const struct point *point);

/* The longest that a guest may rightly be silent while it takes a sample of @plan, in seconds. */
double overhead_silent_s(const struct plan *plan);

#endif
