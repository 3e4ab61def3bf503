/* SPDX-License-Identifier: GPL-2.0-only */
/* Control characters in text that somebody else wrote: a terminal must not obey a host name. */
#ifndef UTIL_CONTROL_H
#define UTIL_CONTROL_H

#include <stdbool.h>

/*
 * True when @text has a control character: C0, DEL, C1 (as UTF-8), a line separator, or what changes the
 * direction of the text that follows (U+202A to U+202E, U+2066 to U+2069).
 */
bool control_in(const char *text);

/* Replaces each control character by '?', in place. */
void control_clean(char *text);

#endif
