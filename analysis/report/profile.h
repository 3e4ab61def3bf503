/* SPDX-License-Identifier: GPL-2.0-only */
/* Where the CPUs were in the kernel while perf recorded, as a table of functions. */
#ifndef ANALYSIS_REPORT_PROFILE_H
#define ANALYSIS_REPORT_PROFILE_H

#include <stdio.h>

#include "analysis/read/reader.h"

/*
 * A column for each value of the axis @by, a row for each of the functions that were met most, in per
 * cent of what was met in the kernel; nothing where perf did not record. 0, or err_memory().
 */
int profile_print(FILE *out, const struct run *run, size_t by);

#endif
