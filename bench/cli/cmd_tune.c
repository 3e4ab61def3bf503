// SPDX-License-Identifier: GPL-2.0-only
/* shootdown tune and restore: quiets the machine, and puts its settings back. */
#include "commands.h"

#include <stdio.h>

#include "bench/machine/tune.h"
#include "options.h"
#include "util/err.h"

enum {
	KEY_DRY_RUN = 256,
	KEY_FORCE,
	KEY_ROOT
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct tune *tune = state->input;

	if (key == KEY_DRY_RUN)
		tune->dry_run = true;
	else if (key == KEY_FORCE)
		tune->force = true;
	else if (key == KEY_ROOT)
		tune->root = arg;
	else
		return ARGP_ERR_UNKNOWN;
	return 0;
}

int cmd_tune(int argc, char **argv)
{
	static const struct argp_option options[] = {
		{ "dry-run", KEY_DRY_RUN, NULL, 0, "Say what would be set, and set nothing", 0 },
		{ "root", KEY_ROOT, "DIR", OPTION_HIDDEN, "Take DIR for /", 0 },
		{ 0 }
	};
	static const struct argp argp = {
		.options = options,
		.parser = parse,
		.doc = "Sets what disturbs measurements least, until the next boot, and keeps a "
		       "record of what was before; `shootdown doctor` tells what there is to "
		       "set, and why. Needs root.",
	};
	struct tune tune = { .root = "", .write = tune_write_file, .out = stdout };

	if (!options_parse(&argp, argc, argv, 0, &tune))
		tune_set(&tune);
	fflush(stdout);
	return (int)err_report();
}

int cmd_restore(int argc, char **argv)
{
	static const struct argp_option options[] = {
		{ "dry-run", KEY_DRY_RUN, NULL, 0, "Say what would be put back, and do nothing",
		  0 },
		{ "force", KEY_FORCE, NULL, 0,
		  "Put back what somebody else has changed meanwhile, too", 0 },
		{ "root", KEY_ROOT, "DIR", OPTION_HIDDEN, "Take DIR for /", 0 },
		{ 0 }
	};
	static const struct argp argp = {
		.options = options,
		.parser = parse,
		.doc = "Puts back what `shootdown tune` has set, also when that did not end. "
		       "Needs root.",
	};
	struct tune tune = { .root = "", .write = tune_write_file, .out = stdout };

	if (!options_parse(&argp, argc, argv, 0, &tune))
		tune_restore(&tune);
	fflush(stdout);
	return (int)err_report();
}
