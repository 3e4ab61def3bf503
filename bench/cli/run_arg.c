// SPDX-License-Identifier: GPL-2.0-only
#include "run_arg.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "analysis/read/find.h"
#include "util/err.h"
#include "util/paths.h"

int run_arg(char *path, size_t size, const char *word)
{
	char results[PATH_MAX];

	if (path_of(results, sizeof(results), "results")) {
		err_clear();
		snprintf(results, sizeof(results), "results");
	}
	return run_find(path, size, results, word ? word : "last");
}

int run_arg_flush(int ret)
{
	if (!ret && (fflush(stdout) || ferror(stdout)))
		return err_setup("cannot write to standard output: %s", strerror(errno));
	return ret;
}

static error_t parse_run(int key, char *arg, struct argp_state *state)
{
	struct run_args *args = state->input;

	if (key != ARGP_KEY_ARG)
		return ARGP_ERR_UNKNOWN;
	if (args->run && (!args->takes_two || args->other))
		return err_usage("%s, not \"%s\" too", args->takes_two ? "two RUNs" : "one RUN",
				 arg);
	*(args->run ? &args->other : &args->run) = arg;
	return 0;
}

static error_t parse_args(int key, char *arg, struct argp_state *state)
{
	struct run_args *args = state->input;

	switch (key) {
	case 'b':
		args->by = arg;
		return 0;
	case 'm':
		if (args->metrics == RUN_ARG_METRICS)
			return err_usage("at most %d metrics", RUN_ARG_METRICS);
		args->metric[args->metrics++] = arg;
		return 0;
	default:
		return parse_run(key, arg, state);
	}
}

static const struct argp_option options[] = {
	{ "by", 'b', "AXIS", 0,
	  "The axis whose values are compared: a row or a line each (variant)", 0 },
	{ "metric", 'm', "METRIC", 0, "What is compared (op.p50)", 0 },
	{ 0 }
};

const struct argp run_arg_argp = { .parser = parse_run, .args_doc = "[RUN]" };
const struct argp run_args_argp = { .options = options, .parser = parse_args, .args_doc = "[RUN]" };
