// SPDX-License-Identifier: GPL-2.0-only
#include "base64.h"

#include <stdint.h>
#include <string.h>

static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

void base64_encode(char *text, const unsigned char *bytes, size_t size)
{
	for (size_t i = 0; i < size; i += 3, text += 4) {
		size_t left = size - i;
		uint32_t bits = (uint32_t)bytes[i] << 16;

		bits |= left > 1 ? (uint32_t)bytes[i + 1] << 8 : 0;
		bits |= left > 2 ? bytes[i + 2] : 0;
		text[0] = digits[bits >> 18];
		text[1] = digits[bits >> 12 & 63];
		text[2] = left > 1 ? digits[bits >> 6 & 63] : '=';
		text[3] = left > 2 ? digits[bits & 63] : '=';
	}
}

/* 0 to 63, or -1. */
static int value_of(char c)
{
	const char *at = c ? strchr(digits, c) : NULL;

	return at ? (int)(at - digits) : -1;
}

/* Four characters, of which the last @padding are '='. */
static bool decode_four(unsigned char *bytes, const char *text, size_t padding)
{
	uint32_t bits = 0;

	for (size_t i = 0; i < 4; i++) {
		int value = i < 4 - padding ? value_of(text[i]) : 0;

		if (value < 0)
			return false;
		bits = bits << 6 | (uint32_t)value;
	}
	for (size_t i = 0; i < 3 - padding; i++)
		bytes[i] = (unsigned char)(bits >> (16 - 8 * i));
	/* Bits that no byte takes are 0. */
	return !padding || !(bits & (padding == 1 ? 0xffu : 0xffffu));
}

bool base64_decode(unsigned char *bytes, size_t *size, const char *text, size_t len)
{
	*size = 0;
	if (len % 4)
		return false;
	for (size_t i = 0; i < len; i += 4) {
		bool last = i + 4 == len;
		size_t padding = !last || text[i + 3] != '=' ? 0 : text[i + 2] == '=' ? 2 : 1;

		if (!decode_four(bytes + *size, text + i, padding))
			return false;
		*size += 3 - padding;
	}
	return true;
}
