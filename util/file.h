/* SPDX-License-Identifier: GPL-2.0-only */
/* Files that a stranger may have written: no FIFO that makes the reader wait, no device without an end. */
#ifndef UTIL_FILE_H
#define UTIL_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/*
 * Opens the regular file @path to read it. NULL with errno, and in @why, unless that is NULL, the
 * reason in words: EISDIR for a folder, EINVAL for what is no file either.
 */
FILE *file_open(const char *path, const char **why);

/*
 * All of the regular file @path, of at most @most bytes, and '\0' behind them; to be freed. Their
 * number is in @len. NULL as for file_open(); EFBIG when it is longer.
 */
char *file_read(const char *path, size_t most, size_t *len, const char **why);

/* The first line of the small file @path of /proc or /sys, without its newline, cut at @size. */
bool file_line(const char *path, char *line, size_t size);

#endif
