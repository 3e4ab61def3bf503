/* SPDX-License-Identifier: GPL-2.0-only */
/* What the reports of a run, report*.c, share. */
#ifndef ANALYSIS_REPORT_INTERNAL_H
#define ANALYSIS_REPORT_INTERNAL_H

#include "analysis/compare/compare.h"
#include "analysis/plot/plot.h"
#include "analysis/read/reader.h"

/* A run, and what of it is shown. */
struct report {
	struct run run;
	struct comparison comparison;
	struct plot_list plots;
	const char *undrawn; /* why there are no pictures; "" when there are */
};

/* Prints the command that makes the run again, as a shell takes it. */
void report_command(FILE *out, const struct run *run);

/* Prints what summary.md begins with: the run, the warnings, how the metrics grow. 0, or a negative errno. */
int report_growth(FILE *out, const struct report *r);

/* Writes report.html into the run's folder, after the plots. 0, or a negative errno with a sentence. */
int report_page(const struct report *r);

/* The parts of it that are made of rows. @out gets whole sections. */
void report_verdicts(FILE *out, const struct report *r);
void report_samples(FILE *out, const struct report *r);

/* The style sheet of page/, kept in the program. */
extern const char report_style[];

#endif
