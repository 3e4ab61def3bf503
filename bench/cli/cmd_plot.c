// SPDX-License-Identifier: GPL-2.0-only
/* shootdown plot: draws a run. */
#include <errno.h>
#include <limits.h>
#include <stdio.h>

#include "analysis/plot/plot.h"
#include "commands.h"
#include "options.h"
#include "run_arg.h"
#include "util/err.h"

struct options {
	struct run_args args;
	const char *x;
	unsigned int kinds;
};

static const struct argp_option argp_options[] = {
	{ "x", 'x', "AXIS", 0, "The axis from left to right (ranges, where it varies)", 0 },
	{ "kind", 'k', "KIND,...", 0,
	  "Only plots of these kinds, and all of them: ratio, scaling, stack, heat, strip, cdf, "
	  "tail, spectrum, retries, time",
	  0 },
	{ 0 }
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
	case 'k':
		return plot_kinds(arg, &o->kinds) ? EINVAL : 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

/* Each metric in plots of its own; where none was named op.p50, or the first that the suite shows. */
static int plot_metrics(struct options *o, const struct run *run, struct plot_list *made)
{
	int ret = 0;

	if (o->args.metrics == 0 && run->shows)
		o->args.metric[o->args.metrics++] = run_metric(run, "op.p50") != RUN_NONE
							    ? "op.p50"
							    : run->metric[run->shown[0]].name;
	for (size_t i = 0; i < o->args.metrics && !ret; i++)
		ret = plot_run(run, o->args.metric[i], o->args.by, o->x, o->kinds, made);
	return ret;
}

static int plot(struct options *o, struct plot_list *made)
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

	if (!ret)
		plot(&o, &made);
	plot_list_free(&made);
	return (int)err_report();
}
