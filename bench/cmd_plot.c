// SPDX-License-Identifier: GPL-2.0-only
/* shootdown plot: draws a run. */
#include <errno.h>
#include <limits.h>
#include <stdio.h>

#include "analysis/plot.h"
#include "commands.h"
#include "options.h"
#include "run_arg.h"
#include "util/err.h"

struct options {
	struct run_args args;
	const char *x;
};

static const struct argp_option argp_options[] = {
	{ "x", 'x', "AXIS", 0, "The axis from left to right (ranges, where it varies)", 0 }, { 0 }
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct options *o = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &o->args;
		return 0;
	case 'x':
		o->x = arg;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

/* Each metric in plots of its own. */
static int plot_metrics(const struct options *o, const struct run *run, struct plot_list *made)
{
	int ret = 0;

	for (size_t i = 0; i < o->args.metrics && !ret; i++)
		ret = plot_run(run, o->args.metric[i], o->args.by, o->x, made);
	return ret;
}

static int plot(const struct options *o, struct plot_list *made)
{
	struct run run = { 0 };
	char path[PATH_MAX];
	int ret = run_arg(path, sizeof(path), o->args.run);

	if (!ret)
		ret = run_read(&run, path, RUN_HISTOGRAMS);
	if (!ret)
		ret = plot_metrics(o, &run, made);
	for (size_t i = 0; i < made->count && !ret; i++)
		printf("%s/plots/%s.svg\n", path, made->plot[i].name);
	run_free(&run);
	return run_arg_flush(ret);
}

int cmd_plot(int argc, char **argv)
{
	static const struct argp_child children[] = { { &run_args_argp, 0, NULL, 0 }, { 0 } };
	static const struct argp argp = {
		.options = argp_options,
		.parser = parse,
		.doc = "Draws a run: SVG and PNG, with the .gp and .dat of each, into RUN/plots; "
		       "--metric may stand more than once." RUN_ARG_HELP,
		.children = children,
	};
	struct options o = { .args.by = "variant" };
	struct plot_list made = { 0 };
	int ret = options_parse(&argp, argc, argv, 0, &o);

	if (o.args.metrics == 0)
		o.args.metric[o.args.metrics++] = "op.p50";
	if (!ret)
		plot(&o, &made);
	plot_list_free(&made);
	return (int)err_report();
}
