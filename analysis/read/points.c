// SPDX-License-Identifier: GPL-2.0-only
#include "points.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "stats/stats.h"
#include "util/err.h"

/* What sorting has to know. */
struct order {
	const struct run *run;
	size_t by, section; /* axes; section may be RUN_NONE */
	size_t *x;          /* the x axis of each section */
	bool *follows;      /* section by section, for each axis: does x alone determine it? */
};

static size_t section_of(const struct order *order, const struct sample *s)
{
	return order->section == RUN_NONE ? 0 : s->axis[order->section];
}

/* Does @axis vary among the samples of @section? */
static bool varies(const struct order *order, size_t section, size_t axis)
{
	const struct run *run = order->run;
	const struct sample *first = NULL;

	for (size_t i = 0; i < run->samples; i++) {
		const struct sample *s = &run->sample[i];

		if (section_of(order, s) != section)
			continue;
		if (first && s->axis[axis] != first->axis[axis])
			return true;
		first = s;
	}
	return false;
}

static bool is_numeric(const struct order *order, size_t section, size_t axis)
{
	const struct run *run = order->run;

	for (size_t i = 0; i < run->samples; i++) {
		const struct sample *s = &run->sample[i];

		if (section_of(order, s) == section &&
		    isnan(run->axis[axis].value[s->axis[axis]].number))
			return false;
	}
	return true;
}

static size_t choose_x(const struct order *order, size_t section, size_t wanted)
{
	const struct run *run = order->run;
	size_t ranges = run_axis(run, "ranges"), numeric = RUN_NONE, any = RUN_NONE;

	for (size_t i = 0; i < run->axes; i++) {
		if (i == order->by || !varies(order, section, i))
			continue;
		if (i == wanted)
			return i;
		if ((numeric == RUN_NONE || i == ranges) && is_numeric(order, section, i))
			numeric = i;
		if (any == RUN_NONE)
			any = i;
	}
	return numeric != RUN_NONE ? numeric : any;
}

/*
 * Does each value of @x come with one value of @axis only, in @section? So it is with the
 * parameters that only some workloads have, when workloads are compared. @seen: room for the
 * values of @x.
 */
static bool follows(const struct order *order, size_t section, size_t x, size_t axis,
		    const struct sample **seen)
{
	const struct run *run = order->run;

	memset(seen, 0, run->axis[x].count * sizeof(*seen));
	for (size_t i = 0; i < run->samples; i++) {
		const struct sample *s = &run->sample[i];

		if (section_of(order, s) != section)
			continue;
		if (seen[s->axis[x]] && seen[s->axis[x]]->axis[axis] != s->axis[axis])
			return false;
		seen[s->axis[x]] = s;
	}
	return true;
}

static int by_axis(const struct sample *a, const struct sample *b, size_t axis)
{
	return (a->axis[axis] > b->axis[axis]) - (a->axis[axis] < b->axis[axis]);
}

/* Section first, then all that a block has in common. */
static int by_block(const struct sample *a, const struct sample *b, const struct order *order)
{
	size_t axes = order->run->axes;
	const bool *follows = &order->follows[section_of(order, a) * axes];
	int ret = order->section == RUN_NONE ? 0 : by_axis(a, b, order->section);

	for (size_t i = 0; i < axes && ret == 0; i++)
		if (!follows[i] && i != order->by)
			ret = by_axis(a, b, i);
	return ret;
}

static int by_point(const void *left, const void *right, void *context)
{
	const struct sample *a = *(const struct sample *const *)left;
	const struct sample *b = *(const struct sample *const *)right;
	const struct order *order = context;
	size_t x = order->x[section_of(order, a)];
	int ret = by_block(a, b, order);

	if (ret == 0 && x != RUN_NONE)
		ret = by_axis(a, b, x);
	if (ret == 0)
		ret = by_axis(a, b, order->by);
	return ret;
}

/* Cuts the sorted samples into points, and the points into blocks. */
static void cut(struct grid *grid, struct order *order)
{
	for (size_t i = 0; i < grid->run->samples; i++) {
		const struct sample **s = &grid->sample[i];

		if (i == 0 || by_point(s - 1, s, order) != 0) {
			struct point *p = &grid->point[grid->points++];

			*p = (struct point){ .sample = s };
			if (i == 0 || by_block(s[-1], s[0], order) != 0)
				grid->block[grid->blocks++] =
					(struct block){ .point = p,
							.x = order->x[section_of(order, *s)] };
			grid->block[grid->blocks - 1].count++;
		}
		grid->point[grid->points - 1].count++;
	}
}

static int choose_axes(struct grid *grid, struct order *order, size_t wanted)
{
	const struct run *run = grid->run;
	size_t sections = order->section == RUN_NONE ? 1 : run->axis[order->section].count;
	const struct sample **seen = calloc(run->samples, sizeof(*seen));

	order->x = calloc(sections, sizeof(*order->x));
	order->follows = calloc(sections * run->axes, sizeof(*order->follows));
	if (!seen || !order->x || !order->follows) {
		free(seen);
		return err_memory();
	}
	for (size_t s = 0; s < sections; s++) {
		size_t x = choose_x(order, s, wanted);

		order->x[s] = x;
		for (size_t i = 0; i < run->axes && x != RUN_NONE; i++)
			order->follows[s * run->axes + i] = follows(order, s, x, i, seen);
	}
	for (size_t i = 0; i < run->axes; i++)
		grid->varies[i] = axis_constant(run, i) == NULL;
	free(seen);
	return 0;
}

int grid_build(struct grid *grid, const struct run *run, size_t by, size_t x)
{
	struct order order = { run, by, run_axis(run, "section"), NULL, NULL };
	int ret;

	*grid = (struct grid){ .run = run, .by = by };
	if (run->samples == 0)
		return err_usage("%s/samples.jsonl: no samples; %s", run->path,
				 run->status == RUN_INCOMPLETE ? run->why : "nothing was measured");
	if (order.section == by)
		order.section = RUN_NONE;
	grid->varies = calloc(run->axes, sizeof(*grid->varies));
	grid->sample = calloc(run->samples, sizeof(*grid->sample));
	grid->point = calloc(run->samples, sizeof(*grid->point));
	grid->block = calloc(run->samples, sizeof(*grid->block));
	if (!grid->varies || !grid->sample || !grid->point || !grid->block)
		return err_memory();
	ret = choose_axes(grid, &order, x);
	if (!ret) {
		for (size_t i = 0; i < run->samples; i++)
			grid->sample[i] = &run->sample[i];
		qsort_r(grid->sample, run->samples, sizeof(*grid->sample), by_point, &order);
		cut(grid, &order);
	}
	free(order.x);
	free(order.follows);
	return ret;
}

void grid_free(struct grid *grid)
{
	free(grid->varies);
	free(grid->sample);
	free(grid->point);
	free(grid->block);
}

const char *axis_constant(const struct run *run, size_t axis)
{
	const char *only = NULL;

	for (size_t i = 0; i < run->axis[axis].count; i++) {
		const char *text = run->axis[axis].value[i].text;

		if (strcmp(text, RUN_NO_VALUE) == 0)
			continue;
		if (only)
			return NULL;
		only = text;
	}
	return only ? only : RUN_NO_VALUE;
}

const struct axis_value *point_axis(const struct run *run, const struct point *point, size_t axis)
{
	return &run->axis[axis].value[point->sample[0]->axis[axis]];
}

size_t point_values(const struct point *point, size_t metric, double *value)
{
	size_t count = 0;

	for (size_t i = 0; i < point->count; i++) {
		const struct sample *s = point->sample[i];

		if (s->status == SAMPLE_OK && !isnan(s->value[metric]))
			value[count++] = s->value[metric];
	}
	if (count > 0)
		stats_sort(value, count);
	return count;
}

size_t point_count(const struct point *point, enum sample_status status)
{
	size_t count = 0;

	for (size_t i = 0; i < point->count; i++)
		count += point->sample[i]->status == status;
	return count;
}

const char *point_why(const struct point *point, size_t metric)
{
	for (size_t i = 0; i < point->count; i++) {
		const struct sample *s = point->sample[i];

		if (s->status != SAMPLE_OK)
			return s->why;
		for (size_t a = 0; a < s->absents; a++)
			if (s->absent[a].metric == metric)
				return s->absent[a].why;
	}
	return "";
}

bool block_has(const struct grid *grid, const struct block *block, size_t axis)
{
	const struct point *first = block->point;

	if (axis == grid->by || !grid->varies[axis])
		return false;
	for (size_t i = 1; i < block->count; i++)
		if (by_axis(first->sample[0], block->point[i].sample[0], axis) != 0)
			return false;
	return strcmp(point_axis(grid->run, first, axis)->text, RUN_NO_VALUE) != 0;
}

int block_print_label(FILE *out, const struct grid *grid, const struct block *block)
{
	const struct run *run = grid->run;
	int bytes = 0;

	for (size_t i = 0; i < run->axes; i++) {
		if (!block_has(grid, block, i))
			continue;
		bytes += fprintf(out, "%s%s=%s", bytes ? " " : "", run->axis[i].name,
				 point_axis(run, block->point, i)->text);
	}
	return bytes;
}
