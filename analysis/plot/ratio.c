// SPDX-License-Identifier: GPL-2.0-only
/* Each value over its baseline, with the interval that decides the verdict: what is proven, and how surely. */
#include "internal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/text/text.h"
#include "gnuplot.h"
#include "util/err.h"

enum {
	LINES_MOST = 40, /* of one plot; more are further plots */
	LINE_HIGH = 18,  /* and all around them, in dots */
	AROUND = 185,
	NAME_MOST = 36, /* columns of a row's name, and of a block's label */
	HEAD_MOST = 44,
	HEAD_TAG = 100 /* style.gp has labels of its own */
};

/* In the order of the parts of NAME.dat, and of ratio.gp's styles. */
static const enum verdict shown[] = {
	VERDICT_BETTER, VERDICT_WORSE, VERDICT_DIFFERENT, VERDICT_UNPROVEN, VERDICT_NONE,
};

enum {
	SHOWN = sizeof(shown) / sizeof(shown[0])
};

/* The rows of one plot. */
struct sheet {
	const struct row *row[LINES_MOST];
	size_t rows, lines;
	struct extent x;
	bool below; /* something is not above 0 */
};

static enum verdict shown_verdict(const struct row *row)
{
	return row->verdict == VERDICT_NOISE ? VERDICT_UNPROVEN : row->verdict;
}

/* What decides is the shift; with too few samples for one, the medians. */
static double ratio_of(const struct row *row)
{
	return 1 + (isnan(row->shift) ? row->change : row->shift);
}

/* Nothing is a multiple of 0: such a row is in the table only. */
static bool is_drawable(const struct row *row)
{
	return !row_is_base(row) && !row->absolute && !isnan(ratio_of(row));
}

/* A logarithmic axis has no place for what is not above 0: it is at the edge. */
static void see(struct sheet *sheet, double ratio)
{
	if (ratio > 0)
		extent_add(&sheet->x, fmin(ratio, 1e300));
	else if (!isnan(ratio))
		sheet->below = true;
}

static double place_of(const struct sheet *sheet, double ratio)
{
	return ratio > 0 ? fmin(ratio, 1e300) : sheet->x.low;
}

static void add_row(struct sheet *sheet, const struct row *row)
{
	sheet->lines += sheet->rows == 0 || sheet->row[sheet->rows - 1]->block != row->block;
	sheet->row[sheet->rows++] = row;
	sheet->lines++;
	see(sheet, ratio_of(row));
	see(sheet, 1 + row->shift_interval.low);
	see(sheet, 1 + row->shift_interval.high);
}

/* The rows from @row on that one plot has room for. Returns where it ended. */
static const struct row *fill(struct sheet *sheet, const struct row *row, const struct row *end)
{
	*sheet = (struct sheet){ .x = { 0.9, 1.1, true } };
	for (; row < end && sheet->lines + 2 <= LINES_MOST; row++)
		if (is_drawable(row))
			add_row(sheet, row);
	if (sheet->below)
		sheet->x.low /= 2;
	return row;
}

static void put_row(const struct draft *draft, const struct sheet *sheet, const struct row *row,
		    size_t line)
{
	double ratio = ratio_of(row);
	struct interval in = row->shift_interval;
	double floor = isnan(row->floor) ? 0 : row->floor;

	if (isnan(in.low))
		in = (struct interval){ ratio - 1, ratio - 1 };
	fprintf(draft->dat, "%.10g %zu %.10g %.10g %.10g %.10g\n", place_of(sheet, ratio), line,
		place_of(sheet, 1 + in.low), place_of(sheet, 1 + in.high),
		place_of(sheet, 1 - floor), place_of(sheet, 1 + floor));
}

/* Lines count from the top; each block has one for its label. */
static size_t next_line(const struct sheet *sheet, size_t i, size_t line)
{
	return line + 1 + (i == 0 || sheet->row[i - 1]->block != sheet->row[i]->block);
}

static void put_figures(const struct draft *draft, const struct sheet *sheet, size_t count[SHOWN])
{
	size_t parts = 0;

	for (size_t v = 0; v < SHOWN; v++) {
		size_t line = 0;

		count[v] = 0;
		for (size_t i = 0; i < sheet->rows; i++) {
			line = next_line(sheet, i, line);
			if (shown_verdict(sheet->row[i]) != shown[v])
				continue;
			if (!count[v]++)
				fprintf(draft->dat,
					"%s# ratio, line, its interval, from and to the A/A "
					"floor\n",
					parts++ ? "\n\n" : "");
			put_row(draft, sheet, sheet->row[i], line);
		}
	}
}

/*
 * The block's, at the left edge, where the names below it do not begin; without "section=", for there is
 * little room.
 */
static void put_head(const struct draft *draft, const struct block *block, size_t line)
{
	static const char section[] = "section=";
	char *label = NULL, clipped[4 * HEAD_MOST + 1];
	size_t size, skipped;
	FILE *out = open_memstream(&label, &size);

	if (!out)
		return;
	block_print_label(out, draft->grid, block);
	fclose(out);
	skipped = strncmp(label, section, strlen(section)) ? 0 : strlen(section);
	fprintf(draft->gp, "set label %zu ", HEAD_TAG + line);
	gnuplot_string(draft->gp, text_clip(clipped, label + skipped, HEAD_MOST));
	fprintf(draft->gp, " at screen 0.015, first %zu left font ',11' tc rgb '#404040'\n", line);
	free(label);
}

/*
 * "ranges=10 rbtree / list": all but what the label of the block says. Of two runs each row is of the
 * second over the first, as the title says.
 */
static void put_name(const struct draft *draft, const struct row *row, size_t line)
{
	const struct comparison *c = draft->comparison;
	const struct run *run = c->run;
	size_t x = row->block->x;
	bool has_x = x != RUN_NONE, whose = !c->flat || !has_x;
	char *name, clipped[4 * NAME_MOST + 1];

	if (asprintf(&name, "%s%s%s%s%s%s%s", has_x ? run->axis[x].name : "", has_x ? "=" : "",
		     has_x ? point_axis(run, row->point, x)->text : "", has_x && whose ? " " : "",
		     whose ? point_axis(run, row->point, c->grid.by)->text : "", whose ? " / " : "",
		     whose ? point_axis(run, row->base, c->grid.by)->text : "") < 0)
		return;
	fputs("set ytics add (", draft->gp);
	gnuplot_string(draft->gp, text_clip(clipped, name, NAME_MOST));
	fprintf(draft->gp, " %zu)\n", line);
	free(name);
}

static void put_names(const struct draft *draft, const struct sheet *sheet)
{
	size_t line = 0;

	fputs("set ytics ()\n", draft->gp);
	for (size_t i = 0; i < sheet->rows; i++) {
		size_t before = line;

		line = next_line(sheet, i, line);
		if (line > before + 1)
			put_head(draft, sheet->row[i]->block, line - 1);
		put_name(draft, sheet->row[i], line);
	}
}

static void put_variables(struct draft *draft, const struct sheet *sheet, const size_t count[SHOWN])
{
	static const char *const words[] = { ", lower is better", ", higher is better", "" };
	const struct metric *metric = &draft->comparison->run->metric[draft->metric];
	draft_text(draft, "x_text", "times the baseline%s", words[metric->better]);
	draft_text(draft, "y_text", "%s", "");
	draft_text(draft, "how_text", "Hodges-Lehmann, 95 %% interval; grey: A/A floor%s",
		   sheet->below ? "; 0: at the edge" : "");
	fprintf(draft->gp, "height = %zu\nlines = %zu\narray count[%d] = [",
		AROUND + sheet->lines * LINE_HIGH, sheet->lines, SHOWN);
	for (size_t v = 0; v < SHOWN; v++)
		fprintf(draft->gp, "%s%zu", v ? ", " : "", count[v]);
	fputs("]\n", draft->gp);
	draft_range(draft, "x", sheet->x);
	draft_machine(draft);
}

static int draw(struct draft draft, const struct sheet *sheet)
{
	const struct comparison *c = draft.comparison;
	const char *metric = c->run->metric[draft.metric].name;
	size_t count[SHOWN];
	char *title;
	int ret;

	if (asprintf(&title, c->flat ? "%s of run B over A" : "%s by %s, over the baseline", metric,
		     c->run->axis[c->grid.by].name) < 0)
		return err_memory();
	ret = draft_open(&draft, "ratio", metric, NULL, title);
	free(title);
	if (!ret) {
		put_figures(&draft, sheet, count);
		put_variables(&draft, sheet, count);
		put_names(&draft, sheet);
	}
	return draft_close(&draft, plot_ratio_template, ret);
}

int plot_ratio(struct draft draft)
{
	const struct comparison *c = draft.comparison;
	const struct row *row = c->row, *end = c->row + c->rows;
	struct sheet sheet;
	int ret = 0;

	draft.grid = &c->grid;
	while (row < end && row->metric != draft.metric)
		row++;
	while (end > row && end[-1].metric != draft.metric)
		end--;
	while (row < end && !ret) {
		row = fill(&sheet, row, end);
		if (sheet.rows)
			ret = draw(draft, &sheet);
	}
	return ret;
}
