/* SPDX-License-Identifier: GPL-2.0-only */
/* How many samples the points of a run have, and why they have no more. */
#ifndef ANALYSIS_COMPARE_SAMPLE_COUNTS_H
#define ANALYSIS_COMPARE_SAMPLE_COUNTS_H

#include <stdio.h>

#include "analysis/read/points.h"

/*
 * Prints one line: "samples: 12 points with 10 to 18, precise enough; 3 with 30, the most". Points are cut
 * short when the run ended before they had enough.
 */
void enough_print(FILE *out, const struct grid *grid);

#endif
