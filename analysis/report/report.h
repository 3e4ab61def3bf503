/* SPDX-License-Identifier: GPL-2.0-only */
/* A run at a glance: on the terminal when it ends, as report.html, and as summary.md for a mail. */
#ifndef ANALYSIS_REPORT_REPORT_H
#define ANALYSIS_REPORT_REPORT_H

#include <stdio.h>

/*
 * Prints what was run, what speaks against it, how the metrics that its suite
 * shows grow along each section's axis, and what the engine itself costs. 0, or a negative errno
 * with a sentence (util/err.h): no samples, bad files.
 */
int report_print(FILE *out, const char *run_dir);

/*
 * Draws the plots of the run and writes @run_dir/summary.md and @run_dir/report.html. Without gnuplot
 * these are written nonetheless, and err_setup() returned. 0, or a negative errno with a sentence.
 */
int report_write(const char *run_dir);

#endif
