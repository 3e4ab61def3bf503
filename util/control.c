// SPDX-License-Identifier: GPL-2.0-only
#include "control.h"

#include <stddef.h>
#include <string.h>

/* How many bytes of the control character at @at, 0 when it is none. @at is UTF-8. */
static size_t control_bytes(const unsigned char *at)
{
	if (at[0] < 0x20 || at[0] == 0x7f)
		return 1;
	if (at[0] == 0xc2 && at[1] >= 0x80 && at[1] <= 0x9f)
		return 2;
	if (at[0] == 0xe2 && at[1] == 0x80 && at[2] >= 0xa8 && at[2] <= 0xae)
		return 3;
	if (at[0] == 0xe2 && at[1] == 0x81 && at[2] >= 0xa6 && at[2] <= 0xa9)
		return 3;
	return 0;
}

bool control_in(const char *text)
{
	for (const unsigned char *at = (const unsigned char *)text; *at; at++)
		if (control_bytes(at) != 0)
			return true;
	return false;
}

void control_clean(char *text)
{
	for (unsigned char *at = (unsigned char *)text; *at; at++) {
		size_t bytes = control_bytes(at);

		if (bytes != 0)
			memset(at, '?', bytes);
	}
}
