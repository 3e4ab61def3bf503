// SPDX-License-Identifier: GPL-2.0-only
#include "merge.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "util/err.h"

/* Where the axes, values and metrics of one run are in both. */
struct map {
	const struct run *run;
	size_t *metric;    /* for each metric of both, that of the run, or RUN_NONE */
	size_t *axis;      /* for each axis of both, that of the run, or RUN_NONE */
	uint32_t **value;  /* for each axis of both, where the run's values are */
	uint32_t *missing; /* and where RUN_NO_VALUE is */
};

static int merge_metrics(struct run *both, const struct run *a, const struct run *b)
{
	both->metric = pool_alloc(&both->pool, (a->metrics + b->metrics + 1) * sizeof(*a->metric));
	if (!both->metric)
		return err_memory();
	for (size_t i = 0; i < a->metrics; i++)
		both->metric[both->metrics++] = a->metric[i];
	for (size_t i = 0; i < b->metrics; i++)
		if (run_metric(a, b->metric[i].name) == RUN_NONE)
			both->metric[both->metrics++] = b->metric[i];
	return both->metrics > RUN_METRICS
		       ? err_usage("the two runs have more than %d metrics", RUN_METRICS)
		       : 0;
}

/* The place of @value among the values of @axis: numbers rise, then texts as they come. */
static void add_value(struct axis *axis, const struct axis_value *value)
{
	size_t at = axis->count;

	for (size_t i = 0; i < axis->count; i++)
		if (strcmp(axis->value[i].text, value->text) == 0)
			return;
	while (at > 0 && !isnan(value->number) && !(axis->value[at - 1].number < value->number))
		at--;
	memmove(&axis->value[at + 1], &axis->value[at], (axis->count - at) * sizeof(*value));
	axis->value[at] = *value;
	axis->count++;
}

static int merge_axis(struct axis *axis, const char *name, const struct run *a, const struct run *b)
{
	static const struct axis_value none = { RUN_NO_VALUE, NAN };
	const struct run *const runs[] = { a, b };
	size_t room = 2;

	*axis = (struct axis){ .name = name };
	for (size_t r = 0; r < 2; r++)
		if (run_axis(runs[r], name) != RUN_NONE)
			room += runs[r]->axis[run_axis(runs[r], name)].count;
	axis->value = calloc(room, sizeof(*axis->value));
	if (!axis->value)
		return err_memory();
	for (size_t r = 0; r < 2; r++) {
		size_t from = run_axis(runs[r], name);

		if (from == RUN_NONE)
			add_value(axis, &none);
		for (size_t i = 0; from != RUN_NONE && i < runs[r]->axis[from].count; i++)
			add_value(axis, &runs[r]->axis[from].value[i]);
	}
	return 0;
}

static int merge_axes(struct run *both, const struct run *a, const struct run *b)
{
	static const struct axis_value values[] = { { MERGE_A, NAN }, { MERGE_B, NAN } };
	struct axis *axis = pool_alloc(&both->pool, (a->axes + b->axes + 1) * sizeof(*axis));
	int ret = 0;

	if (!axis)
		return err_memory();
	both->axis = axis;
	for (size_t i = 0; i < a->axes && !ret; i++)
		ret = merge_axis(&axis[both->axes++], a->axis[i].name, a, b);
	for (size_t i = 0; i < b->axes && !ret; i++)
		if (run_axis(a, b->axis[i].name) == RUN_NONE)
			ret = merge_axis(&axis[both->axes++], b->axis[i].name, a, b);
	if (!ret && run_axis(both, MERGE_AXIS) != RUN_NONE)
		ret = err_usage("two runs with an axis \"%s\" cannot be compared", MERGE_AXIS);
	if (ret)
		return ret;
	axis[both->axes] = (struct axis){ .name = MERGE_AXIS, .count = 2 };
	axis[both->axes].value = calloc(1, sizeof(values));
	if (!axis[both->axes].value)
		return err_memory();
	memcpy(axis[both->axes++].value, values, sizeof(values));
	return 0;
}

static int map_values(struct map *map, struct run *both, size_t axis)
{
	const struct axis *from;

	map->axis[axis] = run_axis(map->run, both->axis[axis].name);
	map->missing[axis] = (uint32_t)run_axis_value(both, axis, RUN_NO_VALUE);
	if (map->axis[axis] == RUN_NONE)
		return 0;
	from = &map->run->axis[map->axis[axis]];
	map->value[axis] = pool_alloc(&both->pool, from->count * sizeof(**map->value) + 1);
	if (!map->value[axis])
		return err_memory();
	for (size_t i = 0; i < from->count; i++)
		map->value[axis][i] = (uint32_t)run_axis_value(both, axis, from->value[i].text);
	return 0;
}

static int map_run(struct map *map, struct run *both, const struct run *run)
{
	int ret = 0;

	map->run = run;
	map->metric = pool_alloc(&both->pool, both->metrics * sizeof(*map->metric) + 1);
	map->axis = pool_alloc(&both->pool, both->axes * sizeof(*map->axis));
	map->value = pool_alloc(&both->pool, both->axes * sizeof(*map->value));
	map->missing = pool_alloc(&both->pool, both->axes * sizeof(*map->missing));
	if (!map->metric || !map->axis || !map->value || !map->missing)
		return err_memory();
	for (size_t i = 0; i < both->metrics; i++)
		map->metric[i] = run_metric(run, both->metric[i].name);
	for (size_t i = 0; i + 1 < both->axes && !ret; i++)
		ret = map_values(map, both, i);
	return ret;
}

static int merge_absent(const struct map *map, struct run *both, const struct sample *from,
			struct sample *to)
{
	struct absent *absent = pool_alloc(&both->pool, from->absents * sizeof(*from->absent) + 1);

	if (!absent)
		return err_memory();
	for (size_t i = 0; i < from->absents; i++)
		absent[i] =
			(struct absent){ run_metric(both,
						    map->run->metric[from->absent[i].metric].name),
					 from->absent[i].why };
	to->absent = absent;
	return 0;
}

static int merge_sample(const struct map *map, struct run *both, const struct sample *from,
			uint32_t which)
{
	struct sample *to = &both->sample[both->samples];
	double *value = pool_alloc(&both->pool, both->metrics * sizeof(*value) + 1);

	*to = *from;
	to->number = both->samples;
	to->axis = pool_alloc(&both->pool, both->axes * sizeof(*to->axis));
	if (!value || !to->axis)
		return err_memory();
	for (size_t i = 0; i < both->metrics; i++)
		value[i] = from->value && map->metric[i] != RUN_NONE ? from->value[map->metric[i]]
								     : NAN;
	to->value = value;
	for (size_t i = 0; i + 1 < both->axes; i++)
		to->axis[i] = map->axis[i] == RUN_NONE ? map->missing[i]
						       : map->value[i][from->axis[map->axis[i]]];
	to->axis[both->axes - 1] = which;
	both->samples++;
	return merge_absent(map, both, from, to);
}

static int merge_samples(struct run *both, const struct run *run, uint32_t which)
{
	struct map map = { 0 };
	int ret = map_run(&map, both, run);

	for (size_t i = 0; i < run->samples && !ret; i++)
		ret = merge_sample(&map, both, &run->sample[i], which);
	return ret;
}

int run_merge(struct run *both, const struct run *a, const struct run *b)
{
	int ret;

	*both = (struct run){ .path = a->path,
			      .name = a->name,
			      .suite = a->suite,
			      .machine = a->machine,
			      .vm = a->vm,
			      .status = a->status,
			      .why = a->why,
			      .emulated = a->emulated,
			      .seed = a->seed };
	both->sample = calloc(a->samples + b->samples + 1, sizeof(*both->sample));
	if (!both->sample)
		return err_memory();
	ret = merge_metrics(both, a, b);
	if (!ret)
		ret = merge_axes(both, a, b);
	if (!ret)
		ret = merge_samples(both, a, 0);
	return ret ? ret : merge_samples(both, b, 1);
}
