/* SPDX-License-Identifier: GPL-2.0-only */
/* A sink in front of another: shows progress and counts what became of the samples. */
#ifndef BENCH_CLI_WATCH_H
#define BENCH_CLI_WATCH_H

#include <stdbool.h>

#include "bench/results/results.h"
#include "progress.h"

struct watch {
	struct sink sink;
	struct sink *next;
	struct progress progress;
	size_t ok, failed, skipped;
	bool ended, quiet;
	char first_failure[256];
};

void watch_open(struct watch *watch, struct sink *next, bool quiet);

/* Ends the run as "incomplete" if nobody has ended it yet. */
void watch_close(struct watch *watch, const char *why);

/*
 * What the samples say of the run: 0, or err_*(): samples failed (untrusted), or all were
 * skipped, or there was no time for any.
 */
int watch_verdict(const struct watch *watch);

#endif
