// SPDX-License-Identifier: GPL-2.0-only
/* Text and numbers on their way into tables, CSV, Markdown and gnuplot: read back, they are the same. */
#include "fuzz.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/plot/gnuplot.h"
#include "analysis/text/text.h"
#include "util/control.h"
#include "util/err.h"
#include "util/nearest.h"
#include "util/number.h"

static char *written(void (*write)(FILE *out, const char *text), const char *text)
{
	char *result;
	size_t size;
	FILE *out = open_memstream(&result, &size);

	write(out, text);
	fclose(out);
	return result;
}

/* @written, in @quote where it has to be, is @text with each quote twice. */
static void check_quoted(const char *written, char quote, const char *text)
{
	bool quoted = *written == quote;

	written += quoted;
	for (; *text; text++, written++) {
		require(*written == *text, "%s is not %s", written, text);
		if (quoted && *text == quote)
			written++;
		require(*written == *text, "a quote is alone in %s", written);
	}
	require(!quoted || *written == quote, "no quote at the end");
	require(!written[quoted], "behind the text: %s", written);
}

static void check_csv(const char *text)
{
	char *csv = written(text_csv, text);

	check_quoted(csv, '"', text);
	require(*csv == '"' || !strpbrk(csv, ",\"\r\n"), "not quoted: %s", csv);
	free(csv);
}

static void check_gnuplot(const char *text)
{
	char *string = written(gnuplot_string, text);

	require(*string == '\'', "no string: %s", string);
	check_quoted(string, '\'', text);
	free(string);
}

static void check_markdown(const char *text)
{
	char *all = written(text_markdown, text), *markdown = all;

	for (; *text; text++, markdown++) {
		bool escaped = *markdown == '\\';

		markdown += escaped;
		require(escaped || !strchr("\\`*<|&", *text), "markup in %s", markdown);
		require(*markdown == *text, "%s is not %s", markdown, text);
	}
	require(!*markdown, "behind the text: %s", markdown);
	free(all);
}

static void check_clip(const char *text, size_t columns)
{
	char buf[4 * 100 + 1];
	const char *clipped = text_clip(buf, text, columns);
	size_t kept = clipped == text ? strlen(text) : strlen(clipped) - 2;

	require(text_width(clipped) <= columns, "%s is wider than %zu", clipped, columns);
	require(!strncmp(clipped, text, kept), "%s does not begin as %s", clipped, text);
}

/* The same words, and no line wider than it may be unless it is one word. */
static void check_wrap(const char *text)
{
	char *lines;
	size_t size;
	FILE *out = open_memstream(&lines, &size);

	text_wrap(out, text, 4);
	fclose(out);
	for (char *line = lines, *rest = lines; *rest && (line = strsep(&rest, "\n"));)
		require(text_width(line) <= TEXT_COLUMNS || !strchr(line + strspn(line, " "), ' '),
			"a wide line: %s", line);
	free(lines);
}

static void check_number(const char *text)
{
	long long value, read;
	char *end;

	if (!number_parse(text, 0, INT64_MAX, &value))
		return;
	read = strtoll(text, &end, 10);
	require(!*end && read == value, "%s is read as %lld", text, value);
}

/* One line of an error, whatever it quotes. */
static void check_error(const char *text)
{
	accepted(err_usage("cannot read %s", text));
}

static void check_double(const uint8_t *data)
{
	char exact[TEXT_NUMBER], scaled[TEXT_NUMBER], change[TEXT_NUMBER];
	struct text_scale scale;
	double value;

	memcpy(&value, data, sizeof(value));
	if (!isfinite(value))
		return;
	require(strtod(text_exact(exact, value), NULL) == value, "%s is not %.17g", exact, value);
	scale = text_scale("ns", value);
	text_scaled(scaled, &scale, value);
	text_change(change, value);
	require(scale.decimals >= 0 && scale.decimals <= 9, "%d decimals", scale.decimals);
	require(strlen(scaled) < TEXT_NUMBER - 1 && strlen(change) < TEXT_NUMBER - 1,
		"%s or %s was cut", scaled, change);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *const names[] = { "dontneed", "munmap", "", "op.p50" };
	char *text = text_of(data, size);

	check_csv(text);
	check_gnuplot(text);
	check_markdown(text);
	check_number(text);
	check_error(text);
	nearest(text, names, 4);
	control_clean(text);
	require(!control_in(text), "not clean: %s", text);
	check_wrap(text);
	if (size)
		check_clip(text, 3 + data[0] % 98);
	if (size >= sizeof(double))
		check_double(data);
	free(text);
	return 0;
}
