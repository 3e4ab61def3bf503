/* SPDX-License-Identifier: GPL-2.0-only */
/* An axis of a suite: a parameter and the values that it takes. */
#ifndef BENCH_PLAN_AXIS_H
#define BENCH_PLAN_AXIS_H

#include <stdbool.h>
#include <stddef.h>

#include "workloads/workload.h"

enum {
	VALUE_LEN = 32,
	AXIS_VALUES = 256
};

struct value {
	char text[VALUE_LEN]; /* as results show it: "4096", "list" */
	long long count;      /* of a PARAM_COUNT or PARAM_SIZE that is no word, else 0 */
};

struct axis {
	const struct param *param;
	struct value values[AXIS_VALUES];
	size_t count;
};

/*
 * Reads a list of values, separated by commas: `list, itree`; `1, 2, 64K`; `1..64*2` multiplies
 * from 1 while it is at most 64; `10..50+10` adds; `1..8` adds 1. Where a machine counts, it is the
 * one that target.h knows: `50%`, `1..100%*2`, `each`. A value that stands twice is kept once. 0, or -EINVAL with a sentence that @where ("quick.suite:12") begins.
 */
int axis_parse(struct axis *axis, const struct param *param, const char *text, const char *where);

/* The engine's own axes, which each workload has: ends with a row without a name. */
extern const struct param engine_params[];

/*
 * The row called @name of a table that ends with a row without a name; NULL if there is none, or
 * @table is NULL.
 */
const struct param *param_find(const struct param *table, const char *name);

/* Is the value @text of @param one of its words, rather than a number? */
bool param_takes_word(const struct param *param, const char *text);

#endif
