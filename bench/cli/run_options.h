/* SPDX-License-Identifier: GPL-2.0-only */
/* The command line of `shootdown run`: what to measure, where, and what comes out. */
#ifndef BENCH_CLI_RUN_OPTIONS_H
#define BENCH_CLI_RUN_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "bench/guest/vm.h"
#include "bench/plan/plan.h"
#include "bench/plan/suite.h"

enum {
	OVERRIDES = 32,
	RUN_SUITES = 64
};

struct run_options {
	const char *suites[RUN_SUITES]; /* names, of folders and of suites of suites too */
	size_t suite_count;
	const char *where, *results, *module;
	struct override overrides[OVERRIDES + 1];
	size_t override_count;
	int repeats, most, precision; /* 0: as the suite says */
	bool seeded, dry_run, stream, packed, quiet, instructions;
	uint64_t seed;
	double time_budget_s;
	const char *perf; /* perf's command, or NULL */
	enum select select;
	struct vm_spec vm;
};

/* 0, or a negative errno with a sentence. */
int run_options_parse(struct run_options *options, int argc, char **argv);

#endif
