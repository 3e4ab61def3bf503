// SPDX-License-Identifier: GPL-2.0-only
#include "table.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "text.h"
#include "util/err.h"

void table_init(struct table *table, const char *align)
{
	*table = (struct table){ .align = align, .columns = strlen(align) };
}

static int grow(struct table *table)
{
	size_t room = table->room ? 2 * table->room : 64;
	char **cell = reallocarray(table->cell, room, sizeof(*cell));

	if (!cell)
		return -ENOMEM;
	table->cell = cell;
	table->room = room;
	return 0;
}

void table_cell(struct table *table, const char *format, ...)
{
	va_list args;

	if (!table->error && table->count == table->room)
		table->error = grow(table);
	if (table->error)
		return;
	va_start(args, format);
	if (vasprintf(&table->cell[table->count], format, args) < 0)
		table->error = -ENOMEM;
	else
		table->count++;
	va_end(args);
}

static void measure(const struct table *table, size_t *width)
{
	for (size_t i = 0; i < table->count; i++) {
		size_t w = text_width(table->cell[i]);

		if (w > width[i % table->columns])
			width[i % table->columns] = w;
	}
}

int table_measure(const struct table *table, size_t *before, size_t *last)
{
	size_t *width = calloc(table->columns, sizeof(*width));

	*before = *last = 0;
	if (!width || table->error) {
		free(width);
		return err_memory();
	}
	measure(table, width);
	for (size_t i = 0; i + 1 < table->columns; i++)
		*before += width[i] + 2;
	*last = width[table->columns - 1];
	free(width);
	return 0;
}

/* Blanks are held back until something follows, so that no line ends in one. */
static void print_row(const struct table *table, FILE *out, char **cell, const size_t *width,
		      size_t held)
{
	for (size_t c = 0; c < table->columns; c++) {
		size_t free = width[c] - text_width(cell[c]);

		if (table->align[c] == 'r')
			held += free;
		if (cell[c][0]) {
			fprintf(out, "%*s%s", (int)held, "", cell[c]);
			held = 0;
		}
		held += table->align[c] == 'l' ? free + 2 : 2;
	}
	fputc('\n', out);
}

int table_print(const struct table *table, FILE *out, int indent)
{
	size_t *width = calloc(table->columns, sizeof(*width));

	if (!width || table->error) {
		free(width);
		return err_memory();
	}
	measure(table, width);
	for (size_t i = 0; i + table->columns <= table->count; i += table->columns)
		print_row(table, out, &table->cell[i], width, (size_t)indent);
	free(width);
	return 0;
}

static void print_rule(const struct table *table, FILE *out)
{
	for (size_t c = 0; c < table->columns; c++)
		fputs(table->align[c] == 'r' ? "| ---: " : "| --- ", out);
	fputs("|\n", out);
}

int table_print_markdown(const struct table *table, FILE *out)
{
	if (table->error)
		return err_memory();
	for (size_t i = 0; i + table->columns <= table->count; i += table->columns) {
		for (size_t c = 0; c < table->columns; c++) {
			fputs("| ", out);
			text_markdown(out, table->cell[i + c]);
			fputc(' ', out);
		}
		fputs("|\n", out);
		if (i == 0)
			print_rule(table, out);
	}
	return 0;
}

void table_free(struct table *table)
{
	for (size_t i = 0; i < table->count; i++)
		free(table->cell[i]);
	free(table->cell);
}
