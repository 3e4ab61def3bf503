/* SPDX-License-Identifier: GPL-2.0-only */
/* A table of text: filled cell by cell, printed aligned or as Markdown. */
#ifndef ANALYSIS_TEXT_TABLE_H
#define ANALYSIS_TEXT_TABLE_H

#include <stddef.h>
#include <stdio.h>

/* Wider names and notes are clipped where lines have to fit a mail. */
enum {
	NAME_COLUMNS = 16,
	NOTE_COLUMNS = 20
};

struct table {
	const char *align; /* 'l' or 'r' for each column */
	char **cell;       /* row by row */
	size_t columns, count, room;
	int error; /* -ENOMEM once memory was out: further cells are dropped */
};

/* @align must outlive the table: as many columns as it has characters. */
void table_init(struct table *table, const char *align);

/* The next cell, from left to right and from top to bottom. The first row is the head. */
void table_cell(struct table *table, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The rows, columns two spaces apart, @indent spaces in front. 0, or err_memory(). */
int table_print(const struct table *table, FILE *out, int indent);

/* The rows as a Markdown table. 0, or err_memory(). */
int table_print_markdown(const struct table *table, FILE *out);

/* Columns that all but the last take with the blanks behind them, and the last. 0, or err_memory(). */
int table_measure(const struct table *table, size_t *before, size_t *last);

void table_free(struct table *table);

#endif
