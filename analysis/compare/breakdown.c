// SPDX-License-Identifier: GPL-2.0-only
#include "breakdown.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/text/table.h"
#include "analysis/text/text.h"
#include "stats/bootstrap.h"
#include "util/err.h"

const char *const stack_names[STACK_PARTS + 1] = {
	[STACK_SUBSCRIBER] = "subscriber",
	[STACK_OTHERS] = "other CPUs",
	[STACK_PAGES] = "pages",
	[STACK_PARTS] = "call",
};

/* The axis that has the part, and its value without it. */
static const struct {
	const char *axis, *without;
} steps[STACK_PARTS] = {
	[STACK_SUBSCRIBER] = { "variant", "none" },
	[STACK_OTHERS] = { "bystanders", "0" },
	[STACK_PAGES] = { "present", "0" },
};

/* Sections are names of experiments: they change nothing of what is measured. */
static bool differ_only_in(const struct run *run, const struct point *a, const struct point *b,
			   size_t axis)
{
	size_t section = run_axis(run, "section");

	for (size_t i = 0; i < run->axes; i++)
		if (i != axis && i != section && a->sample[0]->axis[i] != b->sample[0]->axis[i])
			return false;
	return true;
}

/* The point that has all of @point but the part; NULL: there is none, or it has not the part itself. */
static const struct point *find_without(const struct grid *grid, const struct point *point,
					enum stack_part part)
{
	const struct run *run = grid->run;
	size_t axis = run_axis(run, steps[part].axis);

	if (axis == RUN_NONE || !strcmp(point_axis(run, point, axis)->text, steps[part].without) ||
	    !strcmp(point_axis(run, point, axis)->text, RUN_NO_VALUE))
		return NULL;
	for (size_t i = 0; i < grid->points; i++)
		if (differ_only_in(run, &grid->point[i], point, axis) &&
		    !strcmp(point_axis(run, &grid->point[i], axis)->text, steps[part].without))
			return &grid->point[i];
	return NULL;
}

static const struct part no_part = { NAN, { NAN, NAN } };

/* @value holds the @count values with the part, and has room for those without it behind them. */
static struct part part_of(const struct grid *grid, double *value, size_t count,
			   const struct point *without, size_t metric)
{
	double *base = value + count;
	size_t bases = point_values(without, metric, base);
	struct part part = { stats_median(value, count) - stats_median(base, bases),
			     stats_difference_interval(value, count, base, bases, STATS_CONFIDENCE,
						       grid->run->seed) };

	return part;
}

void stack_build(struct stack *stack, const struct grid *grid, const struct point *point,
		 size_t metric, double *room)
{
	size_t count = point_values(point, metric, room);

	*stack = (struct stack){ .point = point, .total = stats_median(room, count) };
	stack->total_in = stats_median_interval(room, count, STATS_CONFIDENCE);
	for (int i = 0; i < STACK_PARTS; i++) {
		const struct point *without = find_without(grid, point, (enum stack_part)i);

		stack->part[i] = no_part;
		if (!without || !point_values(without, metric, room))
			continue;
		count = point_values(point, metric, room);
		stack->part[i] = part_of(grid, room, count, without, metric);
		stack->count += !isnan(stack->part[i].value);
		point = without;
	}
	count = point_values(point, metric, room);
	stack->rest = (struct part){ stats_median(room, count),
				     stats_median_interval(room, count, STATS_CONFIDENCE) };
}

static double reach(const struct part *part)
{
	return fmax(part->in.high - part->value, part->value - part->in.low);
}

static void put_part(struct table *table, const struct text_scale *scale, const struct part *part)
{
	char value[TEXT_NUMBER], by[TEXT_NUMBER];

	text_scaled(value, scale, part->value);
	if (isnan(reach(part)))
		table_cell(table, "%s", value);
	else
		table_cell(table, "%s ±%s", value, text_scaled(by, scale, reach(part)));
}

static void put_head(struct table *table, const struct grid *grid, const struct block *block)
{
	const struct run *run = grid->run;
	char name[4 * NAME_COLUMNS + 1];

	table_cell(table, "%s", block->x == RUN_NONE ? "" : run->axis[block->x].name);
	table_cell(table, "%s", text_clip(name, run->axis[grid->by].name, NAME_COLUMNS));
	table_cell(table, "whole");
	for (int i = STACK_PARTS; i >= 0; i--)
		table_cell(table, "%s", stack_names[i]);
}

static void put_row(struct table *table, const struct grid *grid, const struct block *block,
		    const struct stack *s, const struct text_scale *scale)
{
	const struct part whole = { s->total, s->total_in };
	const struct run *run = grid->run;
	char name[4 * NAME_COLUMNS + 1];

	table_cell(table, "%s",
		   block->x == RUN_NONE ? ""
					: text_clip(name, point_axis(run, s->point, block->x)->text,
						    NAME_COLUMNS));
	table_cell(table, "%s",
		   text_clip(name, point_axis(run, s->point, grid->by)->text, NAME_COLUMNS));
	put_part(table, scale, &whole);
	put_part(table, scale, &s->rest);
	for (int i = STACK_PARTS - 1; i >= 0; i--)
		put_part(table, scale, &s->part[i]);
}

static int print_block(FILE *out, const struct grid *grid, const struct block *block, size_t metric,
		       struct stack *stacks, size_t count)
{
	const struct metric *m = &grid->run->metric[metric];
	double least = INFINITY;
	struct text_scale scale;
	struct table table;
	int ret;

	for (size_t i = 0; i < count; i++)
		least = fmin(least, stacks[i].total);
	scale = text_scale(m->unit, least);
	fputc('\n', out);
	if (block_print_label(out, grid, block) > 0)
		fputs(", ", out);
	fprintf(out, "parts of %s in %s\n", m->name, scale.unit);
	table_init(&table, "rrrrrrr");
	put_head(&table, grid, block);
	for (size_t i = 0; i < count; i++)
		put_row(&table, grid, block, &stacks[i], &scale);
	ret = table_print(&table, out, 0);
	table_free(&table);
	return ret;
}

/* Times of operations only: nothing else is a sum of such parts. */
static bool is_time(const struct metric *metric)
{
	return !strncmp(metric->name, "op.", 3) &&
	       (!strcmp(metric->unit, "ns") || !strcmp(metric->unit, "insn"));
}

size_t stack_of_block(const struct grid *grid, const struct block *block, size_t metric,
		      struct stack *stacks, double *room)
{
	size_t count = 0;

	if (!is_time(&grid->run->metric[metric]))
		return 0;
	for (size_t i = 0; i < block->count; i++) {
		stack_build(&stacks[count], grid, &block->point[i], metric, room);
		count += stacks[count].count >= STACK_LEAST && !isnan(stacks[count].total);
	}
	return count;
}

int stack_print(FILE *out, const struct grid *grid, size_t metric)
{
	struct stack *stacks = calloc(grid->points, sizeof(*stacks));
	double *room = calloc(2 * grid->run->samples, sizeof(*room));
	bool any = false;
	int ret = stacks && room ? 0 : err_memory();

	for (size_t i = 0; i < grid->blocks && !ret; i++) {
		size_t count = stack_of_block(grid, &grid->block[i], metric, stacks, room);

		if (count)
			ret = print_block(out, grid, &grid->block[i], metric, stacks, count);
		any |= count > 0;
	}
	if (any)
		text_wrap(
			out,
			"each part is derived: the median with it, less that of the point without "
			"it; ± reaches to the far end of its 95 % interval. call: what is left: "
			"system call and page tables; pages: giving them back and the flush of the "
			"own TLB; other CPUs: theirs; subscriber: its callbacks and who calls them",
			0);
	free(stacks);
	free(room);
	return ret;
}
