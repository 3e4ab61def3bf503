// SPDX-License-Identifier: GPL-2.0-only
/* shootdown plot: draws a run. */
#include <argp.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>

#include "analysis/plot.h"
#include "commands.h"
#include "run_arg.h"
#include "util/err.h"

struct options {
	const char *run, *by, *x, *metric;
};

static const struct argp_option argp_options[] = {
	{ "by", 'b', "AXIS", 0, "The axis of which each value gets a line (variant)", 0 },
	{ "x", 'x', "AXIS", 0, "The axis from left to right (ranges, where it varies)", 0 },
	{ "metric", 'm', "METRIC", 0, "What is drawn (op.p50)", 0 },
	{ 0 }
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct options *o = state->input;

	switch (key) {
	case 'b':
		o->by = arg;
		return 0;
	case 'x':
		o->x = arg;
		return 0;
	case 'm':
		o->metric = arg;
		return 0;
	case ARGP_KEY_ARG:
		if (o->run)
			argp_error(state, "one RUN, not \"%s\" too", arg);
		o->run = arg;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static int plot(const struct options *o, struct plot_list *made)
{
	struct run run = { 0 };
	char path[PATH_MAX];
	int ret = run_arg(path, sizeof(path), o->run);

	if (!ret)
		ret = run_read(&run, path, RUN_HISTOGRAMS);
	if (!ret)
		ret = plot_run(&run, o->metric, o->by, o->x, made);
	for (size_t i = 0; i < made->count && !ret; i++)
		printf("%s/plots/%s.svg\n", path, made->plot[i].name);
	run_free(&run);
	return run_arg_flush(ret);
}

int cmd_plot(int argc, char **argv)
{
	static const struct argp argp = {
		argp_options,
		parse,
		"[RUN]",
		"Draws a run: SVG and PNG, with the .gp and .dat of each, "
		"into RUN/plots." RUN_ARG_HELP,
		NULL,
		NULL,
		NULL
	};
	struct options o = { .by = "variant", .metric = "op.p50" };
	struct plot_list made = { 0 };

	argp_parse(&argp, argc, argv, 0, NULL, &o);
	plot(&o, &made);
	plot_list_free(&made);
	return (int)err_report();
}
