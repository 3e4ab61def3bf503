/* SPDX-License-Identifier: GPL-2.0-only */
/* Within one run: each value of one axis against a baseline, all else equal. */
#ifndef ANALYSIS_COMPARE_H
#define ANALYSIS_COMPARE_H

#include <stdio.h>

#include "grid.h"
#include "stats.h"

/* What one point gave, and how it compares with the baseline of its cell. */
struct row {
	const struct block *block;
	const struct point *point, *base; /* @base is @point in the row of the baseline itself */
	size_t metric;
	size_t n;                 /* ok samples that have the metric */
	size_t failed, skipped;   /* samples */
	double median, sd;        /* in the metric's unit; NAN when n is too small */
	struct interval interval; /* of the median */
	double change;            /* median / base's median - 1; NAN when there is none */
	struct interval change_interval;
	const char *note; /* why there is no median, no change or no interval; "" */
};

struct comparison {
	const struct run *run;
	struct grid grid;
	size_t *metric;
	size_t metrics;
	struct row *row; /* metric by metric; in each by block, x, compared value */
	size_t rows;
};

/*
 * Compares along the axis @by, in each of @metrics metrics named in @metric, with its value
 * @baseline. NULL for @baseline is "none". A cell without the baseline takes its first
 * value. 0, or err_usage() with the nearest name; comparison_free() in either case.
 */
int compare_run(struct comparison *comparison, const struct run *run, const char *by,
		const char *const *metric, size_t metrics, const char *baseline);

void comparison_free(struct comparison *comparison);

/* True when 0 lies within the interval of the change: nothing was proven. */
bool row_is_unproven(const struct row *row);

/* The table without what is above and below it. 0, or a negative errno. */
int compare_print_rows(const struct comparison *comparison, FILE *out);

/* Each prints all rows. 0, or a negative errno. */
int compare_print_table(const struct comparison *comparison, FILE *out);
int compare_print_markdown(const struct comparison *comparison, FILE *out);
int compare_print_csv(const struct comparison *comparison, FILE *out);
int compare_print_json(const struct comparison *comparison, FILE *out);

/* Prints the legend of the table: what each column and sign means. */
void compare_print_legend(FILE *out);

#endif
