/* SPDX-License-Identifier: GPL-2.0-only */
/* Which samples belong together: points, and the blocks of points that make one table or plot. */
#ifndef ANALYSIS_READ_POINTS_H
#define ANALYSIS_READ_POINTS_H

#include <stdio.h>

#include "reader.h"

/* Samples that agree in each axis. */
struct point {
	const struct sample *const *sample; /* of any status */
	size_t count;
};

/*
 * Points that differ in axis @x, in those that follow from its value, and in the compared
 * one only; by @x, then by the compared one.
 */
struct block {
	const struct point *point;
	size_t count;
	size_t x; /* RUN_NONE when there is no other axis that varies */
};

struct grid {
	const struct run *run;
	size_t by;    /* the axis whose values are compared */
	bool *varies; /* for each axis: does it have more than one value in this run? */
	struct block *block;
	size_t blocks;
	struct point *point;
	size_t points;
	const struct sample **sample; /* all of them, point by point */
};

/*
 * Groups the samples of @run, which must outlive the grid. Each section (axis "section") has
 * an x axis of its own: @x where it varies; else "ranges"; else the first numeric axis that
 * varies; else the first that varies. RUN_NONE for @x leaves the choice. 0, or err_usage()
 * when there are no samples; grid_free() in either case.
 */
int grid_build(struct grid *grid, const struct run *run, size_t by, size_t x);

void grid_free(struct grid *grid);

/*
 * The one value that all samples of @run have on @axis, but for those without it; NULL when
 * there are more.
 */
const char *axis_constant(const struct run *run, size_t axis);

/* The value that all samples of @point have on @axis. */
const struct axis_value *point_axis(const struct run *run, const struct point *point, size_t axis);

/*
 * The values of @metric of the ok samples of @point, sorted, into @value, which has room for
 * point->count of them. Returns how many.
 */
size_t point_values(const struct point *point, size_t metric, double *value);

/* How many samples of @point have @status. */
size_t point_count(const struct point *point, enum sample_status status);

/*
 * The first reason that a sample of @point gives for not having @metric; "" when there is
 * none.
 */
const char *point_why(const struct point *point, size_t metric);

/*
 * Does @axis tell @block from others: all its points have one value on it, and the run has
 * more?
 */
bool block_has(const struct grid *grid, const struct block *block, size_t axis);

/*
 * Prints "section=ranges workload=dontneed": what @block has in common and others have not.
 * Bytes written.
 */
int block_print_label(FILE *out, const struct grid *grid, const struct block *block);

#endif
