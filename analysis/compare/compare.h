/* SPDX-License-Identifier: GPL-2.0-only */
/* Within one run: each value of one axis against a baseline, all else equal. */
#ifndef ANALYSIS_COMPARE_COMPARE_H
#define ANALYSIS_COMPARE_COMPARE_H

#include <stdio.h>

#include "analysis/read/points.h"
#include "noise_floor.h"
#include "stats/stats.h"

enum verdict {
	VERDICT_NONE,     /* nothing to judge; the row's note says why, but for a baseline */
	VERDICT_UNPROVEN, /* may be chance */
	VERDICT_NOISE,    /* proven, but no more than a variant differs from itself */
	VERDICT_BETTER,
	VERDICT_WORSE,
	VERDICT_DIFFERENT, /* in a metric of which neither is better */
};

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
	bool absolute; /* base is not above 0: what follows is in the metric's unit */
	double shift;  /* of Hodges and Lehmann, over base's median; NAN when there is none */
	struct interval shift_interval;
	double p;      /* of Mann and Whitney, two-sided; NAN when there is none */
	double p_holm; /* after Holm's correction over the rows of the metric */
	double floor;  /* of the A/A pairs, as a share; NAN when not known */
	enum verdict verdict;
	const char *note; /* why there is no median, no change or no interval; "" */
};

struct comparison {
	const struct run *run;
	bool flat;               /* of two runs: one table for each section, a row for each point */
	const struct run *a, *b; /* with @flat: the two */
	bool forced;             /* with @flat: they cannot really be compared */
	struct grid grid;
	struct aa_list aa;
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

/*
 * Compares run @b with run @a, point by point; @both is where they are put together. What
 * forbids that (see differ.h) is an error, unless @force; a metric that has not one unit always
 * is. comparison_free() and then run_free() of @both in either case.
 */
int compare_two(struct comparison *comparison, struct run *both, const struct run *a,
		const struct run *b, const char *const *metric, size_t metrics, bool force);

void comparison_free(struct comparison *comparison);

/*
 * What the samples of @row->point say of @row->metric, and how they differ from those of @row->base: all but
 * what judge_family() fills in. 0 or err_memory().
 */
int row_measure(struct row *row, const struct run *run);

/* No difference from the baseline was proven: `~`. */
bool row_is_unproven(const struct row *row);

/* The baseline of its cell, which is compared with nothing. */
bool row_is_base(const struct row *row);

/* Is @row a baseline that nothing is compared with? */
bool row_is_alone(const struct comparison *comparison, const struct row *row);

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
