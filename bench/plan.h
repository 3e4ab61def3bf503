/* SPDX-License-Identifier: GPL-2.0-only */
/* From a suite to its samples, in the order in which they are taken. */
#ifndef BENCH_PLAN_H
#define BENCH_PLAN_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "suite.h"

enum {
	POINT_PARAMS = 48
};

/* One point of the axes: everything that a sample needs to know. */
struct point {
	const char *section; /* of the suite, which outlives the plan */
	const struct workload *workload;
	const struct param *params[POINT_PARAMS]; /* the engine's, then the workload's */
	struct value values[POINT_PARAMS];
	bool preset[POINT_PARAMS]; /* the value is the parameter's preset */
	size_t count;
};

/* One sample: a point, for the @repeat-th time; from plan->repeats on as the other half of an A/A pair. */
struct slot {
	size_t point;
	int repeat;
};

enum select {
	SELECT_FILE, /* the variant is chosen when the device is attached, so that variants
			alternate */
	SELECT_LOAD, /* the module is loaded anew with variant=, for all samples of a repeat that
			use it */
};

struct plan {
	struct point *points;
	size_t point_count;
	size_t *twins; /* points that stand twice in each repeat, compared with themselves */
	size_t twin_count;
	struct slot *slots;
	size_t slot_count;
	const char **axes; /* names: section, workload, then the parameters that matter here */
	bool *varying;     /* which of them have more than one value */
	size_t axis_count;
	int repeats;
	uint64_t seed;
};

/*
 * All points of @suite, @repeats times. Within a repeat the points stand in a random order that
 * @seed fixes, so that whatever drifts meets all variants alike; with SELECT_LOAD points of one
 * variant stay together and the variants are in random order. In each section the first point
 * with variant `none`, or the first there is, stands there twice, when there are repeats enough to judge by: so a run compares
 * a variant with itself. 0 or -errno.
 */
int plan_make(struct plan *plan, const struct suite *suite, int repeats, uint64_t seed,
	      enum select select);

void plan_free(struct plan *plan);

/* The value of the axis @name at @point; NULL where the point has no such axis. */
const struct value *point_value(const struct point *point, const char *name);

/*
 * The word of the axis @name at @point, also of section and workload; NULL for a number and where
 * the point has no such axis.
 */
const char *point_word(const struct point *point, const char *name);

/*
 * Seconds that the plan is expected to take: the time of its phases, and what a sample costs
 * around them.
 */
double plan_seconds(const struct plan *plan);

/* The points, how often and how long: what --dry-run shows. */
void plan_print(const struct plan *plan, FILE *out);

#endif
