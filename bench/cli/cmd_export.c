// SPDX-License-Identifier: GPL-2.0-only
/* shootdown export: a run in another format. */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "analysis/compare/heading.h"
#include "analysis/report/export.h"
#include "bench/results/gobench.h"
#include "commands.h"
#include "options.h"
#include "run_arg.h"
#include "util/err.h"

struct options {
	struct run_args args;
	const char *format;
};

static const struct argp_option argp_options[] = {
	{ "format", 'f', "FORMAT", 0,
	  "csv (one row per sample and metric), json (all of it) or bench (for benchstat)", 0 },
	{ 0 }
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct options *o = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &o->args;
		return 0;
	case 'f':
		o->format = arg;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static int put_bench(void *run_json, const char *line, size_t len)
{
	json_t *sample = json_loadb(line, len, 0, NULL);

	if (!sample)
		return err_memory();
	gobench_line(stdout, run_json, sample);
	json_decref(sample);
	return 0;
}

static int export_bench(FILE *out, const struct run *run)
{
	json_t *root = export_load(run);
	int ret;

	if (!root)
		return -EINVAL;
	gobench_header(out, root);
	ret = export_lines(run, put_bench, root);
	json_decref(root);
	return ret;
}

typedef int (*exporter)(FILE *out, const struct run *run);

static int find_exporter(const char *format, exporter *export)
{
	static const char *const names[] = { "csv", "json", "bench" };
	static const exporter exporters[] = { export_csv, export_json, export_bench };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (strcmp(format, names[i]) == 0) {
			*export = exporters[i];
			return 0;
		}
	}
	return err_usage("no format \"%s\": csv, json or bench", format);
}

static int export(const struct options *o, exporter write)
{
	struct run run = { 0 };
	char path[PATH_MAX];
	int ret = run_arg(path, sizeof(path), o->args.run);

	if (!ret)
		ret = run_read(&run, path, RUN_HISTOGRAMS);
	if (!ret) {
		head_gaps(stderr, &run, "shootdown: ");
		ret = write(stdout, &run);
	}
	run_free(&run);
	return run_arg_flush(ret);
}

int cmd_export(int argc, char **argv)
{
	static const struct argp_child children[] = { { &run_arg_argp, 0, NULL, 0 }, { 0 } };
	static const struct argp argp = {
		.options = argp_options,
		.parser = parse,
		.doc = "Writes a run to standard output: its ok samples, as JSON all of "
		       "them." RUN_ARG_HELP,
		.children = children,
	};
	struct options o = { .format = "csv" };
	exporter write = NULL;
	int ret = options_parse(&argp, argc, argv, 0, &o);

	if (!ret)
		ret = find_exporter(o.format, &write);
	if (!ret)
		export(&o, write);
	return (int)err_report();
}
