/* SPDX-License-Identifier: GPL-2.0-only */
/* What the kinds of plots, plot_*.c, share. */
#ifndef ANALYSIS_PLOT_INTERNAL_H
#define ANALYSIS_PLOT_INTERNAL_H

#include "analysis/compare/compare.h"
#include "analysis/text/text.h"
#include "ceiling.h"
#include "plot.h"

/*
 * The gnuplot scripts of plots/, kept in the program. They stand below variables that a
 * draft writes.
 */
extern const char plot_style[], plot_scaling_template[], plot_cdf_template[], plot_tail_template[],
	plot_spectrum_template[], plot_heat_template[], plot_strip_template[], plot_time_template[],
	plot_retries_template[], plot_ratio_template[], plot_stack_template[];

/* A plot on its way to the disk. */
struct draft {
	const struct grid *grid;
	const struct comparison *comparison; /* of the metrics of this run */
	const struct block *block;           /* NULL: of the whole run */
	size_t metric;
	bool asked;             /* somebody wants this kind: also what says little is drawn */
	const char *folder;     /* RUN/plots */
	struct plot_list *list; /* of all plots of the run: no name is taken twice */
	struct plot plot;
	FILE *gp, *dat;
};

/*
 * Opens NAME.gp and NAME.dat. NAME is @kind, @what, and the values that tell @block from
 * others; with @at also its value on the block's x axis. @title: what is shown. 0, or a
 * negative errno; draft_close() in either case.
 */
int draft_open(struct draft *draft, const char *kind, const char *what, const struct point *at,
	       const char *title);

/*
 * Adds @template, closes the files, and the plot to the list unless @ret. Returns @ret, or a
 * negative errno.
 */
int draft_close(struct draft *draft, const char *template, int ret);

/* Writes the variable @name = '@format ...'. */
void draft_text(struct draft *draft, const char *name, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Writes machine_text: where it was measured. */
void draft_machine(struct draft *draft);

/* The labels and line styles of the lines, in the order of the blocks of NAME.dat. */
void draft_series(struct draft *draft, const struct point *const *point, size_t series);

/* The least and the greatest of what was added; empty when all zero. */
struct extent {
	double low, high;
	bool any;
};

void extent_add(struct extent *extent, double value);

/*
 * Writes NAME_low, NAME_high, with some air around @extent, and log_NAME: whether all of it
 * is above 0.
 */
void draft_range(struct draft *draft, const char *name, struct extent extent);

/* Writes how_text: what the figures are, of how many samples each, and @spread. */
void draft_samples(struct draft *draft, struct extent n, const char *spread);

/* Where a range is as wide as this, a logarithmic axis shows it better. */
#define WIDE 8

/* The same with an axis from 0, or not from 0, where the range is not WIDE. */
void draft_range_linear(struct draft *draft, const char *name, struct extent extent);

/* "NAME, UNIT", with the unit in which @smallest is told, and the variable factor. */
struct text_scale draft_scale(struct draft *draft, const char *name, const struct metric *metric,
			      double smallest);

/* Writes ceiling_text: what the line at the flush ceiling is. */
void draft_ceiling_text(struct draft *draft, const struct ceiling *ceiling);

/* One plot of @draft's block, or more; none when there is nothing to show. 0, or a negative errno. */
int plot_scaling(struct draft draft);
int plot_cdf(struct draft draft);
int plot_tail(struct draft draft);
int plot_spectrum(struct draft draft);
int plot_strip(struct draft draft);
int plot_stack(struct draft draft);

/* Of the whole run. */
int plot_time(struct draft draft);
int plot_retries(struct draft draft);
int plot_ratio(struct draft draft);

/* The same where the block's x axis is the initiator's node, and the compared one the memory's. */
int plot_heat(struct draft draft);

#endif
