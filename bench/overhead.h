/* SPDX-License-Identifier: GPL-2.0-only */
/* What a sample takes beside its phases for each range that it tracks: it is inserted, and removed at the end. */
#ifndef BENCH_OVERHEAD_H
#define BENCH_OVERHEAD_H

#include "plan.h"

/* Seconds for all ranges of all devices at @point, as seen under emulation; 0 where nobody subscribes. */
double overhead_ranges_s(const struct point *point);

/* As many that a busy host makes of it at the most: a sample that takes longer hangs. */
double overhead_ranges_most_s(const struct point *point);

/* The longest that a guest may rightly be silent while it takes a sample of @plan, in seconds. */
double overhead_silent_s(const struct plan *plan);

#endif
