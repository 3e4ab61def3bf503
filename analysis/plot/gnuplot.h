/* SPDX-License-Identifier: GPL-2.0-only */
/* gnuplot as a child process, and text that it must not take as anything but text. */
#ifndef ANALYSIS_PLOT_GNUPLOT_H
#define ANALYSIS_PLOT_GNUPLOT_H

#include <stdio.h>

/* Writes @text as a gnuplot string: single quotes, in which nothing is expanded. What no SVG may have is replaced. */
void gnuplot_string(FILE *gp, const char *text);

/*
 * Runs `gnuplot SCRIPT` in @folder, without the user's own settings. 0; err_setup() when it
 * is not installed or fails, with what it said.
 */
int gnuplot_run(const char *folder, const char *script);

#endif
