/* SPDX-License-Identifier: GPL-2.0-only */
/* Bytes as text: base64 of RFC 4648, section 4, with padding and without line breaks. */
#ifndef UTIL_BASE64_H
#define UTIL_BASE64_H

#include <stdbool.h>
#include <stddef.h>

/* Characters that @size bytes become, without a '\0'. */
#define BASE64_LEN(size) (((size) + 2) / 3 * 4)

/* Writes the BASE64_LEN(@size) characters of @bytes to @text. */
void base64_encode(char *text, const unsigned char *bytes, size_t size);

/*
 * Writes what @len characters of @text stand for to @bytes, which has room for @len / 4 * 3, and how many that
 * are to @size. False for what base64_encode() does not write.
 */
bool base64_decode(unsigned char *bytes, size_t *size, const char *text, size_t len);

#endif
