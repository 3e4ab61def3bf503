// SPDX-License-Identifier: GPL-2.0-only
/* shootdown report: summary.md and the plots of a run, anew. */
#include <argp.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>

#include "analysis/report.h"
#include "commands.h"
#include "run_arg.h"
#include "util/err.h"

static error_t parse(int key, char *arg, struct argp_state *state)
{
	const char **run = state->input;

	if (key != ARGP_KEY_ARG)
		return ARGP_ERR_UNKNOWN;
	if (*run)
		argp_error(state, "one RUN, not \"%s\" too", arg);
	*run = arg;
	return 0;
}

int cmd_report(int argc, char **argv)
{
	static const struct argp argp = {
		NULL,    parse,
		"[RUN]", "Writes summary.md and plots into a run's folder." RUN_ARG_HELP,
		NULL,    NULL,
		NULL
	};
	const char *run = NULL;
	char path[PATH_MAX];
	int ret;

	argp_parse(&argp, argc, argv, 0, NULL, &run);
	ret = run_arg(path, sizeof(path), run);
	if (!ret)
		ret = report_write(path);
	if (!ret)
		printf("%s/summary.md\n", path);
	return (int)err_report();
}
