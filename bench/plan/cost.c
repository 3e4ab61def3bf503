// SPDX-License-Identifier: GPL-2.0-only
#include "cost.h"

#include <math.h>
#include <string.h>

/*
 * In QEMU TCG, on a host that does nothing else: fork, attach, reset and tear-down of a sample with one worker;
 * one more worker; a page of a slot, which is filled, copied by fork() and freed; a range, inserted and removed.
 */
static const double sample_s = 0.15, worker_s = 0.06, page_s = 200e-6, range_s = 20e-6;

/* A busy host with fewer CPUs than the machine makes ten times that of a range, a page, and what is slow in itself. */
static const double busy = 10;

/* Until a worker has started, met all others at each gate and ended: 64 virtual CPUs on 2 real ones took a minute. */
static const double worker_most_s = 4;

static double ranges_of(const struct point *point)
{
	if (!strcmp(point_value(point, "variant")->text, "none"))
		return 0;
	return (double)point_value(point, "ranges")->count *
	       (double)point_value(point, "devices")->count;
}

static double workers_of(const struct point *point)
{
	double count = 0;

	for (size_t i = 0; i < point->count; i++)
		if (point->params[i]->of == OF_CPUS)
			count += (double)point->values[i].count;
	return count;
}

static double pages_of(const struct point *point)
{
	return (double)point_value(point, "pages")->count *
	       (double)point_value(point, "threads")->count;
}

double overhead_s(const struct point *point)
{
	return sample_s + worker_s * (workers_of(point) - 1) + page_s * pages_of(point) +
	       range_s * ranges_of(point) + 1e-3 * point->workload->slow_ms;
}

double overhead_most_s(const struct point *point)
{
	return busy * (range_s * ranges_of(point) + page_s * pages_of(point) +
		       1e-3 * point->workload->slow_ms) +
	       worker_most_s * workers_of(point);
}

double overhead_silent_s(const struct plan *plan)
{
	double longest = 0;

	for (size_t i = 0; i < plan->point_count; i++) {
		const struct point *point = &plan->points[i];
		double phases = 1e-3 * (point_warmup_most(point) +
					(double)point_value(point, "measure_ms")->count);

		longest = fmax(longest, phases + overhead_most_s(point));
	}
	return longest;
}
