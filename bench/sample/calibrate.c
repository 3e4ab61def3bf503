// SPDX-License-Identifier: GPL-2.0-only
#include "calibrate.h"

#include <errno.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>

#include "bench/loop/worker.h"
#include "loghist.h"
#include "sample.h"
#include "util/clock.h"
#include "util/err.h"

enum {
	ROUNDS = 101,
	READS = 1000
};

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double median_of(double *values, size_t count)
{
	qsort(values, count, sizeof(*values), by_value);
	return values[count / 2];
}

/* Each: the cycles that one of READS takes. */
static double read_cycles(struct loghist *hist)
{
	uint64_t from = clock_cycles(), to = from;

	(void)hist;
	for (int j = 0; j < READS; j++)
		to = clock_cycles();
	return (double)(to - from) / READS;
}

static double record_cycles(struct loghist *hist)
{
	uint64_t from = clock_cycles();

	for (unsigned int j = 0; j < READS; j++)
		loghist_record(hist, 1000 + (j & 63));
	/* The histogram is memory that is read later: no record may be left out. */
	__asm__ volatile("" : : "r"(hist) : "memory");
	return (double)(clock_cycles() - from) / READS;
}

/* The measured loop around the empty operation. */
static double turn_cycles(struct loghist *hist)
{
	struct workspace space = { 0 };

	return worker_turn_cycles(workload_find("null"), &space, hist, READS);
}

/* By the median of short rounds: being interrupted is not a cost of the engine. */
static double time_rounds(double clock_hz, double (*cycles)(struct loghist *hist))
{
	struct loghist *hist = calloc(1, sizeof(*hist));
	double rounds[ROUNDS];

	if (!hist)
		return -1;
	loghist_init(hist);
	for (size_t i = 0; i < ROUNDS; i++)
		rounds[i] = cycles(hist);
	free(hist);
	return 1e9 / clock_hz * median_of(rounds, ROUNDS);
}

/* A sample of the workload `null`, like any other. */
static json_t *sample_empty(const struct bench *bench)
{
	struct point point = { .section = "calibration", .workload = workload_find("null") };
	struct axis *axis = calloc(1, sizeof(*axis));
	json_t *out = NULL;
	int ret = axis ? 0 : err_memory();

	for (const struct param *param = engine_params; !ret && param->name; param++) {
		ret = axis_parse(axis, param, param->preset, param->name);
		point.params[point.count] = param;
		point.values[point.count++] = axis->values[0];
	}
	if (!ret)
		out = sample_run(bench, &point, &ret);
	free(axis);
	return out;
}

/* What could not be measured is left out. */
static void put(json_t *all, const struct bench *bench, const char *name, double value)
{
	if (value < 0)
		return;
	json_object_set_new(all, name,
			    json_pack("{s:f, s:s}", "value", value, "unit", bench->unit));
}

/* On the CPU where this runs, as a worker does; *@before is where it may run. Not where CPUs are more than a set holds. */
static bool stay(cpu_set_t *before)
{
	int cpu = sched_getcpu();
	cpu_set_t here;

	if (cpu < 0 || cpu >= CPU_SETSIZE || sched_getaffinity(0, sizeof(*before), before))
		return false;
	CPU_ZERO(&here);
	CPU_SET(cpu, &here);
	return !sched_setaffinity(0, sizeof(here), &here);
}

json_t *calibrate(struct bench *bench)
{
	json_t *sample = sample_empty(bench), *metrics, *all;
	cpu_set_t before;
	double empty;
	bool stays;

	if (!sample)
		return NULL;
	metrics = json_object_get(sample, "metrics");
	empty = json_number_value(json_object_get(metrics, "op.p50"));
	if (strcmp(json_string_value(json_object_get(sample, "status")), "ok")) {
		err_untrusted("cannot calibrate: the empty operation failed: %s",
			      json_string_value(json_object_get(sample, "why")));
		json_decref(sample);
		return NULL;
	}
	bench->empty_ns = empty;
	json_decref(sample);
	all = json_object();
	stays = stay(&before);
	put(all, bench, "timer.read", time_rounds(bench->clock_hz, read_cycles));
	put(all, bench, "record", time_rounds(bench->clock_hz, record_cycles));
	put(all, bench, "op.empty", empty);
	put(all, bench, "engine.op", time_rounds(bench->clock_hz, turn_cycles));
	if (stays)
		sched_setaffinity(0, sizeof(before), &before);
	return all;
}
