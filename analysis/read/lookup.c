// SPDX-License-Identifier: GPL-2.0-only
#include "lookup.h"

#include <stdlib.h>

#include "util/err.h"
#include "util/nearest.h"

/* @first: @count structures of @size bytes, each of which begins with its name. */
static int unknown(const char *what, const char *word, const void *first, size_t count, size_t size)
{
	const char **names = calloc(count + 1, sizeof(*names));
	const char *near = NULL;
	int ret;

	for (size_t i = 0; names && i < count; i++)
		names[i] = *(const char *const *)((const char *)first + i * size);
	if (names)
		near = nearest(word, names, count);
	ret = near ? err_usage("no %s \"%s\" in this run; did you mean \"%s\"?", what, word, near)
		   : err_usage("no %s \"%s\" in this run", what, word);
	free(names);
	return ret;
}

int lookup_axis(const struct run *run, const char *name, size_t *axis)
{
	*axis = run_axis(run, name);
	if (*axis == RUN_NONE)
		return unknown("axis", name, run->axis, run->axes, sizeof(*run->axis));
	return 0;
}

int lookup_metric(const struct run *run, const char *name, size_t *metric)
{
	*metric = run_metric(run, name);
	if (*metric == RUN_NONE)
		return unknown("metric", name, run->metric, run->metrics, sizeof(*run->metric));
	return 0;
}

int lookup_value(const struct run *run, size_t axis, const char *name, size_t *value)
{
	const struct axis *a = &run->axis[axis];

	*value = run_axis_value(run, axis, name);
	if (*value == RUN_NONE)
		return unknown(a->name, name, a->value, a->count, sizeof(*a->value));
	return 0;
}
