/* SPDX-License-Identifier: GPL-2.0-only */
/* RUN, the argument of all commands that read results. */
#ifndef BENCH_RUN_ARG_H
#define BENCH_RUN_ARG_H

#include <stddef.h>

#define RUN_ARG_HELP "\vRUN is a folder, the name of one in results/, or `last`."

/*
 * Puts the folder that @word means into @path of @size bytes; NULL is "last". 0, or a
 * negative errno with a sentence. Outside the project's folder names are looked up in
 * ./results.
 */
int run_arg(char *path, size_t size, const char *word);

/* Brings out what was printed. @ret, or err_setup() when it could not be written: disk full. */
int run_arg_flush(int ret);

#endif
