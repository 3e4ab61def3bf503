/* SPDX-License-Identifier: GPL-2.0-only */
/* Where records go: into a run's folder, or line by line to whoever started this guest. */
#ifndef BENCH_RESULTS_RESULTS_H
#define BENCH_RESULTS_RESULTS_H

#include <jansson.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>

#include "wire.h"

/*
 * Takes the records of one run, in this order: begin, samples, end. Each gives 0 or -errno with a
 * sentence; none takes a reference.
 */
struct sink {
	int (*begin)(struct sink *sink, json_t *run);
	int (*sample)(struct sink *sink, json_t *sample);
	/* @status: "complete" or "incomplete", and why. */
	int (*end)(struct sink *sink, const char *status, const char *why);
};

/* The only writer of result files. */
struct folder {
	struct sink sink;
	const char *parent; /* where run folders are made */
	char path[PATH_MAX];
	json_t *run;
	FILE *samples, *bench;
	size_t ok, failed, skipped; /* samples */
};

/* Folders are made in @parent, which exists. */
void folder_open(struct folder *folder, const char *parent);

/*
 * Closes the files; a run that was not ended stays "running", which readers take as incomplete.
 */
void folder_close(struct folder *folder);

/* One line for each record, flushed to the last byte before the call returns. */
struct stream {
	struct sink sink;
	FILE *out;
	bool packed; /* as wire.h has it; otherwise the record itself, for people and scripts */
	struct wire wire;
};

void stream_open(struct stream *stream, FILE *out, bool packed);
void stream_close(struct stream *stream);

/* The other end: hands the records on to @sink. All else zero. */
struct feed {
	struct sink *sink;
	struct wire wire;
};

/*
 * Takes a line that a stream wrote, packed or not. 0 or -errno; a line of another form is
 * -EIO with a sentence.
 */
int feed_line(struct feed *feed, const char *line, size_t len);
void feed_close(struct feed *feed);

/* Now, in UTC: "2026-11-20T08:30:00Z". */
const char *utc_now(char *text, size_t size);

#endif
