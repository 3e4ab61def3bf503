/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What an operation's time is made of, as far as points of a run that differ in one axis can tell. Each
 * part is derived: the median with it less the median without it. None of them is measured alone.
 */
#ifndef ANALYSIS_COMPARE_BREAKDOWN_H
#define ANALYSIS_COMPARE_BREAKDOWN_H

#include "analysis/read/points.h"
#include "stats/stats.h"

/* In the order in which they are taken away; what is left is the call itself. */
enum stack_part {
	STACK_SUBSCRIBER, /* who is subscribed, against nobody */
	STACK_OTHERS,     /* threads on other CPUs, whose TLBs are flushed, against none */
	STACK_PAGES,      /* pages that are there, and the flush of the own TLB, against none */
	STACK_PARTS
};
extern const char *const stack_names[STACK_PARTS + 1]; /* the last: of what is left */

/*
 * A difference of two medians, in the metric's unit. It may be below 0: then the points do not tell. @value
 * is NAN where the run has no two such points; @in where there are too few samples.
 */
struct part {
	double value;
	struct interval in;
};

/*
 * Of one point.
 *
 * @rest:  the median of the last point that was gone to, and its interval
 * @count: of parts that could be derived. With @rest, those add up to @total.
 */
struct stack {
	const struct point *point;
	double total;
	struct interval total_in;
	struct part part[STACK_PARTS], rest;
	size_t count;
};

/* Stacks with fewer parts are not worth a table: a comparison says the same. */
enum {
	STACK_LEAST = 2
};

/* The stack of @metric of @point. @room: for the values of twice as many samples as the run has. */
void stack_build(struct stack *stack, const struct grid *grid, const struct point *point,
		 size_t metric, double *room);

/*
 * The stacks of those points of @block that have STACK_LEAST parts at least into @stacks, which has room for
 * all of its points. How many.
 */
size_t stack_of_block(const struct grid *grid, const struct block *block, size_t metric,
		      struct stack *stacks, double *room);

/*
 * Prints a table of all points of @grid whose @metric, a time, has at least STACK_LEAST parts; nothing if
 * there are none. 0 or a negative errno.
 */
int stack_print(FILE *out, const struct grid *grid, size_t metric);

#endif
