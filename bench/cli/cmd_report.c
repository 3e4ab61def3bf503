// SPDX-License-Identifier: GPL-2.0-only
/* shootdown report: summary.md, report.html and the plots of a run, anew. */
#include <errno.h>
#include <limits.h>
#include <stdio.h>

#include "analysis/report/report.h"
#include "commands.h"
#include "options.h"
#include "run_arg.h"
#include "util/err.h"

static error_t parse(int key, char *arg, struct argp_state *state)
{
	(void)arg;
	if (key != ARGP_KEY_INIT)
		return ARGP_ERR_UNKNOWN;
	state->child_inputs[0] = state->input;
	return 0;
}

int cmd_report(int argc, char **argv)
{
	static const struct argp_child children[] = { { &run_arg_argp, 0, NULL, 0 }, { 0 } };
	static const struct argp argp = {
		.parser = parse,
		.doc = "Writes summary.md, report.html and plots into a run's folder." RUN_ARG_HELP,
		.children = children,
	};
	struct run_args args = { 0 };
	char path[PATH_MAX];
	int ret = options_parse(&argp, argc, argv, 0, &args);

	if (!ret)
		ret = run_arg(path, sizeof(path), args.run);
	if (!ret)
		ret = report_write(path);
	if (!ret)
		printf("%s/summary.md\n%s/report.html\n", path, path);
	return (int)err_report();
}
