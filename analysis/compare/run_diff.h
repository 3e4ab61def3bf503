/* SPDX-License-Identifier: GPL-2.0-only */
/* In what do two runs differ, and may they be compared all the same? */
#ifndef ANALYSIS_COMPARE_RUN_DIFF_H
#define ANALYSIS_COMPARE_RUN_DIFF_H

#include <stdbool.h>
#include <stdio.h>

#include "analysis/read/reader.h"

struct difference {
	const char *group, *name; /* "machine", "kernel" */
	const char *a, *b;        /* "-" where a run does not tell */
	bool forbids;             /* other suites, other machines, emulated and native */
};

struct difference_list {
	struct difference *difference;
	size_t count;
};

/*
 * All facts of the suite, the machine, the VM and the module that differ, but for those that do so
 * from one boot to the next. 0 or err_memory(); free list->difference in either case.
 */
int differ_find(struct difference_list *list, const struct run *a, const struct run *b);

/* The first that forbids to compare the two; NULL when none does. */
const struct difference *differ_forbids(const struct difference_list *list);

#endif
