// SPDX-License-Identifier: GPL-2.0-only
#include "html.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "util/base64.h"

#define REPLACEMENT 0xfffdU

/*
 * The character at @at, and in *@len how many bytes it has. REPLACEMENT, and 1, for what is no
 * UTF-8: overlong forms, surrogates and what is beyond U+10FFFF, too.
 */
static uint32_t decode(const unsigned char *at, size_t *len)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	size_t bytes = at[0] < 0x80   ? 1
		       : at[0] < 0xc0 ? 0
		       : at[0] < 0xe0 ? 2
		       : at[0] < 0xf0 ? 3
				      : 4;
	uint32_t c = bytes == 1 ? at[0] : at[0] & (0x7fU >> bytes);

	*len = 1;
	if (bytes == 0 || at[0] >= 0xf8)
		return REPLACEMENT;
	for (size_t i = 1; i < bytes; i++) {
		if ((at[i] & 0xc0) != 0x80)
			return REPLACEMENT;
		c = c << 6 | (at[i] & 0x3f);
	}
	if (c < least[bytes] || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
		return REPLACEMENT;
	*len = bytes;
	return c;
}

static bool is_forbidden(uint32_t c)
{
	return (c < 0x20 && c != '\n' && c != '\t') || (c >= 0x7f && c < 0xa0) ||
	       (c & 0xfffe) == 0xfffe || (c >= 0xfdd0 && c <= 0xfdef);
}

/* Marks, embeddings, overrides and isolates of direction; what has no width; ends of lines. */
static bool is_hidden(uint32_t c)
{
	return c == 0xad || c == 0x61c || c == 0x180e || (c >= 0x200b && c <= 0x200f) ||
	       (c >= 0x2028 && c <= 0x202e) || (c >= 0x2060 && c <= 0x206f) || c == 0xfeff ||
	       (c >= 0xe0000 && c <= 0xe007f);
}

static const char *entity_of(uint32_t c)
{
	static const struct {
		char c;
		const char *entity;
	} entities[] = { { '&', "&amp;" },
			 { '<', "&lt;" },
			 { '>', "&gt;" },
			 { '"', "&quot;" },
			 { '\'', "&#39;" } };

	for (size_t i = 0; i < sizeof(entities) / sizeof(entities[0]); i++)
		if (c == (unsigned char)entities[i].c)
			return entities[i].entity;
	return NULL;
}

void html_text(FILE *out, const char *text)
{
	const unsigned char *at = (const unsigned char *)text;
	size_t len;

	for (; *at; at += len) {
		uint32_t c = decode(at, &len);
		const char *entity = entity_of(c);

		if (entity)
			fputs(entity, out);
		else if (c == REPLACEMENT || is_forbidden(c))
			fputs("\xef\xbf\xbd", out);
		else if (is_hidden(c))
			fprintf(out, "[U+%04X]", (unsigned int)c);
		else
			fwrite(at, 1, len, out);
	}
}

void html_put(FILE *out, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	for (; *format; format++) {
		if (*format != '%') {
			fputc(*format, out);
			continue;
		}
		if (*++format == 's')
			html_text(out, va_arg(args, const char *));
		else
			fputc(*format, out);
	}
	va_end(args);
}

void html_base64(FILE *out, const void *data, size_t size)
{
	enum {
		PIECE = 3 * 1024 /* whole groups: only the last piece is padded */
	};
	char text[BASE64_LEN(PIECE)];
	const unsigned char *at = data;

	for (size_t piece; size; at += piece, size -= piece) {
		piece = size < PIECE ? size : PIECE;
		base64_encode(text, at, piece);
		fwrite(text, 1, BASE64_LEN(piece), out);
	}
}
