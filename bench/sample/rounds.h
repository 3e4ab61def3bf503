/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which sample comes next, and when a point of the plan has had enough of them. First come the repeats of
 * the plan. Then, where the plan asks for precision, more rounds of the points whose median is not precise
 * enough yet, in random order as before.
 */
#ifndef BENCH_SAMPLE_ROUNDS_H
#define BENCH_SAMPLE_ROUNDS_H

#include <jansson.h>
#include <stdbool.h>

#include "bench/plan/plan.h"

/*
 * What is known of a point: @count values of @taken samples, of which there are to be @least, twice the
 * repeats in an A/A pair, and may be @most; @over: there will be no more.
 */
struct point_so_far {
	double *values;
	size_t count;
	int taken, least, most;
	bool over;
};

struct rounds {
	const struct plan *plan;
	struct point_so_far *points;
	size_t next;            /* of the plan's slots, and then of @order */
	size_t *order, *others; /* the points of the round beyond the plan's repeats */
	size_t count;           /* of them */
	int repeat;             /* that this round is */
	uint64_t random;
};

/* 0 or -errno; rounds_close() in either case. */
int rounds_open(struct rounds *r, const struct plan *plan);

void rounds_close(struct rounds *r);

/* The next sample into @slot; false when all points have enough. */
bool rounds_next(struct rounds *r, struct slot *slot);

/*
 * Takes note of the sample @out of @slot, as sample_run() gives it. Gives NULL, or why it was the point's
 * last: "repeats" (as many as were asked for), "precise" (the interval is narrow enough), "most" (it is
 * not, but there are as many as there may be), "skipped" (the machine lacks something).
 */
const char *rounds_take(struct rounds *r, const struct slot *slot, const json_t *out);

/* How many samples are still to come, if none beyond the repeats is needed. */
size_t rounds_left(const struct rounds *r);

#endif
