/* SPDX-License-Identifier: GPL-2.0-only */
/* The command line of a subcommand: argp, but an error is one line, as all others are. */
#ifndef BENCH_CLI_OPTIONS_H
#define BENCH_CLI_OPTIONS_H

#include <argp.h>

/*
 * As argp_parse(). A parser that does not like what it gets returns err_usage(). 0, or a negative errno with a
 * sentence, also for what @argp does not know. --help and --usage end the program.
 */
int options_parse(const struct argp *argp, int argc, char **argv, unsigned int flags, void *input);

/* Reads @text, the value of @option, as a whole number from @min to @max. 0, or err_usage(). */
int option_number(const char *option, const char *text, long long min, long long max,
		  long long *value);

#endif
