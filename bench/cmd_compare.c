// SPDX-License-Identifier: GPL-2.0-only
/* shootdown compare: a table of a run, variants side by side. */
#include <argp.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/compare.h"
#include "commands.h"
#include "run_arg.h"
#include "util/err.h"

enum {
	METRICS = 64
};

struct options {
	const char *run, *by, *baseline, *format;
	const char *metric[METRICS];
	size_t metrics;
};

static const struct argp_option argp_options[] = {
	{ "by", 'b', "AXIS", 0, "The axis whose values are compared (variant)", 0 },
	{ "metric", 'm', "METRIC", 0, "What is compared, repeatable (op.p50)", 0 },
	{ "baseline", 'B', "VALUE", 0,
	  "Compare with this value of AXIS (none; where a cell lacks it, its first)", 0 },
	{ "format", 'f', "FORMAT", 0, "table (75 columns, for mail), markdown, csv or json", 0 },
	{ 0 }
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct options *o = state->input;

	switch (key) {
	case 'b':
		o->by = arg;
		return 0;
	case 'm':
		if (o->metrics == METRICS)
			argp_error(state, "at most %d metrics", METRICS);
		else
			o->metric[o->metrics++] = arg;
		return 0;
	case 'B':
		o->baseline = arg;
		return 0;
	case 'f':
		o->format = arg;
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

typedef int (*printer)(const struct comparison *comparison, FILE *out);

static int find_printer(const char *format, printer *print)
{
	static const char *const names[] = { "table", "markdown", "csv", "json" };
	static const printer printers[] = { compare_print_table, compare_print_markdown,
					    compare_print_csv, compare_print_json };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (strcmp(format, names[i]) == 0) {
			*print = printers[i];
			return 0;
		}
	}
	return err_usage("no format \"%s\": table, markdown, csv or json", format);
}

static int compare(const struct options *o, printer print)
{
	struct comparison comparison = { 0 };
	struct run run = { 0 };
	char path[PATH_MAX];
	int ret = run_arg(path, sizeof(path), o->run);

	if (!ret)
		ret = run_read(&run, path, 0);
	if (!ret)
		ret = compare_run(&comparison, &run, o->by, o->metric, o->metrics, o->baseline);
	if (!ret)
		ret = print(&comparison, stdout);
	comparison_free(&comparison);
	run_free(&run);
	return run_arg_flush(ret);
}

int cmd_compare(int argc, char **argv)
{
	static const struct argp argp = { argp_options,
					  parse,
					  "[RUN]",
					  "Compares the values of one axis within a run: median, "
					  "change, and the interval of each." RUN_ARG_HELP,
					  NULL,
					  NULL,
					  NULL };
	struct options o = { .by = "variant", .format = "table" };
	printer print = NULL;

	argp_parse(&argp, argc, argv, 0, NULL, &o);
	if (o.metrics == 0)
		o.metric[o.metrics++] = "op.p50";
	if (!find_printer(o.format, &print))
		compare(&o, print);
	return (int)err_report();
}
