/* SPDX-License-Identifier: GPL-2.0-only */
/* What the parts of the suite, suite*.c, share. */
#ifndef BENCH_PLAN_INTERNAL_H
#define BENCH_PLAN_INTERNAL_H

#include <stdbool.h>

#include "suite.h"

/* Reads @suite->text into the sections of @suite. 0 or -errno. */
int suite_parse(struct suite *suite);

/* The axis @key of the engine or of any workload; NULL when there is none. */
const struct param *suite_param(const char *key);

/* Is @text in UTF-8, and without a control character? Then results can hold it. */
bool suite_is_text(const char *text);

/*
 * Sets @key of @section to @values, which stand on @line; 0: on the command line. 0 or -EINVAL, with
 * a sentence that @where begins.
 */
int suite_set(struct suite *suite, struct section *section, const char *key, const char *values,
	      int line, const char *where);

#endif
