// SPDX-License-Identifier: GPL-2.0-only
#include "profile.h"

#include <stdlib.h>
#include <string.h>

#include "analysis/text/table.h"
#include "util/err.h"

enum {
	ROWS_MOST = 12,
	COLUMNS_MOST = 6 /* a mail is not wider */
};

/* A function: how often it was met, in each column and in all. */
struct row {
	const char *name;
	uint64_t met[COLUMNS_MOST], all;
};

struct profile {
	const struct run *run;
	size_t by, columns;
	uint64_t kernel[COLUMNS_MOST]; /* what the shares are of */
	struct row *row;
	size_t rows, room;
};

/* Names are few, and the same in each sample. */
static struct row *find_row(struct profile *p, const char *name)
{
	for (size_t i = 0; i < p->rows; i++)
		if (!strcmp(p->row[i].name, name))
			return &p->row[i];
	if (p->rows == p->room) {
		struct row *grown = reallocarray(p->row, 2 * p->room + 64, sizeof(*grown));

		if (!grown)
			return NULL;
		p->row = grown;
		p->room = 2 * p->room + 64;
	}
	p->row[p->rows] = (struct row){ .name = name };
	return &p->row[p->rows++];
}

static int add_sample(struct profile *p, const struct sample *s)
{
	size_t column = s->axis[p->by];

	if (column >= COLUMNS_MOST)
		return 0;
	p->kernel[column] += s->in_kernel;
	for (size_t i = 0; i < s->symbols; i++) {
		struct row *row = find_row(p, s->symbol[i].name);

		if (!row)
			return err_memory();
		row->met[column] += s->symbol[i].samples;
		row->all += s->symbol[i].samples;
	}
	return 0;
}

static int by_all(const void *a, const void *b)
{
	const struct row *x = a, *y = b;

	if (x->all != y->all)
		return x->all < y->all ? 1 : -1;
	return strcmp(x->name, y->name);
}

static int print_rows(FILE *out, const struct profile *p)
{
	const struct axis *axis = &p->run->axis[p->by];
	size_t shown = p->rows < ROWS_MOST ? p->rows : ROWS_MOST;
	char align[COLUMNS_MOST + 2] = "l";
	struct table table;
	int ret;

	memset(align + 1, 'r', p->columns);
	table_init(&table, align);
	table_cell(&table, "kernel function, %% of what was met");
	for (size_t i = 0; i < p->columns; i++)
		table_cell(&table, "%.*s", NAME_COLUMNS, axis->value[i].text);
	for (size_t r = 0; r < shown; r++) {
		table_cell(&table, "%.40s", p->row[r].name);
		for (size_t i = 0; i < p->columns; i++) {
			if (p->kernel[i])
				table_cell(&table, "%.1f",
					   100.0 * (double)p->row[r].met[i] / (double)p->kernel[i]);
			else
				table_cell(&table, "-");
		}
	}
	table_cell(&table, "samples in the kernel");
	for (size_t i = 0; i < p->columns; i++)
		table_cell(&table, "%ju", (uintmax_t)p->kernel[i]);
	ret = table_print(&table, out, 0);
	table_free(&table);
	return ret;
}

int profile_print(FILE *out, const struct run *run, size_t by)
{
	struct profile p = { .run = run, .by = by, .columns = run->axis[by].count };
	int ret = 0;

	if (p.columns > COLUMNS_MOST)
		p.columns = COLUMNS_MOST;
	for (size_t i = 0; !ret && i < run->samples; i++)
		ret = add_sample(&p, &run->sample[i]);
	if (!ret && p.rows) {
		qsort(p.row, p.rows, sizeof(*p.row), by_all);
		fprintf(out, "\nperf record, all points together, in the measured window\n");
		ret = print_rows(out, &p);
	}
	free(p.row);
	return ret;
}
