/* SPDX-License-Identifier: GPL-2.0-only */
/* Which folder a person means by a run. */
#ifndef ANALYSIS_READ_FIND_H
#define ANALYSIS_READ_FIND_H

#include <stddef.h>

/*
 * Puts the folder of the run @word into @path of @size bytes: a folder's path, the name of a
 * folder inside @results, or "last" for the newest one there. A run's name begins with its
 * UTC time, so the newest is the last by name of those that begin with a digit. 0, or
 * err_usage() with the nearest name.
 */
int run_find(char *path, size_t size, const char *results, const char *word);

#endif
