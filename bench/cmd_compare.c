// SPDX-License-Identifier: GPL-2.0-only
/* shootdown compare: a table of a run, variants side by side. */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/compare.h"
#include "commands.h"
#include "options.h"
#include "run_arg.h"
#include "util/err.h"

struct options {
	struct run_args args;
	const char *baseline, *format;
};

static const struct argp_option argp_options[] = {
	{ "baseline", 'B', "VALUE", 0,
	  "Compare with this value of AXIS (none; where a cell lacks it, its first)", 0 },
	{ "format", 'f', "FORMAT", 0, "table (75 columns, for mail), markdown, csv or json", 0 },
	{ 0 }
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct options *o = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &o->args;
		return 0;
	case 'B':
		o->baseline = arg;
		return 0;
	case 'f':
		o->format = arg;
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
	int ret = run_arg(path, sizeof(path), o->args.run);

	if (!ret)
		ret = run_read(&run, path, 0);
	if (!ret)
		ret = compare_run(&comparison, &run, o->args.by, o->args.metric, o->args.metrics,
				  o->baseline);
	if (!ret)
		ret = print(&comparison, stdout);
	comparison_free(&comparison);
	run_free(&run);
	return run_arg_flush(ret);
}

int cmd_compare(int argc, char **argv)
{
	static const struct argp_child children[] = { { &run_args_argp, 0, NULL, 0 }, { 0 } };
	static const struct argp argp = {
		.options = argp_options,
		.parser = parse,
		.doc = "Compares the values of one axis within a run: median, change, and the "
		       "interval of each; --metric may stand more than once." RUN_ARG_HELP,
		.children = children,
	};
	struct options o = { .args.by = "variant", .format = "table" };
	printer print = NULL;
	int ret = options_parse(&argp, argc, argv, 0, &o);

	if (o.args.metrics == 0)
		o.args.metric[o.args.metrics++] = "op.p50";
	if (!ret)
		ret = find_printer(o.format, &print);
	if (!ret)
		compare(&o, print);
	return (int)err_report();
}
