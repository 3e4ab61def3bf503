// SPDX-License-Identifier: GPL-2.0-only
#include "scaling.h"

#include <math.h>
#include <stdlib.h>

#include "analysis/text/table.h"
#include "analysis/text/text.h"
#include "stats/stats.h"
#include "util/err.h"

enum {
	ARMS = 5
}; /* columns of figures that fit into TEXT_COLUMNS */

/* A block, cut to the compared values @arm[0 .. arms - 1], and its figures. */
struct matrix {
	const struct grid *grid;
	const struct block *block;
	size_t metric;
	size_t arm[ARMS], arms;
	struct text_scale scale;
	double *value; /* room for all samples of a point */
};

static bool is_at(const struct matrix *m, const struct point *p, size_t x, size_t arm)
{
	const uint32_t *axis = p->sample[0]->axis;

	return axis[m->grid->by] == arm && (m->block->x == RUN_NONE || axis[m->block->x] == x);
}

static const struct point *find_point(const struct matrix *m, size_t x, size_t arm)
{
	for (size_t i = 0; i < m->block->count; i++)
		if (is_at(m, &m->block->point[i], x, arm))
			return &m->block->point[i];
	return NULL;
}

static size_t x_of(const struct matrix *m, const struct point *p)
{
	return m->block->x == RUN_NONE ? 0 : p->sample[0]->axis[m->block->x];
}

static double median_at(const struct matrix *m, size_t x, size_t arm, struct interval *interval)
{
	const struct point *p = find_point(m, x, arm);
	size_t n = p ? point_values(p, m->metric, m->value) : 0;

	if (interval)
		*interval = stats_median_interval(m->value, n, STATS_CONFIDENCE);
	return stats_median(m->value, n);
}

static struct text_scale scale_of(const struct matrix *m)
{
	const char *unit = m->grid->run->metric[m->metric].unit;
	double least = NAN;

	for (size_t i = 0; i < m->block->count; i++) {
		size_t n = point_values(&m->block->point[i], m->metric, m->value);
		double median = stats_median(m->value, n);

		if (median != 0 && !(fabs(median) >= fabs(least)))
			least = median;
	}
	return text_scale(unit, least);
}

static void fill_head(const struct matrix *m, struct table *table)
{
	const struct run *run = m->grid->run;
	char name[4 * NAME_COLUMNS + 1];

	table_cell(table, "%s", m->block->x == RUN_NONE ? "" : run->axis[m->block->x].name);
	for (size_t i = 0; i < m->arms; i++)
		table_cell(table, "%s",
			   text_clip(name, run->axis[m->grid->by].value[m->arm[i]].text,
				     NAME_COLUMNS));
}

static void fill_row(const struct matrix *m, struct table *table, const struct point *first)
{
	char name[4 * NAME_COLUMNS + 1], number[TEXT_NUMBER];
	size_t x = x_of(m, first);

	table_cell(table, "%s",
		   m->block->x == RUN_NONE
			   ? ""
			   : text_clip(name, point_axis(m->grid->run, first, m->block->x)->text,
				       NAME_COLUMNS));
	for (size_t i = 0; i < m->arms; i++) {
		struct interval in;
		double median = median_at(m, x, m->arm[i], &in);
		double reach = 100 * fmax(in.high - median, median - in.low) / fabs(median);

		text_scaled(number, &m->scale, median);
		if (isfinite(reach))
			table_cell(table, "%s ±%.0f%%", number, reach);
		else
			table_cell(table, "%s", number);
	}
}

static bool is_numeric(const struct matrix *m)
{
	return m->block->x != RUN_NONE &&
	       !isnan(point_axis(m->grid->run, m->block->point, m->block->x)->number);
}

static void fill_growth(const struct matrix *m, struct table *table)
{
	size_t first = x_of(m, m->block->point);
	size_t last = x_of(m, &m->block->point[m->block->count - 1]);

	if (first == last || !is_numeric(m))
		return;
	table_cell(table, "growth");
	for (size_t i = 0; i < m->arms; i++) {
		double growth =
			median_at(m, last, m->arm[i], NULL) / median_at(m, first, m->arm[i], NULL);

		if (isfinite(growth))
			table_cell(table, "%.*fx", growth < 9.95 ? 2 : 1, growth);
		else
			table_cell(table, "-");
	}
}

static int print_matrix(const struct matrix *m, FILE *out)
{
	static const char of_text[] = "lrrrrr", of_numbers[] = "rrrrrr";
	char align[sizeof(of_text)];
	struct table table;
	int ret;

	snprintf(align, m->arms + 2, "%s", is_numeric(m) ? of_numbers : of_text);
	table_init(&table, align);
	fill_head(m, &table);
	for (size_t i = 0; i < m->block->count; i++)
		if (i == 0 || x_of(m, &m->block->point[i]) != x_of(m, &m->block->point[i - 1]))
			fill_row(m, &table, &m->block->point[i]);
	fill_growth(m, &table);
	ret = table_print(&table, out, 0);
	table_free(&table);
	return ret;
}

static bool has_arm(const struct block *block, size_t by, size_t arm)
{
	for (size_t i = 0; i < block->count; i++)
		if (block->point[i].sample[0]->axis[by] == arm)
			return true;
	return false;
}

/* As many tables as it takes to show each compared value in a column. */
static int print_block(struct matrix *m, FILE *out)
{
	size_t all = m->grid->run->axis[m->grid->by].count;
	int ret = 0;

	m->scale = scale_of(m);
	fputc('\n', out);
	if (block_print_label(out, m->grid, m->block) > 0)
		fputs(", ", out);
	fprintf(out, "%s%s%s\n", m->grid->run->metric[m->metric].name,
		m->scale.unit[0] ? " in " : "", m->scale.unit);
	for (size_t arm = 0; arm < all && !ret; arm++) {
		if (has_arm(m->block, m->grid->by, arm))
			m->arm[m->arms++] = arm;
		if (m->arms == ARMS || (arm + 1 == all && m->arms > 0)) {
			ret = print_matrix(m, out);
			m->arms = 0;
		}
	}
	return ret;
}

/* Has any sample of the block the metric? */
static bool has_values(const struct matrix *m)
{
	for (size_t i = 0; i < m->block->count; i++)
		if (point_values(&m->block->point[i], m->metric, m->value))
			return true;
	return false;
}

int scaling_print(FILE *out, const struct grid *grid, size_t metric)
{
	struct matrix m = { .grid = grid, .metric = metric };
	int ret = 0;

	m.value = calloc(grid->run->samples, sizeof(*m.value));
	if (!m.value)
		return err_memory();
	for (size_t i = 0; i < grid->blocks && !ret; i++) {
		m.block = &grid->block[i];
		/* Beside the first metric, a suite may show some that not every section has. */
		if (metric == grid->run->shown[0] || has_values(&m))
			ret = print_block(&m, out);
	}
	free(m.value);
	return ret;
}
