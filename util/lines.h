/* SPDX-License-Identifier: GPL-2.0-only */
/* Puts bytes that come in pieces together to lines. */
#ifndef UTIL_LINES_H
#define UTIL_LINES_H

#include <stddef.h>

/* All zero: empty. */
struct lines {
	char *data;
	size_t len, capacity;
};

/* Takes a line without its newline, '\0' at @line[@len]. A negative errno ends lines_feed(). */
typedef int (*lines_fn)(void *arg, const char *line, size_t len);

enum {
	LINES_MOST = 1 << 24 /* bytes of one line: 30 times the longest record */
};

/*
 * Hands each line that @data completes to @fn, and keeps the rest. 0, what @fn returned,
 * err_memory(), or err_untrusted() when a line grows beyond LINES_MOST.
 */
int lines_feed(struct lines *lines, const char *data, size_t len, lines_fn fn, void *arg);

/* Hands over what came after the last newline, when there is any. */
int lines_flush(struct lines *lines, lines_fn fn, void *arg);

void lines_free(struct lines *lines);

#endif
