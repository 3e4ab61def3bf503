/* SPDX-License-Identifier: GPL-2.0-only */
/* A run for other programs: its long form as CSV, all of it as one JSON document, its lines. */
#ifndef ANALYSIS_REPORT_EXPORT_H
#define ANALYSIS_REPORT_EXPORT_H

#include <jansson.h>
#include <stdio.h>

#include "analysis/read/reader.h"

/*
 * One row for each metric of each ok sample, see docs/results-format.md. 0, or a negative
 * errno.
 */
int export_csv(FILE *out, const struct run *run);

/* {"run": run.json, "samples": [each line of samples.jsonl]}. 0, or a negative errno. */
int export_json(FILE *out, const struct run *run);

/* run.json of @run, for json_decref(); NULL with an error. */
json_t *export_load(const struct run *run);

/*
 * Calls @each, for each sample that @run holds, with its line of samples.jsonl, without the
 * newline. 0, or the first value that @each returns and that is not 0, or a negative errno.
 */
int export_lines(const struct run *run, int (*each)(void *context, const char *line, size_t len),
		 void *context);

#endif
