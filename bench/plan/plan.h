/* SPDX-License-Identifier: GPL-2.0-only */
/* From a suite to its samples, in the order in which they are taken. */
#ifndef BENCH_PLAN_PLAN_H
#define BENCH_PLAN_PLAN_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "suite.h"

enum {
	POINT_PARAMS = 64
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

/*
 * One sample: a point, for the @repeat-th time; from plan->repeats on as the other half of an
 * A/A pair.
 */
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
	int most;     /* samples of a point, where @repeats do not make it precise enough */
	double reach; /* of the median's interval, as a part of the median: precise enough; 0: never
			 asked */
	char judged[SUITE_NAME_LEN]; /* the metric that it is asked of */
	uint64_t seed, random; /* the state that the seed has led to when all slots were filled */
	enum select select;
};

/*
 * All points of @suite, @repeats times. Within a repeat the points stand in a random order that
 * @seed fixes, so that whatever drifts meets all variants alike; with SELECT_LOAD points of one
 * variant stay together and the variants are in random order. In each section the first point
 * with variant `none`, or the first there is, stands there twice, when there are repeats enough
 * to judge by: so a run compares a variant with itself. 0 or -errno.
 */
int plan_make(struct plan *plan, const struct suite *suite, int repeats, uint64_t seed,
	      enum select select);

/*
 * Beyond the repeats: takes more samples of a point, until there are @most, while the interval
 * of its median reaches farther than @reach (0.05: 5 %) of the median; 0 for none beyond. Of
 * the first metric that @suite shows. 0 or -EINVAL.
 */
int plan_refine(struct plan *plan, const struct suite *suite, double reach, int most);

/*
 * Puts @count points of @order into the order of one more repeat; @others has room for as many, and
 * @random began as plan->random.
 */
void plan_shuffle(const struct plan *plan, size_t *order, size_t count, size_t *others,
		  uint64_t *random);

void plan_free(struct plan *plan);

/* The value of the axis @name at @point; NULL where the point has no such axis. */
const struct value *point_value(const struct point *point, const char *name);

/* The longest warm-up of @point, in ms. */
double point_warmup_most(const struct point *point);

/*
 * The word of the axis @name at @point, also of section and workload; NULL for a number and where
 * the point has no such axis.
 */
const char *point_word(const struct point *point, const char *name);

/* Has any point a device with a defect? Such a plan takes the module's test build. */
bool plan_has_defects(const struct plan *plan);

/*
 * Seconds that the plan is expected to take: the time of its phases, and what a sample costs
 * around them.
 */
double plan_seconds(const struct plan *plan);

/* The same where each point takes the most samples. */
double plan_seconds_most(const struct plan *plan);

/* The points, how often and how long: what --dry-run shows. */
void plan_print(const struct plan *plan, FILE *out);

#endif
