// SPDX-License-Identifier: GPL-2.0-only
#include "text.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

size_t text_width(const char *text)
{
	size_t width = 0;

	for (; *text; text++)
		width += (*text & 0xc0) != 0x80;
	return width;
}

void text_wrap(FILE *out, const char *text, int indent)
{
	size_t column = 0;

	while (*text) {
		size_t len = strcspn(text, " "), width = 0;

		for (size_t i = 0; i < len; i++)
			width += (text[i] & 0xc0) != 0x80;
		if (column > 0 && column + 1 + width > TEXT_COLUMNS) {
			fprintf(out, "\n%*s", indent, "");
			column = (size_t)indent;
		} else if (column > 0) {
			fputc(' ', out);
			column++;
		}
		fwrite(text, 1, len, out);
		column += width;
		text += len;
		text += strspn(text, " ");
	}
	fputc('\n', out);
}

const char *text_clip(char *buf, const char *text, size_t columns)
{
	const char *end = text;

	if (text_width(text) <= columns)
		return text;
	for (size_t width = 0; width < columns - 2 || (*end & 0xc0) == 0x80; end++)
		width += (end[1] & 0xc0) != 0x80;
	sprintf(buf, "%.*s..", (int)(end - text), text);
	return buf;
}

const char *text_exact(char buf[static TEXT_NUMBER], double value)
{
	for (int digits = 15; digits <= 17; digits++) {
		snprintf(buf, TEXT_NUMBER, "%.*g", digits, value);
		if (strtod(buf, NULL) == value)
			break;
	}
	return buf;
}

struct text_scale text_scale(const char *unit, double smallest)
{
	struct text_scale scale = { 1, unit, 0 };

	smallest = fabs(smallest);
	if (!isfinite(smallest) || smallest == 0)
		return scale;
	if (strcmp(unit, "ns") == 0 && smallest >= 1e6)
		scale = (struct text_scale){ 1e-6, "ms", 0 };
	else if (strcmp(unit, "ns") == 0 && smallest >= 1e3)
		scale = (struct text_scale){ 1e-3, "us", 0 };
	scale.decimals = 2 - (int)floor(log10(smallest * scale.factor));
	if (scale.decimals < 0 || (!unit[0] && smallest == floor(smallest)))
		scale.decimals = 0;
	if (scale.decimals > 9)
		scale.decimals = 9;
	return scale;
}

const char *text_scaled(char buf[static TEXT_NUMBER], const struct text_scale *scale, double value)
{
	double shown = value * scale->factor;

	if (isnan(value))
		snprintf(buf, TEXT_NUMBER, "-");
	else if (fabs(shown) < 1e15)
		snprintf(buf, TEXT_NUMBER, "%.*f", scale->decimals, shown);
	else
		snprintf(buf, TEXT_NUMBER, "%.6g", shown);
	return buf;
}

const char *text_change(char buf[static TEXT_NUMBER], double change)
{
	double percent = 100 * change;

	if (fabs(percent) < 9.95)
		snprintf(buf, TEXT_NUMBER, "%+.1f", percent);
	else if (fabs(percent) < 1e6)
		snprintf(buf, TEXT_NUMBER, "%+.0f", percent);
	else
		snprintf(buf, TEXT_NUMBER, "%+.3g", percent);
	return buf;
}

void text_csv(FILE *out, const char *text)
{
	if (!strpbrk(text, ",\"\r\n")) {
		fputs(text, out);
		return;
	}
	fputc('"', out);
	for (; *text; text++) {
		if (*text == '"')
			fputc('"', out);
		fputc(*text, out);
	}
	fputc('"', out);
}

static bool is_markup(const char *text, size_t at)
{
	if (text[at] == '_')
		return at == 0 || !isalnum((unsigned char)text[at - 1]) ||
		       !isalnum((unsigned char)text[at + 1]);
	if (text[at] == ']')
		return text[at + 1] && strchr("([:", text[at + 1]);
	return strchr("\\`*<|&", text[at]) != NULL;
}

void text_markdown(FILE *out, const char *text)
{
	for (size_t i = 0; text[i]; i++) {
		if (is_markup(text, i))
			fputc('\\', out);
		fputc(text[i], out);
	}
}

static void put_fence(FILE *out, size_t len)
{
	while (len--)
		fputc('`', out);
	fputc('\n', out);
}

void text_fenced(FILE *out, const char *text)
{
	size_t fence = 3;

	for (const char *at = text; (at = strchr(at, '`')); at += strspn(at, "`"))
		if (strspn(at, "`") >= fence)
			fence = strspn(at, "`") + 1;
	put_fence(out, fence);
	fputs(text + (text[0] == '\n'), out);
	put_fence(out, fence);
}
