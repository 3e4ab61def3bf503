/* SPDX-License-Identifier: GPL-2.0-only */
/* The suites of one `shootdown run`, one after the other: which they are, and how long each may take. */
#ifndef BENCH_CLI_BATCH_H
#define BENCH_CLI_BATCH_H

#include "bench/plan/plan.h"
#include "run_options.h"

/* @seconds: that its plan is expected to take */
struct batch_suite {
	char *name;
	double seconds;
};

struct batch {
	struct batch_suite *suites;
	size_t count;
};

/*
 * Finds the suites that @o names, each once, and plans them, so that what cannot be run is refused before
 * anything is measured. 0 or -errno with a sentence; batch_close() in either case.
 */
int batch_open(struct batch *batch, const struct run_options *o);

void batch_close(struct batch *batch);

/* Of @left seconds, those of the @i-th suite, when it and all after it get as much as they are long. */
double batch_share(const struct batch *batch, size_t i, double left);

/* Plans @suite as its file and, where it says so, @o have it. 0 or -errno with a sentence. */
int batch_plan_suite(const struct run_options *o, const struct suite *suite, struct plan *plan);

/* Reads the suite @name, and plans it as @o says. 0 or -errno with a sentence, and nothing to free. */
int batch_plan(const struct run_options *o, const char *name, struct suite *suite,
	       struct plan *plan);

#endif
