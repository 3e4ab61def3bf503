/* SPDX-License-Identifier: GPL-2.0-only */
/* Whole numbers as people write them. */
#ifndef UTIL_NUMBER_H
#define UTIL_NUMBER_H

#include <stdbool.h>

/*
 * Reads the decimal digits at @text as *@value; *@end is behind them. False, and nothing is set, when
 * there are none, or the number is beyond 2^63 - 1: no sign, no blank, no other base.
 */
bool number_begin(const char *text, long long *value, const char **end);

/* The same where nothing else may follow, and the number is from @min to @max. */
bool number_parse(const char *text, long long min, long long max, long long *value);

#endif
