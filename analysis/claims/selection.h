/* SPDX-License-Identifier: GPL-2.0-only */
/* "section=miss variant=list,itree": which points of a run that means. */
#ifndef ANALYSIS_CLAIMS_SELECTION_H
#define ANALYSIS_CLAIMS_SELECTION_H

#include "analysis/read/points.h"

/* Is @point at one of the values of each axis that @where names? An axis that the run lacks is at none. */
bool where_has(const struct run *run, const struct point *point, const char *where);

/*
 * The first "axis=value" of @where that no point of @grid with all the rest has, into @missing of @size bytes;
 * false when there is none.
 */
bool where_lacks(const struct grid *grid, const char *where, char *missing, size_t size);

/* The point that differs from @point in nothing but what @base says; NULL when there is none. */
const struct point *where_base(const struct grid *grid, const struct point *point,
			       const char *base);

#endif
