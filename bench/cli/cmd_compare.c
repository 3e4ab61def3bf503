// SPDX-License-Identifier: GPL-2.0-only
/* shootdown compare: variants of a run side by side, or two runs; has anything become worse? */
#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/compare/compare.h"
#include "analysis/compare/heading.h"
#include "analysis/compare/judge.h"
#include "analysis/plot/plot.h"
#include "commands.h"
#include "options.h"
#include "run_arg.h"
#include "util/err.h"

struct options {
	struct run_args args;
	const char *baseline, *format, *threshold, *folder;
	double worse; /* the threshold, as a share */
	bool force;
};

enum {
	KEY_FORCE = 256,
	KEY_PLOT,
	KEY_THRESHOLD
};

static const struct argp_option argp_options[] = {
	{ "baseline", 'B', "VALUE", 0,
	  "Compare with this value of AXIS (none; where a cell lacks it, its first)", 0 },
	{ "format", 'f', "FORMAT", 0, "table (75 columns, for mail), markdown, csv or json", 0 },
	{ "plot", KEY_PLOT, "FOLDER", 0, "Draw each row over its baseline, too, into this folder",
	  0 },
	{ "threshold", KEY_THRESHOLD, "PERCENT", 0,
	  "Exit code 1 when something is proven to be worse by more than this", 0 },
	{ "force", KEY_FORCE, NULL, 0,
	  "Compare two runs of other machines or suites, or native with emulated, all the same",
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
	case 'B':
		o->baseline = arg;
		return 0;
	case 'f':
		o->format = arg;
		return 0;
	case KEY_PLOT:
		o->folder = arg;
		return 0;
	case KEY_THRESHOLD:
		o->threshold = arg;
		return 0;
	case KEY_FORCE:
		o->force = true;
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

/* What is compared, and what it was read from. */
struct compared {
	struct run run, other, both;
	struct comparison comparison;
};

static int read_run(struct run *run, const char *word)
{
	char path[PATH_MAX];
	int ret = run_arg(path, sizeof(path), word);

	return ret ? ret : run_read(run, path, 0);
}

static int make(struct compared *c, const struct options *o)
{
	const struct run_args *args = &o->args;
	int ret = read_run(&c->run, args->run);

	if (ret)
		return ret;
	if (!args->other)
		return compare_run(&c->comparison, &c->run, args->by ? args->by : "variant",
				   args->metric, args->metrics, o->baseline);
	ret = read_run(&c->other, args->other);
	if (ret)
		return ret;
	return compare_two(&c->comparison, &c->both, &c->run, &c->other, args->metric,
			   args->metrics, o->force);
}

/* What is missing stands above the tables; what programs read has no place for it. */
static void tell_gaps(const struct compared *c, const struct options *o, printer print)
{
	if (print != compare_print_csv && print != compare_print_json)
		return;
	head_gaps(stderr, &c->run, "shootdown: ");
	if (o->args.other)
		head_gaps(stderr, &c->other, "shootdown: ");
}

/* Tells where the plots are, beside what goes into a mail or a program. */
static int draw(const struct comparison *comparison, const char *folder)
{
	struct plot_list made = { 0 };
	int ret = plot_comparison(comparison, folder, &made);

	for (size_t i = 0; i < made.count && !ret; i++)
		fprintf(stderr, "Drawn: %s/%s.svg\n", folder, made.plot[i].name);
	plot_list_free(&made);
	return ret;
}

static int compare(const struct options *o, printer print)
{
	struct compared c = { 0 };
	int ret = make(&c, o);

	if (!ret)
		tell_gaps(&c, o, print);
	if (!ret)
		ret = run_arg_flush(print(&c.comparison, stdout));
	if (!ret && o->folder)
		ret = draw(&c.comparison, o->folder);
	if (!ret && o->threshold)
		ret = judge_threshold(&c.comparison, o->worse);
	comparison_free(&c.comparison);
	run_free(&c.both);
	run_free(&c.run);
	run_free(&c.other);
	return ret;
}

static int check(struct options *o, printer *print)
{
	char *end;

	if (o->args.other && (o->baseline || o->args.by))
		return err_usage("two runs are compared by run, the first is the baseline: without "
				 "--by and --baseline");
	if (o->force && !o->args.other)
		return err_usage("--force is for two runs");
	if (o->threshold) {
		o->worse = strtod(o->threshold, &end) / 100;
		if (end == o->threshold || *end || !(o->worse >= 0 && o->worse <= 1e6))
			return err_usage("--threshold is '%s', but it is a number of per cent, 0 "
					 "or more",
					 o->threshold);
	}
	return find_printer(o->format, print);
}

int cmd_compare(int argc, char **argv)
{
	static const struct argp_child children[] = { { &run_args_argp, 0, NULL, 0 }, { 0 } };
	static const struct argp argp = {
		.options = argp_options,
		.parser = parse,
		.args_doc = "[RUN]",
		.doc = "Compares the values of one axis within a run, or the second of two runs "
		       "with the first: each median, the change, its interval and its p. --metric "
		       "may stand more than once." RUN_ARG_HELP,
		.children = children,
	};
	struct options o = { .args.takes_two = true, .format = "table" };
	printer print = NULL;
	int ret = options_parse(&argp, argc, argv, 0, &o);

	if (o.args.metrics == 0)
		o.args.metric[o.args.metrics++] = "op.p50";
	if (!ret)
		ret = check(&o, &print);
	if (!ret)
		compare(&o, print);
	return (int)err_report();
}
