/* SPDX-License-Identifier: GPL-2.0-only */
/* Is a difference proven? */
#ifndef ANALYSIS_COMPARE_JUDGE_H
#define ANALYSIS_COMPARE_JUDGE_H

#include "compare.h"

/*
 * The gates, in this order. A row without a change has no verdict. One whose p, after Holm's
 * correction over all rows of its metric, is above 1 - STATS_CONFIDENCE is not proven. One
 * whose shift is within what the A/A pair of its section differs from itself is noise, whatever
 * its p. What is left is better or worse, or different where the metric has no better. Where a
 * run has no A/A pair, there is no floor, and the table says so.
 *
 * Fills in floor, p_holm and verdict of all rows. 0 or err_memory().
 */
int judge_rows(struct comparison *comparison);

/* The same for @rows rows of @run that are one family of tests. */
int judge_family(struct row *row, size_t rows, const struct run *run, const struct aa_list *aa);

/*
 * Is @row proven to be worse by more than @threshold (0.05: 5 %)? Worse, and the near end of
 * the shift's interval lies beyond it.
 */
bool judge_is_regression(const struct comparison *comparison, const struct row *row,
			 double threshold);

/*
 * 0 when every row was judged and none is such a regression. err_regression() when one is, with
 * the greatest; err_untrusted() when none is, but a row has no verdict although a side of it
 * was measured, its shift is within an A/A floor that is above the threshold, its samples lie as far
 * apart as can be and are too few for so many rows, a sample failed, or there is nothing to judge at all: then it is not known.
 */
int judge_threshold(const struct comparison *comparison, double threshold);

/* One word for it. */
const char *judge_word(enum verdict verdict);

#endif
