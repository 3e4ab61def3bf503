/* SPDX-License-Identifier: GPL-2.0-only */
/* What is left of all the changes of a metric in one figure? */
#ifndef ANALYSIS_COMPARE_MEAN_H
#define ANALYSIS_COMPARE_MEAN_H

#include "compare.h"

/*
 * Prints the geometric mean of the ratios of medians over those of @rows rows from @row on that
 * have a verdict, with its interval; nothing when they are fewer than two, or one is not above
 * 0. It is no verdict: what it means is for the reader, since one great change hides in many
 * small ones. 0 or err_memory().
 */
int compare_print_mean(FILE *out, const struct comparison *comparison, const struct row *row,
		       size_t rows);

#endif
