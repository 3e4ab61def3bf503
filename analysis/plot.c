// SPDX-License-Identifier: GPL-2.0-only
#include "plot.h"

#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "gnuplot.h"
#include "lookup.h"
#include "plot_parts.h"
#include "util/err.h"

static int make_folder(char folder[PATH_MAX], const struct run *run)
{
	snprintf(folder, PATH_MAX, "%s/plots", run->path);
	if (mkdir(folder, 0777) && errno != EEXIST)
		return err_setup("cannot make the folder %s: %s", folder, strerror(errno));
	return 0;
}

/* The part of @name that names its histogram: "op" of "op.p50". Its length. */
static size_t hist_len(const char *name)
{
	const char *dot = strrchr(name, '.');

	return dot ? (size_t)(dot - name) : strlen(name);
}

/* Does any metric before the @i-th come from the same histogram? */
static bool is_shown(const struct run *run, const size_t *metric, size_t i)
{
	const char *name = run->metric[metric[i]].name;

	for (size_t j = 0; j < i; j++) {
		const char *other = run->metric[metric[j]].name;

		if (hist_len(other) == hist_len(name) && !strncmp(other, name, hist_len(name)))
			return true;
	}
	return false;
}

static bool is_number(const struct run *run, size_t axis, const struct point *point)
{
	return axis != RUN_NONE && !isnan(point_axis(run, point, axis)->number);
}

/* Two numbers at least: words as `local` are no nodes. */
static bool has_nodes(const struct run *run, size_t axis)
{
	return run->axis[axis].count > 1 && !isnan(run->axis[axis].value[1].number);
}

/* Is @block a column of a heat map? With the memory's nodes as lines, `--by memory`, it is none. */
static bool is_column(const struct grid *grid, const struct block *block)
{
	size_t memory = run_axis(grid->run, "memory");

	return block->x != RUN_NONE && block->x == run_axis(grid->run, "home") &&
	       grid->by != memory && is_number(grid->run, memory, block->point) &&
	       has_nodes(grid->run, memory);
}

static int write_metric(const struct grid *grid, size_t metric, bool with_cdf, const char *folder,
			struct plot_list *list)
{
	int ret = 0;

	for (size_t i = 0; i < grid->blocks && !ret; i++) {
		const struct draft draft = {
			.grid = grid,
			.block = &grid->block[i],
			.metric = metric,
			.folder = folder,
			.list = list,
		};

		if (is_column(grid, draft.block))
			continue;
		ret = plot_scaling(draft);
		if (!ret && with_cdf)
			ret = plot_cdf(draft);
	}
	return ret;
}

/* Of a run that has both axes: all else that varies makes a plot of its own. */
static int write_heat(const struct run *run, const size_t *metric, size_t metrics,
		      const char *folder, struct plot_list *list)
{
	size_t home = run_axis(run, "home"), memory = run_axis(run, "memory");
	struct grid grid;
	int ret;

	if (home == RUN_NONE || memory == RUN_NONE)
		return 0;
	ret = grid_build(&grid, run, memory, home);
	for (size_t i = 0; i < metrics * grid.blocks && !ret; i++) {
		const struct draft draft = {
			.grid = &grid,
			.block = &grid.block[i % grid.blocks],
			.metric = metric[i / grid.blocks],
			.folder = folder,
			.list = list,
		};

		if (draft.block->x == home)
			ret = plot_heat(draft);
	}
	grid_free(&grid);
	return ret;
}

static int draw_all(const char *folder, const struct plot_list *list, size_t first)
{
	for (size_t i = first; i < list->count; i++) {
		char script[NAME_MAX + 1];
		int ret;

		snprintf(script, sizeof(script), "%s.gp", list->plot[i].name);
		ret = gnuplot_run(folder, script);
		if (ret)
			return ret;
	}
	return 0;
}

int plot_grid(const struct grid *grid, const size_t *metric, size_t metrics, struct plot_list *made)
{
	char folder[PATH_MAX];
	size_t first = made->count;
	int ret = make_folder(folder, grid->run);

	for (size_t i = 0; i < metrics && !ret; i++)
		ret = write_metric(grid, metric[i], !is_shown(grid->run, metric, i), folder, made);
	if (!ret)
		ret = write_heat(grid->run, metric, metrics, folder, made);
	return ret ? ret : draw_all(folder, made, first);
}

/* Keeps only the blocks whose x axis is @x. */
static void keep_blocks(struct grid *grid, size_t x)
{
	size_t kept = 0;

	for (size_t i = 0; i < grid->blocks; i++)
		if (grid->block[i].x == x)
			grid->block[kept++] = grid->block[i];
	grid->blocks = kept;
}

int plot_run(const struct run *run, const char *metric, const char *by, const char *x,
	     struct plot_list *made)
{
	size_t by_axis, x_axis = RUN_NONE, index;
	struct grid grid = { 0 };
	int ret = lookup_metric(run, metric, &index);

	if (!ret)
		ret = lookup_axis(run, by, &by_axis);
	if (!ret && x)
		ret = lookup_axis(run, x, &x_axis);
	if (!ret)
		ret = grid_build(&grid, run, by_axis, x_axis);
	if (!ret && x)
		keep_blocks(&grid, x_axis);
	if (!ret)
		ret = plot_grid(&grid, &index, 1, made);
	if (!ret && made->count == 0)
		ret = err_usage("nothing to draw in %s: %s does not vary, or no sample has %s",
				run->path, x ? x : "no numeric axis", metric);
	grid_free(&grid);
	return ret;
}

void plot_list_free(struct plot_list *list)
{
	for (size_t i = 0; i < list->count; i++) {
		free(list->plot[i].name);
		free(list->plot[i].title);
	}
	free(list->plot);
}
