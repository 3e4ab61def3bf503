// SPDX-License-Identifier: GPL-2.0-only
#include "plot.h"

#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "analysis/read/lookup.h"
#include "gnuplot.h"
#include "internal.h"
#include "util/err.h"

/* What one plot of a kind is of. */
enum scope {
	OF_RUN,    /* its first metric */
	OF_METRIC, /* each metric */
	OF_BLOCK,  /* each metric in each block */
	OF_HIST,   /* each histogram that a metric comes from, in each block */
	OF_NODES,  /* each metric in each block of the grid home by memory */
};

/* In the order in which a report shows them. @most: so many are drawn where nobody asks for the kind. */
static const struct kind {
	const char *name;
	enum scope scope;
	size_t most;
	int (*draw)(struct draft draft);
} kinds[] = {
	{ "ratio", OF_METRIC, 8, plot_ratio },  { "scaling", OF_BLOCK, 16, plot_scaling },
	{ "stack", OF_BLOCK, 8, plot_stack },   { "heat", OF_NODES, 16, plot_heat },
	{ "strip", OF_BLOCK, 4, plot_strip },   { "cdf", OF_HIST, 4, plot_cdf },
	{ "tail", OF_HIST, 4, plot_tail },      { "spectrum", OF_HIST, 0, plot_spectrum },
	{ "retries", OF_RUN, 1, plot_retries }, { "time", OF_RUN, 1, plot_time },
};

enum {
	KINDS = sizeof(kinds) / sizeof(kinds[0])
};

/* What is to be drawn, and the kind that it is the turn of. */
struct job {
	const struct grid *grid;
	const struct comparison *comparison;
	const struct kind *kind;
	bool asked;
	size_t before; /* plots, when the kind's turn began */
	const char *folder;
	struct plot_list *list;
};

static int refuse_kind(const char *name)
{
	char all[128] = "";

	for (size_t i = 0; i < KINDS; i++)
		snprintf(all + strlen(all), sizeof(all) - strlen(all), "%s%s", i ? ", " : "",
			 kinds[i].name);
	return err_usage("no kind of plots \"%s\": %s", name, all);
}

int plot_kinds(const char *names, unsigned int *wanted)
{
	*wanted = PLOT_BY_DEFAULT;
	do {
		size_t len = strcspn(names, ","), i = 0;
		char name[16];

		snprintf(name, sizeof(name), "%.*s", (int)len, names);
		while (i < KINDS && strcmp(name, kinds[i].name))
			i++;
		if (i == KINDS)
			return refuse_kind(name);
		*wanted |= 1U << i;
		names += len;
	} while (*names++);
	return 0;
}

static int make_folder(const char *folder)
{
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
static bool is_shown(const struct comparison *c, size_t i)
{
	const char *name = c->run->metric[c->metric[i]].name;

	for (size_t j = 0; j < i; j++) {
		const char *other = c->run->metric[c->metric[j]].name;

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

/* One plot, or more; none where there are enough of the kind. */
static int draw(const struct job *job, const struct grid *grid, const struct block *block,
		size_t metric)
{
	const struct draft draft = {
		.grid = grid,
		.comparison = job->comparison,
		.block = block,
		.metric = metric,
		.asked = job->asked,
		.folder = job->folder,
		.list = job->list,
	};

	if (!job->asked && job->list->count - job->before >= job->kind->most) {
		job->list->left++;
		return 0;
	}
	return job->kind->draw(draft);
}

static int draw_blocks(const struct job *job, size_t metric)
{
	int ret = 0;

	for (size_t i = 0; i < job->grid->blocks && !ret; i++)
		if (!is_column(job->grid, &job->grid->block[i]))
			ret = draw(job, job->grid, &job->grid->block[i], metric);
	return ret;
}

/* Of a run that has both axes: all else that varies makes a plot of its own. */
static int draw_nodes(const struct job *job)
{
	const struct run *run = job->grid->run;
	size_t home = run_axis(run, "home"), memory = run_axis(run, "memory");
	struct grid grid;
	int ret;

	if (home == RUN_NONE || memory == RUN_NONE)
		return 0;
	ret = grid_build(&grid, run, memory, home);
	for (size_t i = 0; i < job->comparison->metrics * grid.blocks && !ret; i++) {
		const struct block *block = &grid.block[i % grid.blocks];

		if (block->x == home)
			ret = draw(job, &grid, block, job->comparison->metric[i / grid.blocks]);
	}
	grid_free(&grid);
	return ret;
}

static int draw_kind(const struct job *job)
{
	const struct comparison *c = job->comparison;
	int ret = 0;

	if (job->kind->scope == OF_NODES)
		return draw_nodes(job);
	for (size_t m = 0; m < c->metrics && !ret; m++) {
		if (job->kind->scope == OF_RUN && m > 0)
			break;
		if (job->kind->scope == OF_HIST && is_shown(c, m))
			continue;
		if (job->kind->scope == OF_BLOCK || job->kind->scope == OF_HIST)
			ret = draw_blocks(job, c->metric[m]);
		else
			ret = draw(job, job->grid, NULL, c->metric[m]);
	}
	return ret;
}

static int run_gnuplot(const char *folder, const struct plot_list *list, size_t first)
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

int plot_grid(const struct grid *grid, const struct comparison *comparison, unsigned int wanted,
	      struct plot_list *made)
{
	char folder[PATH_MAX];
	size_t first = made->count;
	int ret;

	snprintf(folder, sizeof(folder), "%s/plots", grid->run->path);
	ret = make_folder(folder);
	for (size_t i = 0; i < KINDS && !ret; i++) {
		bool whole = kinds[i].scope == OF_RUN || kinds[i].scope == OF_METRIC;
		const struct job job = {
			.grid = grid,
			.comparison = comparison,
			.kind = &kinds[i],
			.asked = wanted & 1U << i,
			.before = made->count,
			.folder = folder,
			.list = made,
		};

		if (job.asked || (wanted == PLOT_BY_DEFAULT && kinds[i].most) ||
		    (wanted == PLOT_BLOCKS && kinds[i].most && !whole))
			ret = draw_kind(&job);
	}
	return ret ? ret : run_gnuplot(folder, made, first);
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

/* With another axis from left to right than the comparison has. */
static int plot_across(const struct comparison *c, const char *x, unsigned int wanted,
		       struct plot_list *made)
{
	struct grid grid = { 0 };
	size_t axis;
	int ret = lookup_axis(c->run, x, &axis);

	wanted = wanted == PLOT_BY_DEFAULT ? PLOT_BLOCKS : wanted;
	if (!ret)
		ret = grid_build(&grid, c->run, c->grid.by, axis);
	if (!ret) {
		keep_blocks(&grid, axis);
		ret = plot_grid(&grid, c, wanted, made);
	}
	grid_free(&grid);
	return ret;
}

int plot_run(const struct run *run, const char *metric, const char *by, const char *x,
	     unsigned int wanted, struct plot_list *made)
{
	struct comparison comparison;
	int ret = compare_run(&comparison, run, by, &metric, 1, NULL);

	if (!ret && x)
		ret = plot_across(&comparison, x, wanted, made);
	else if (!ret)
		ret = plot_grid(&comparison.grid, &comparison, wanted, made);
	if (!ret && made->count == 0)
		ret = err_usage("nothing to draw in %s: %s does not vary, or no sample has %s",
				run->path, x ? x : "no numeric axis", metric);
	comparison_free(&comparison);
	return ret;
}

int plot_comparison(const struct comparison *comparison, const char *folder, struct plot_list *made)
{
	size_t first = made->count;
	int ret = make_folder(folder);

	for (size_t i = 0; i < comparison->metrics && !ret; i++)
		ret = plot_ratio((struct draft){ .grid = &comparison->grid,
						 .comparison = comparison,
						 .metric = comparison->metric[i],
						 .asked = true,
						 .folder = folder,
						 .list = made });
	if (!ret && made->count == first)
		ret = err_usage("nothing to draw: there is nothing to compare with, or nothing "
				"that is above 0");
	return ret ? ret : run_gnuplot(folder, made, first);
}

void plot_list_free(struct plot_list *list)
{
	for (size_t i = 0; i < list->count; i++) {
		free(list->plot[i].name);
		free(list->plot[i].title);
		free(list->plot[i].alt);
	}
	free(list->plot);
}
