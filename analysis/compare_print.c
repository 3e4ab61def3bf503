// SPDX-License-Identifier: GPL-2.0-only
/* A comparison as people read it: aligned for a mail, or as Markdown. */
#include "compare.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "head.h"
#include "table.h"
#include "text.h"
#include "util/err.h"

/* The rows of one block and metric, and how they are shown. */
struct part {
	const struct comparison *comparison;
	const struct row *row;
	size_t rows;
	struct text_scale scale;
};

static const char *const better_words[] = {
	[BETTER_LOWER] = ", lower is better",
	[BETTER_HIGHER] = ", higher is better",
	[BETTER_NEITHER] = "",
};

static double smallest(const struct row *row, size_t rows)
{
	double least = NAN;

	for (size_t i = 0; i < rows; i++)
		if (row[i].median != 0 && !(fabs(row[i].median) >= fabs(least)))
			least = row[i].median;
	return least;
}

static bool numeric_x(const struct part *part)
{
	const struct row *row = part->row;

	return !isnan(point_axis(part->comparison->run, row->point, row->block->x)->number);
}

static const char *alignment(const struct part *part)
{
	if (part->row->block->x == RUN_NONE)
		return "lrrrrl";
	return numeric_x(part) ? "rlrrrrl" : "llrrrrl";
}

static void fill_head(struct table *table, const struct part *part)
{
	const struct run *run = part->comparison->run;
	const char *unit = part->scale.unit;
	size_t x = part->row->block->x;

	if (x != RUN_NONE)
		table_cell(table, "%s", run->axis[x].name);
	table_cell(table, "%s", run->axis[part->comparison->grid.by].name);
	table_cell(table, "n");
	table_cell(table, "median%s%s", unit[0] ? " " : "", unit);
	table_cell(table, "±");
	table_cell(table, "change");
	table_cell(table, "95 %% interval");
}

static void fill_count(struct table *table, const struct row *row)
{
	if (row->n == row->point->count)
		table_cell(table, "%zu", row->n);
	else
		table_cell(table, "%zu/%zu", row->n, row->point->count);
}

/* The longer arm of the interval, in per cent of the median. */
static void fill_spread(struct table *table, const struct row *row)
{
	double spread = fmax(row->interval.high - row->median, row->median - row->interval.low);
	double percent = 100 * spread / fabs(row->median);

	if (isnan(percent) || isinf(percent))
		table_cell(table, "-");
	else
		table_cell(table, percent < 9.95 ? "%.1f %%" : "%.0f %%", percent);
}

static void fill_change(struct table *table, const struct row *row)
{
	char change[TEXT_NUMBER], low[TEXT_NUMBER], high[TEXT_NUMBER], note[4 * NOTE_COLUMNS + 1];

	if (row->base == row->point && row->n > 0) {
		table_cell(table, "baseline");
		table_cell(table, "%s", "");
	} else if (row->note[0]) {
		table_cell(table, "-");
		table_cell(table, "%s", text_clip(note, row->note, NOTE_COLUMNS));
	} else {
		if (row_is_unproven(row))
			table_cell(table, "~");
		else
			table_cell(table, "%s %%", text_change(change, row->change));
		table_cell(table, "[%s, %s]", text_change(low, row->change_interval.low),
			   text_change(high, row->change_interval.high));
	}
}

static void fill_row(struct table *table, const struct part *part, size_t i)
{
	const struct comparison *c = part->comparison;
	const struct row *row = &part->row[i];
	const struct axis_value *by = point_axis(c->run, row->point, c->grid.by);
	char number[TEXT_NUMBER], name[4 * NAME_COLUMNS + 1];

	if (row->block->x != RUN_NONE) {
		bool again = i > 0 && row[-1].base == row->base;
		const struct axis_value *x = point_axis(c->run, row->point, row->block->x);

		table_cell(table, "%s", again ? "" : text_clip(name, x->text, NAME_COLUMNS));
	}
	table_cell(table, "%s", text_clip(name, by->text, NAME_COLUMNS));
	fill_count(table, row);
	table_cell(table, "%s", text_scaled(number, &part->scale, row->median));
	fill_spread(table, row);
	fill_change(table, row);
}

static void print_label(FILE *out, const struct part *part, const char *mark)
{
	char *label = NULL;
	size_t size;
	FILE *words = open_memstream(&label, &size);
	int bytes;

	if (!words)
		return;
	bytes = block_print_label(words, &part->comparison->grid, part->row->block);
	fclose(words);
	if (bytes > 0) {
		fprintf(out, "\n%s", mark);
		if (mark[0])
			text_markdown(out, label);
		else
			text_wrap(out, label, 4);
		fputs(mark[0] ? "**\n" : "", out);
	}
	free(label);
}

static int print_part(FILE *out, const struct part *part, bool markdown)
{
	struct table table;
	int ret;

	table_init(&table, alignment(part));
	fill_head(&table, part);
	for (size_t i = 0; i < part->rows; i++)
		fill_row(&table, part, i);
	print_label(out, part, markdown ? "**" : "");
	if (markdown)
		fputc('\n', out);
	ret = markdown ? table_print_markdown(&table, out) : table_print(&table, out, 0);
	table_free(&table);
	return ret;
}

static int print_parts(const struct comparison *c, FILE *out, bool markdown)
{
	size_t rows = c->grid.points;
	int ret = 0;

	for (size_t m = 0; m < c->metrics && !ret; m++) {
		const struct metric *metric = &c->run->metric[c->metric[m]];
		struct part part = { .comparison = c, .row = &c->row[m * rows] };
		const struct row *end = part.row + rows;

		fprintf(out, "\n%s%s by %s%s\n", markdown ? "### " : "", metric->name,
			c->run->axis[c->grid.by].name, better_words[metric->better]);
		for (; part.row < end && !ret; part.row += part.rows) {
			part.rows = part.row->block->count;
			part.scale = text_scale(metric->unit, smallest(part.row, part.rows));
			ret = print_part(out, &part, markdown);
		}
	}
	return ret;
}

void compare_print_legend(FILE *out)
{
	fputs("\n"
	      "n       samples, each a process of its own; 8/10: 8 of 10 have the value\n"
	      "±       reach of the 95 % interval of the median (order statistics)\n"
	      "change  of the median against the baseline, with its 95 % interval in %\n"
	      "        (bootstrap over samples); ~ the interval holds 0: not proven\n"
	      "-       not given, with the reason\n",
	      out);
}

int compare_print_rows(const struct comparison *c, FILE *out)
{
	return print_parts(c, out, false);
}

int compare_print_table(const struct comparison *c, FILE *out)
{
	int ret;

	head_print(out, c->run);
	head_constants(out, &c->grid);
	ret = compare_print_rows(c, out);
	compare_print_legend(out);
	return ret;
}

int compare_print_markdown(const struct comparison *c, FILE *out)
{
	int ret;

	fputs("```\n", out);
	head_print(out, c->run);
	head_constants(out, &c->grid);
	fputs("```\n", out);
	ret = print_parts(c, out, true);
	fputs("\n```", out);
	compare_print_legend(out);
	fputs("```\n", out);
	return ret;
}
