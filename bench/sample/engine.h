/* SPDX-License-Identifier: GPL-2.0-only */
/* Takes the samples of a plan on this machine and hands their records on. */
#ifndef BENCH_SAMPLE_ENGINE_H
#define BENCH_SAMPLE_ENGINE_H

#include "bench/counters/perf.h"
#include "bench/plan/plan.h"
#include "bench/results/results.h"

struct engine_spec {
	const struct suite *suite;
	const struct plan *plan;
	enum select select;
	bool instructions;          /* the clock counts instructions: a guest with -icount */
	double time_budget_s;       /* the run ends by then; 0: no limit */
	struct perf_spec *perf;     /* perf around each sample; NULL: none */
	const char *const *command; /* of the user, for run.json; NULL-terminated */
};

/*
 * Calibrates, takes the samples in the plan's order and gives them to @sink. 0 when the run was
 * complete or its time budget was used up; -EINTR after SIGINT; else -errno with a sentence:
 * nothing could be measured, not even the first sample within the budget, or a record not be written. Samples that fail do not end a run:
 * their records say so.
 */
int engine_run(const struct engine_spec *spec, struct sink *sink);

/* Does any point of @plan need secmmu.ko? */
bool engine_needs_module(const struct plan *plan, enum select select);

#endif
