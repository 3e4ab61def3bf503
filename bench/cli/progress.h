/* SPDX-License-Identifier: GPL-2.0-only */
/* How far a run is: one line that renews itself on a terminal, a line now and then elsewhere. */
#ifndef BENCH_CLI_PROGRESS_H
#define BENCH_CLI_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>

struct progress {
	size_t planned, done, failed;
	double started, shown; /* clock_seconds() */
	bool terminal, quiet;
};

/* @planned samples are to come. Writes to stderr; nothing when @quiet. */
void progress_start(struct progress *progress, size_t planned, bool quiet);

/* One sample has ended; @what names its point ("list ranges=1000"). */
void progress_step(struct progress *progress, bool ok, const char *what);

/* Leaves the line. */
void progress_stop(struct progress *progress);

#endif
