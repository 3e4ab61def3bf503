// SPDX-License-Identifier: GPL-2.0-only
#include "number.h"

bool number_begin(const char *text, long long *value, const char **end)
{
	const char *at = text;
	long long read = 0;

	for (; *at >= '0' && *at <= '9'; at++)
		if (__builtin_mul_overflow(read, 10, &read) ||
		    __builtin_add_overflow(read, *at - '0', &read))
			return false;
	if (at == text)
		return false;
	*value = read;
	*end = at;
	return true;
}

bool number_parse(const char *text, long long min, long long max, long long *value)
{
	long long read;
	const char *end;

	if (!number_begin(text, &read, &end) || *end || read < min || read > max)
		return false;
	*value = read;
	return true;
}
