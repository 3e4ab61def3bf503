/* SPDX-License-Identifier: GPL-2.0-only */
/* RUN, the argument of all commands that read results. */
#ifndef BENCH_CLI_RUN_ARG_H
#define BENCH_CLI_RUN_ARG_H

#include <argp.h>
#include <stdbool.h>
#include <stddef.h>

#define RUN_ARG_HELP "\vRUN is a folder, the name of one in results/, or `last`."

enum {
	RUN_ARG_METRICS = 64
};

/* What such commands are told: RUN, and for tables and plots --by and --metric. */
struct run_args {
	const char *run, *by;
	const char *other; /* a second RUN, for commands that take one */
	bool takes_two;
	const char *metric[RUN_ARG_METRICS];
	size_t metrics;
};

/* Parsers for the children of a command's argp, which get a struct run_args: RUN alone, and all. */
extern const struct argp run_arg_argp, run_args_argp;

/*
 * Puts the folder that @word means into @path of @size bytes; NULL is "last". 0, or a
 * negative errno with a sentence. Outside the project's folder names are looked up in
 * ./results.
 */
int run_arg(char *path, size_t size, const char *word);

/* Brings out what was printed. @ret, or err_setup() when it could not be written: disk full. */
int run_arg_flush(int ret);

#endif
