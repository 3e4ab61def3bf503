/* SPDX-License-Identifier: GPL-2.0-only */
/* The metrics that the module's probes give. */
#ifndef BENCH_SUBSCRIBER_PROBES_H
#define BENCH_SUBSCRIBER_PROBES_H

#include "bench/results/record.h"
#include "device.h"

/*
 * Adds the metrics of @probes, which counted for @seconds, to @record: devices were attached as
 * @spec says.
 */
void probes_record(const struct probes *probes, const struct device_spec *spec, double seconds,
		   struct record *record);

#endif
