// SPDX-License-Identifier: GPL-2.0-only
#include "comparison_table.h"

#include <math.h>
#include <stdlib.h>

#include "analysis/text/table.h"
#include "util/err.h"

/* Which columns there are, and what names may take. */
struct layout {
	bool x, n;
	size_t room;
};

enum {
	NAME_LEAST = 8,
	NAME_LEN = 512
};

/* Rows of a metric stand as their points do in the grid. */
static const struct row *base_of(const struct row *row)
{
	return row + (row->base - row->point);
}

static bool has_x(const struct part *part)
{
	return !part->flat && part->row->block->x != RUN_NONE;
}

static bool numeric_x(const struct part *part)
{
	const struct row *row = part->row;

	return !isnan(point_axis(part->comparison->run, row->point, row->block->x)->number);
}

static const char *alignment(const struct part *part, const struct layout *layout)
{
	static const char *const text[] = { "rrrlrl", "rrrlrrl" };
	static const char *const with_x[2][2] = { { "lrrrlrl", "lrrrlrrl" },
						  { "rrrrlrl", "rrrrlrrl" } };

	return layout->x ? with_x[numeric_x(part)][layout->n] : text[layout->n];
}

bool part_varies(const struct part *part, size_t axis)
{
	const uint32_t *first = part->row->point->sample[0]->axis;

	for (size_t i = 1; i < part->rows; i++)
		if (part->row[i].point->sample[0]->axis[axis] != first[axis])
			return axis != part->comparison->grid.by;
	return false;
}

static void add_word(char name[static NAME_LEN], size_t *used, const char *word)
{
	int more = snprintf(name + *used, NAME_LEN - *used, "%s%s", *used ? " " : "", word);

	*used += (size_t)more;
	if (*used >= NAME_LEN)
		*used = NAME_LEN - 1;
}

/* What the last column is of, and with @row, what it is called. */
static void name_of(char name[static NAME_LEN], const struct part *part, const struct row *row)
{
	const struct comparison *c = part->comparison;
	size_t used = 0;

	name[0] = '\0';
	for (size_t i = 0; i < c->run->axes; i++)
		if (part->flat ? part_varies(part, i) : i == c->grid.by)
			add_word(name, &used,
				 row ? point_axis(c->run, row->point, i)->text
				     : c->run->axis[i].name);
}

static void fill_head(struct table *table, const struct part *part, const struct layout *layout)
{
	char name[NAME_LEN], clipped[4 * NAME_LEN + 1];

	if (layout->x)
		table_cell(table, "%s", part->comparison->run->axis[part->row->block->x].name);
	table_cell(table, "%%stddev");
	table_cell(table, "%%change");
	table_cell(table, "%%stddev");
	table_cell(table, "interval");
	table_cell(table, "p");
	if (layout->n)
		table_cell(table, "n");
	name_of(name, part, NULL);
	table_cell(table, "%s", text_clip(clipped, name, layout->room));
}

/* As the robot has it: the standard deviation in per cent. */
static void fill_value(struct table *table, const struct part *part, const struct row *row)
{
	double percent = 100 * row->sd / fabs(row->median);
	char number[TEXT_NUMBER];

	text_scaled(number, &part->scale, row->median);
	if (isfinite(percent) && percent < 1e6)
		table_cell(table, "%s ±%2.0f%%", number, percent);
	else
		table_cell(table, "%s     ", number);
}

static void fill_p(struct table *table, double p)
{
	table_cell(table, p < 0.0005 ? "<.001" : "%.3f", p);
}

/* In the unit of the table, with a sign. */
static const char *difference(char number[static TEXT_NUMBER], const struct part *part,
			      double value)
{
	char bare[TEXT_NUMBER];

	text_scaled(bare, &part->scale, value);
	snprintf(number, TEXT_NUMBER, "%s%.30s", value > 0 ? "+" : "", bare);
	return number;
}

static void fill_change(struct table *table, const struct part *part, const struct row *row)
{
	char change[TEXT_NUMBER];

	if (row->verdict == VERDICT_NONE)
		table_cell(table, "%s", row_is_base(row) ? "" : "-");
	else if (row_is_unproven(row))
		table_cell(table, row->verdict == VERDICT_NOISE ? "~ A/A" : "~");
	else if (row->absolute)
		table_cell(table, "%s", difference(change, part, row->shift));
	else
		table_cell(table, "%s%%", text_change(change, row->change));
}

/* Without the sign of plus: a bracket says enough. */
static const char *interval_end(char number[static TEXT_NUMBER], const struct part *part,
				const struct row *row, double end)
{
	const char *text = row->absolute ? difference(number, part, end) : text_change(number, end);

	return text + (*text == '+');
}

/* Why there is no interval. */
static const char *note_of(const struct part *part, const struct row *row)
{
	const struct comparison *c = part->comparison;

	if (!part->flat || !row_is_base(row) || row->note[0])
		return row->note;
	return point_axis(c->run, row->point, c->grid.by)->text ==
			       c->run->axis[c->grid.by].value[0].text
		       ? "only in A"
		       : "only in B";
}

static void fill_proof(struct table *table, const struct part *part, const struct row *row)
{
	char low[TEXT_NUMBER], high[TEXT_NUMBER], clipped[4 * NOTE_COLUMNS + 1];

	if (row->verdict == VERDICT_NONE) {
		table_cell(table, "%s", text_clip(clipped, note_of(part, row), NOTE_COLUMNS));
		table_cell(table, "%s", "");
		return;
	}
	table_cell(table, "[%s, %s]", interval_end(low, part, row, row->shift_interval.low),
		   interval_end(high, part, row, row->shift_interval.high));
	fill_p(table, row->p_holm);
}

static void count_words(char words[static TEXT_NUMBER], const struct row *row)
{
	if (row->n == row->point->count)
		snprintf(words, TEXT_NUMBER, "%zu", row->n);
	else
		snprintf(words, TEXT_NUMBER, "%zu/%zu", row->n, row->point->count);
}

static void fill_count(struct table *table, const struct row *row)
{
	char value[TEXT_NUMBER], base[TEXT_NUMBER];

	count_words(value, row);
	count_words(base, base_of(row));
	if (row_is_base(row))
		table_cell(table, "%s", value);
	else
		table_cell(table, "%s:%s", base, value);
}

static void fill_name(struct table *table, const struct part *part, const struct layout *layout,
		      const struct row *row)
{
	char name[NAME_LEN], clipped[4 * NAME_LEN + 1];

	name_of(name, part, row);
	table_cell(table, "%s", text_clip(clipped, name, layout->room));
}

static void fill_x(struct table *table, const struct part *part, size_t i, bool first)
{
	const struct row *row = &part->row[i];
	const struct axis_value *x = point_axis(part->comparison->run, row->point, row->block->x);
	char name[4 * NAME_COLUMNS + 1];

	table_cell(table, "%s", first ? text_clip(name, x->text, NAME_COLUMNS) : "");
}

static void fill_rows(struct table *table, const struct part *part, const struct layout *layout)
{
	const struct row *shown = NULL;

	fill_head(table, part, layout);
	for (size_t i = 0; i < part->rows; i++) {
		const struct row *row = &part->row[i];

		if (row_is_base(row) && !row_is_alone(part->comparison, row))
			continue;
		if (layout->x)
			fill_x(table, part, i, !shown || shown->base != row->base);
		fill_value(table, part, base_of(row));
		fill_change(table, part, row);
		if (row_is_base(row))
			table_cell(table, "%s", "");
		else
			fill_value(table, part, row);
		fill_proof(table, part, row);
		if (layout->n)
			fill_count(table, row);
		fill_name(table, part, layout, row);
		shown = row;
	}
}

static void build(struct table *table, const struct part *part, const struct layout *layout)
{
	table_init(table, alignment(part, layout));
	fill_rows(table, part, layout);
}

/* Does it fit with whole names? What is left for them is then in @layout. */
static int fits(const struct part *part, struct layout *layout, bool *does)
{
	struct layout bare = { layout->x, layout->n, TEXT_COLUMNS };
	size_t before, last;
	struct table table;
	int ret;

	build(&table, part, &bare);
	ret = table_measure(&table, &before, &last);
	table_free(&table);
	*does = before + last <= TEXT_COLUMNS;
	layout->room = before + NAME_LEAST < TEXT_COLUMNS ? TEXT_COLUMNS - before : NAME_LEAST;
	return ret;
}

static int print_as(FILE *out, const struct part *part, const struct layout *layout)
{
	struct table table;
	int ret;

	build(&table, part, layout);
	ret = table_print(&table, out, 0);
	table_free(&table);
	return ret;
}

static int print_without_x(FILE *out, const struct part *part)
{
	struct layout layout = { false, true, TEXT_COLUMNS };
	bool does;
	int ret = fits(part, &layout, &does);

	if (!ret && !does) {
		layout.n = false;
		ret = fits(part, &layout, &does);
	}
	return ret ? ret : print_as(out, part, &layout);
}

static int print_cells(FILE *out, const struct part *part)
{
	const struct run *run = part->comparison->run;
	struct part cell = *part;
	int ret = 0;

	for (size_t i = 0; i < part->rows && !ret; i += cell.rows) {
		const struct row *row = &part->row[i];

		cell.row = row;
		for (cell.rows = 1; i + cell.rows < part->rows; cell.rows++)
			if (row[cell.rows].base != row->base)
				break;
		fprintf(out, "%s=%s\n", run->axis[row->block->x].name,
			point_axis(run, row->point, row->block->x)->text);
		ret = print_without_x(out, &cell);
	}
	return ret;
}

int part_print(FILE *out, const struct part *part)
{
	struct layout layout = { true, true, TEXT_COLUMNS };
	bool does;
	int ret;

	if (!has_x(part))
		return print_without_x(out, part);
	ret = fits(part, &layout, &does);
	if (ret)
		return ret;
	return does ? print_as(out, part, &layout) : print_cells(out, part);
}

int part_print_markdown(FILE *out, const struct part *part)
{
	const struct layout layout = { has_x(part), true, NAME_LEN };
	struct table table;
	int ret;

	build(&table, part, &layout);
	ret = table_print_markdown(&table, out);
	table_free(&table);
	return ret;
}

struct text_scale part_scale(const struct metric *metric, const struct row *row, size_t rows)
{
	double least = NAN;

	for (size_t i = 0; i < rows; i++)
		if (row[i].median != 0 && !(fabs(row[i].median) >= fabs(least)))
			least = row[i].median;
	return text_scale(metric->unit, least);
}

/* A row with a verdict, one with a share if there is any; NULL when there is none. */
static const struct row *judged_of(const struct row *row, size_t rows)
{
	const struct row *judged = NULL;

	for (size_t i = 0; i < rows; i++)
		if (row[i].verdict != VERDICT_NONE &&
		    (!judged || (judged->absolute && !row[i].absolute)))
			judged = &row[i];
	return judged;
}

void part_put_floor(FILE *out, const char *before, const struct row *row, size_t rows,
		    const struct text_scale *scale)
{
	const struct row *judged = judged_of(row, rows);
	const struct row *of = judged ? judged : row;
	char number[TEXT_NUMBER];

	if (isnan(of->floor) && !judged)
		return;
	if (isnan(of->floor))
		fprintf(out, "%sA/A unknown", before);
	else if (of->absolute)
		fprintf(out, "%sA/A ±%s", before, text_scaled(number, scale, of->floor));
	else
		fprintf(out, "%sA/A ±%s%%", before, text_change(number, of->floor) + 1);
}
