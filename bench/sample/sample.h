/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One sample: a fresh process that sets up, warms up, measures, cools down and tears down one
 * point.
 */
#ifndef BENCH_SAMPLE_SAMPLE_H
#define BENCH_SAMPLE_SAMPLE_H

#include <jansson.h>

#include "bench/plan/plan.h"

struct counters;
struct perf_spec;
struct topo;

/* What all samples of a run share. */
struct bench {
	const struct topo *topo;
	const struct counters *counters; /* resolved; NULL: none, as while calibrating */
	struct perf_spec *perf;          /* NULL: none */
	double clock_hz;
	const char *unit; /* of times: "ns", or "insn" where the clock counts instructions */
	double empty_ns;  /* median of the empty operation, for the net figures; NAN until it was
			    measured */
	double started;   /* clock_seconds() */
	double deadline;  /* when the time budget is used up; INFINITY without one */
	enum select select;
};

/*
 * Measures @point in a process of its own: the mm keeps its notifiers' bookkeeping until it dies,
 * so a process that was used is no baseline. Gives the object of docs/results-format.md without
 * "sample", "repeat" and "axes"; its "status" says whether it succeeded, be it that the process
 * crashed or hung. NULL, with a sentence, only when no process could be made or SIGINT came
 * (-EINTR in *@ret), or
 * the time budget was used up before it had ended (-ETIME, without a sentence).
 */
json_t *sample_run(const struct bench *bench, const struct point *point, int *ret);

#endif
