/* SPDX-License-Identifier: GPL-2.0-only */
/* The plots of a run: RUN/plots/NAME.svg and .png, and the .gp and .dat that they come from. */
#ifndef ANALYSIS_PLOT_PLOT_H
#define ANALYSIS_PLOT_PLOT_H

#include <stdio.h>

#include "analysis/compare/compare.h"

/* A plot: the name of its files without the ending, what it shows, and that as one sentence for who cannot see it. */
struct plot {
	char *name, *title, *alt;
};

/* Empty when all zero. */
struct plot_list {
	struct plot *plot;
	size_t count;
	size_t left; /* of kinds that nobody asked for: not drawn since there are so many */
};

/* Kinds of plots, as bits; 0: those that say something of a run, and not too many of each. */
#define PLOT_BY_DEFAULT 0U
#define PLOT_BLOCKS     (1U << 31) /* of these, those that have the x axis of a block */

/* The kinds of the names in @names, with commas between them, into *@kinds. 0, or err_usage(). */
int plot_kinds(const char *names, unsigned int *kinds);

/*
 * Plots @grid, with the metrics of @comparison and the comparison itself, into the folder of its run:
 * each block, the metrics by the nodes of a run with the axes home and memory, and the run as a
 * whole. All .gp and .dat are written before gnuplot is started, so that they are there when it
 * is missing. Adds to @made what has been drawn, for plot_list_free(). 0, or a negative errno;
 * err_setup() without gnuplot.
 */
int plot_grid(const struct grid *grid, const struct comparison *comparison, unsigned int kinds,
	      struct plot_list *made);

/*
 * The same for @run, by the names of the metric, of the axis of which each value gets a
 * line, and of that from left to right: NULL for @x leaves the choice, see grid_build().
 * err_usage() for unknown names, and when there is nothing to draw.
 */
int plot_run(const struct run *run, const char *metric, const char *by, const char *x,
	     unsigned int kinds, struct plot_list *made);

/*
 * Draws each row of @comparison over its baseline into the folder @folder, which is made where it is
 * not there: a plot for each metric. Adds to @made what has been drawn. 0, or a negative errno;
 * err_usage() when nothing is above 0, or there is but one value.
 */
int plot_comparison(const struct comparison *comparison, const char *folder,
		    struct plot_list *made);

void plot_list_free(struct plot_list *list);

#endif
