/* SPDX-License-Identifier: GPL-2.0-only */
/* Two runs as one, with an axis that tells them apart. */
#ifndef ANALYSIS_READ_MERGE_H
#define ANALYSIS_READ_MERGE_H

#include "reader.h"

#define MERGE_AXIS "run"

/* The values of MERGE_AXIS. */
#define MERGE_A "A"
#define MERGE_B "B"

/*
 * Puts the samples of @a and @b into @both: axes and metrics by their names, those of @a first;
 * a sample without an axis that the other run has is RUN_NO_VALUE on it. A metric has the unit
 * of @a. What is told of the machine is @a's. Both have to outlive @both, which needs
 * run_free() in either case. 0, err_memory(), or err_usage() when there is an axis MERGE_AXIS
 * already, or too much for one run.
 */
int run_merge(struct run *both, const struct run *a, const struct run *b);

#endif
