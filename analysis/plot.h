/* SPDX-License-Identifier: GPL-2.0-only */
/* The plots of a run: RUN/plots/NAME.svg and .png, and the .gp and .dat that they come from. */
#ifndef ANALYSIS_PLOT_H
#define ANALYSIS_PLOT_H

#include <stdio.h>

#include "grid.h"

/* A plot, and the name of its files without the ending. */
struct plot {
	char *name, *title;
};

/* Empty when all zero. */
struct plot_list {
	struct plot *plot;
	size_t count;
};

/*
 * Plots each block of @grid into its run's folder: each of @metrics metrics against a numeric
 * axis, and the distributions of the histograms that they come from where samples have them; and
 * of a run with the axes home and memory, each metric by the nodes of both.
 * All .gp and .dat are written before gnuplot is started, so that they are there when it is
 * missing. Adds to @made what has been drawn, for plot_list_free(). 0, or a negative errno;
 * err_setup() without gnuplot.
 */
int plot_grid(const struct grid *grid, const size_t *metric, size_t metrics,
	      struct plot_list *made);

/*
 * The same for @run, by the names of the metric, of the axis of which each value gets a
 * line, and of that from left to right: NULL for @x leaves the choice, see grid_build().
 * err_usage() for unknown names, and when there is nothing to draw.
 */
int plot_run(const struct run *run, const char *metric, const char *by, const char *x,
	     struct plot_list *made);

void plot_list_free(struct plot_list *list);

#endif
