/* SPDX-License-Identifier: GPL-2.0-only */
/* The known name that a mistyped one was meant to be. */
#ifndef UTIL_NEAREST_H
#define UTIL_NEAREST_H

#include <stddef.h>

/*
 * The name among @count @names at the smallest edit distance (Levenshtein) from @word, the first
 * of equals; NULL when none is nearer than half of the word's length plus one.
 */
const char *nearest(const char *word, const char *const *names, size_t count);

/*
 * The same for names that come one by one: puts @name into @best, of @size bytes, where it is
 * nearer than what stands there. @best begins as "".
 */
void nearest_keep(char *best, size_t size, const char *word, const char *name);

#endif
