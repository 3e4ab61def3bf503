/* SPDX-License-Identifier: GPL-2.0-only */
/* What has to be known before the first figure: which run, where, and what speaks against it. */
#ifndef ANALYSIS_COMPARE_HEADING_H
#define ANALYSIS_COMPARE_HEADING_H

#include <stdio.h>

#include "analysis/read/points.h"

/* The run, kernel and machine in two or three lines, and the warnings. */
void head_print(FILE *out, const struct run *run);

/*
 * What speaks against the figures, one sentence per line after @bullet. Returns how many
 * there were.
 */
size_t head_warnings(FILE *out, const struct run *run, const char *bullet);

/*
 * What is not there: samples of a run that was not completed, and lines that were cut off or damaged. As
 * head_warnings(), and among these.
 */
size_t head_gaps(FILE *out, const struct run *run, const char *bullet);

/* "everywhere: threads=1 ...": the axes that have one value in the run; nothing when all vary. */
void head_constants(FILE *out, const struct grid *grid);

/* "Linux 6.1; 4 CPUs, 2 nodes; AMD EPYC", for free(); NULL when memory is out. */
char *head_machine(const struct run *run);

/* What emulation means for the figures of @run: a clause; "" where nothing was emulated. */
const char *head_emulation(const struct run *run);

#endif
