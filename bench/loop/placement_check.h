/* SPDX-License-Identifier: GPL-2.0-only */
/* Where the workers of a sample, and their slots, were: is it what was asked for? */
#ifndef BENCH_LOOP_PLACEMENT_CHECK_H
#define BENCH_LOOP_PLACEMENT_CHECK_H

#include <jansson.h>

#include "worker.h"

/* The map of the crew, as docs/results-format.md has it; the workers have ended or stand still. */
json_t *placement_describe(const struct crew *crew);

/*
 * Compares what the kernel said with what was asked for. 0, or err_untrusted() with the first
 * worker that was elsewhere.
 */
int placement_check(const struct crew *crew);

#endif
