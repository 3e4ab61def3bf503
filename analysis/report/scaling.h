/* SPDX-License-Identifier: GPL-2.0-only */
/* How a metric grows along an axis: a table with one column per compared value. */
#ifndef ANALYSIS_REPORT_SCALING_H
#define ANALYSIS_REPORT_SCALING_H

#include <stdio.h>

#include "analysis/read/points.h"

/*
 * Prints a table for each block of @grid: the median of @metric over the samples and the
 * reach of its interval. Where the rows' axis is numeric, the last row is the median at its
 * last value over that at its first. 0, or err_memory().
 */
int scaling_print(FILE *out, const struct grid *grid, size_t metric);

#endif
