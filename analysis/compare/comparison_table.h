/* SPDX-License-Identifier: GPL-2.0-only */
/* One table of a comparison, in the shape of the kernel test robot's. */
#ifndef ANALYSIS_COMPARE_COMPARISON_TABLE_H
#define ANALYSIS_COMPARE_COMPARISON_TABLE_H

#include "analysis/text/text.h"
#include "compare.h"

/* The rows of one table: of one metric, one after the other in the comparison. */
struct part {
	const struct comparison *comparison;
	const struct row *row;
	size_t rows;
	bool flat; /* rows are named by all axes that vary in it, not by the compared one */
	struct text_scale scale;
};

/* The unit in which the smallest median of @rows rows of @metric, but for 0, is told. */
struct text_scale part_scale(const struct metric *metric, const struct row *row, size_t rows);

/*
 * Baseline ±sd, change, value ±sd, interval of the shift, p, samples, name. Where that takes
 * more than TEXT_COLUMNS, each value of the x axis has a table of its own under a line that
 * says so, then the column of samples is left out, and in the end names are clipped. As
 * Markdown it may be as wide as it is. 0, or a negative errno.
 */
int part_print(FILE *out, const struct part *part);
int part_print_markdown(FILE *out, const struct part *part);

/*
 * "A/A ±1.2%" of @rows rows of one metric, after @before: of one that has a verdict, by a share if there is any;
 * nothing where nothing was judged and no floor is known.
 */
void part_put_floor(FILE *out, const char *before, const struct row *row, size_t rows,
		    const struct text_scale *scale);

/* Does @axis, other than the compared one, have more than one value in it? */
bool part_varies(const struct part *part, size_t axis);

#endif
