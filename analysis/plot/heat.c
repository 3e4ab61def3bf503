// SPDX-License-Identifier: GPL-2.0-only
/* A metric by the node that initiates and the node of the memory: a cell for each pair. */
#include "internal.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "analysis/text/text.h"
#include "gnuplot.h"
#include "stats/stats.h"
#include "util/err.h"

/* What is flat looks flat: the darkest is at least so many times the lightest. */
#define SHADES 1.5

/*
 * The nodes of an axis that have a figure in the block.
 *
 * @value: the values of the axis that are these nodes, rising
 */
struct side {
	size_t axis, count;
	size_t *value;
};

struct sheet {
	const struct draft *draft;
	struct side down, across;
	struct extent z, n;
	struct text_scale scale;
	double *figure; /* room for all samples */
};

static const struct point *find_point(const struct sheet *sheet, size_t down, size_t across)
{
	const struct block *block = sheet->draft->block;

	for (size_t i = 0; i < block->count; i++) {
		const uint32_t *axis = block->point[i].sample[0]->axis;

		if (axis[sheet->down.axis] == down && axis[sheet->across.axis] == across)
			return &block->point[i];
	}
	return NULL;
}

/* Has a point of the block with the value @value of the axis a figure? */
static bool has_figure(const struct sheet *sheet, size_t axis, size_t value)
{
	const struct block *block = sheet->draft->block;

	for (size_t i = 0; i < block->count; i++)
		if (block->point[i].sample[0]->axis[axis] == value &&
		    point_values(&block->point[i], sheet->draft->metric, sheet->figure))
			return true;
	return false;
}

/* Words as `first` or `local` are no nodes. */
static int find_nodes(const struct sheet *sheet, struct side *side)
{
	const struct axis *axis = &sheet->draft->grid->run->axis[side->axis];

	side->value = calloc(axis->count, sizeof(*side->value));
	if (!side->value)
		return err_memory();
	for (size_t i = 0; i < axis->count; i++)
		if (!isnan(axis->value[i].number) && has_figure(sheet, side->axis, i))
			side->value[side->count++] = i;
	return 0;
}

static const char *node_at(const struct sheet *sheet, const struct side *side, size_t i)
{
	return sheet->draft->grid->run->axis[side->axis].value[side->value[i]].text;
}

static void see_figures(struct sheet *sheet)
{
	for (size_t i = 0; i < sheet->draft->block->count; i++) {
		const struct point *p = &sheet->draft->block->point[i];
		size_t n = point_values(p, sheet->draft->metric, sheet->figure);

		extent_add(&sheet->z, stats_median(sheet->figure, n));
		if (n)
			extent_add(&sheet->n, (double)n);
	}
}

/* The median, and below it the reach of its interval where there is one. */
static void put_cell(const struct sheet *sheet, size_t row, size_t column)
{
	const struct point *p =
		find_point(sheet, sheet->down.value[row], sheet->across.value[column]);
	size_t n = p ? point_values(p, sheet->draft->metric, sheet->figure) : 0;
	double median = stats_median(sheet->figure, n);
	struct interval in = stats_median_interval(sheet->figure, n, STATS_CONFIDENCE);
	double reach = 100 * fmax(in.high - median, median - in.low) / fabs(median);
	FILE *dat = sheet->draft->dat;
	char number[TEXT_NUMBER];

	fprintf(dat, "%zu %zu %s %s ", column, row, node_at(sheet, &sheet->down, row),
		node_at(sheet, &sheet->across, column));
	if (n)
		fprintf(dat, "%.10g %zu \"%s", median, n,
			text_scaled(number, &sheet->scale, median));
	else
		fprintf(dat, "NaN 0 \"-");
	if (isfinite(reach))
		fprintf(dat, "\\n±%.0f%%", reach);
	fputs("\"\n", dat);
}

static void put_cells(const struct sheet *sheet)
{
	fputs("# column, row, initiator's node, memory's node, median, n, text\n",
	      sheet->draft->dat);
	for (size_t row = 0; row < sheet->down.count; row++)
		for (size_t column = 0; column < sheet->across.count; column++)
			put_cell(sheet, row, column);
}

static void put_ticks(const struct sheet *sheet, const char *name, const struct side *side)
{
	FILE *gp = sheet->draft->gp;

	fprintf(gp, "set %s (", name);
	for (size_t i = 0; i < side->count; i++) {
		fputs(i ? ", " : "", gp);
		gnuplot_string(gp, node_at(sheet, side, i));
		fprintf(gp, " %zu", i);
	}
	fputs(")\n", gp);
}

/* What is below 0 is as far from it as it is; all 0 is drawn, too. */
static void put_shades(const struct sheet *sheet)
{
	double low = sheet->z.low * sheet->scale.factor, high = sheet->z.high * sheet->scale.factor;

	if (high < low + (SHADES - 1) * fabs(low))
		high = low + (SHADES - 1) * fabs(low);
	if (!(high > low))
		high = low + 1;
	fprintf(sheet->draft->gp, "z_low = %.6g\nz_high = %.6g\n", low, high);
}

static void put_variables(struct sheet *sheet, struct draft *draft)
{
	const struct run *run = draft->grid->run;
	const struct metric *metric = &run->metric[draft->metric];

	draft_text(draft, "x_text", "NUMA node of the memory");
	draft_text(draft, "y_text", "NUMA node of the initiator");
	draft_text(draft, "z_text", "%s%s%s", metric->name, sheet->scale.unit[0] ? ", " : "",
		   sheet->scale.unit);
	fprintf(draft->gp, "factor = %.15g\nrows = %zu\ncolumns = %zu\n", sheet->scale.factor,
		sheet->down.count, sheet->across.count);
	put_shades(sheet);
	put_ticks(sheet, "xtics", &sheet->across);
	put_ticks(sheet, "ytics", &sheet->down);
	draft_samples(draft, sheet->n, " ± reach of its 95 % interval");
	draft_machine(draft);
}

static int draw(struct draft *draft, struct sheet *sheet)
{
	const struct metric *metric = &draft->grid->run->metric[draft->metric];
	char *title;
	int ret;

	if (asprintf(&title, "%s by NUMA node%s%s", metric->name, metric->help[0] ? ": " : "",
		     metric->help) < 0)
		return err_memory();
	ret = draft_open(draft, "heat", metric->name, NULL, title);
	free(title);
	if (!ret) {
		see_figures(sheet);
		sheet->scale = text_scale(metric->unit, sheet->z.low);
		put_cells(sheet);
		put_variables(sheet, draft);
	}
	return draft_close(draft, plot_heat_template, ret);
}

int plot_heat(struct draft draft)
{
	const struct run *run = draft.grid->run;
	struct sheet sheet = {
		.draft = &draft,
		.down.axis = draft.block->x,
		.across.axis = draft.grid->by,
		.figure = calloc(run->samples, sizeof(*sheet.figure)),
	};
	int ret = sheet.figure ? find_nodes(&sheet, &sheet.down) : err_memory();

	if (!ret)
		ret = find_nodes(&sheet, &sheet.across);
	if (!ret && sheet.down.count > 1 && sheet.across.count > 1)
		ret = draw(&draft, &sheet);
	free(sheet.figure);
	free(sheet.down.value);
	free(sheet.across.value);
	return ret;
}
