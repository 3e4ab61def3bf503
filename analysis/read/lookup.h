/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Names that a person gives, as indices into a run; an unknown one is answered with the
 * nearest.
 */
#ifndef ANALYSIS_READ_LOOKUP_H
#define ANALYSIS_READ_LOOKUP_H

#include "reader.h"

/* Each puts the index of @name into its last argument. 0, or err_usage(). */
int lookup_axis(const struct run *run, const char *name, size_t *axis);
int lookup_metric(const struct run *run, const char *name, size_t *metric);
int lookup_value(const struct run *run, size_t axis, const char *name, size_t *value);

#endif
