// SPDX-License-Identifier: GPL-2.0-only
#include "selection.h"

#include <string.h>

enum {
	WORD = 128
};

/* The next "axis=values" of *@where, in parts; false at its end. */
static bool next_term(const char **where, char axis[static WORD], char values[static WORD])
{
	int used = 0;

	if (!*where || sscanf(*where, " %127[^= ]=%127[^ ]%n", axis, values, &used) < 2)
		return false;
	*where += used;
	return true;
}

/* Is @text one of the comma-separated @values? */
static bool is_among(const char *values, const char *text)
{
	size_t len = strlen(text);

	for (const char *v = values; v; v = strchr(v, ',') ? strchr(v, ',') + 1 : NULL)
		if (!strncmp(v, text, len) && (v[len] == ',' || !v[len]))
			return true;
	return false;
}

static const char *text_at(const struct run *run, const struct point *point, const char *axis)
{
	size_t i = run_axis(run, axis);

	return i == RUN_NONE ? RUN_NO_VALUE : point_axis(run, point, i)->text;
}

bool where_has(const struct run *run, const struct point *point, const char *where)
{
	char axis[WORD], values[WORD];

	while (next_term(&where, axis, values))
		if (!is_among(values, text_at(run, point, axis)))
			return false;
	return true;
}

static bool is_anywhere(const struct grid *grid, const char *where, const char *axis,
			const char *value)
{
	for (size_t i = 0; i < grid->points; i++)
		if (where_has(grid->run, &grid->point[i], where) &&
		    !strcmp(text_at(grid->run, &grid->point[i], axis), value))
			return true;
	return false;
}

bool where_lacks(const struct grid *grid, const char *where, char *missing, size_t size)
{
	char axis[WORD], values[WORD], *rest, *value;
	const char *term = where;

	while (next_term(&term, axis, values)) {
		for (rest = values; (value = strsep(&rest, ","));) {
			if (is_anywhere(grid, where, axis, value))
				continue;
			snprintf(missing, size, "%s=%s", axis, value);
			return true;
		}
	}
	return false;
}

/* What @base says of @axis, into @value; false when it says nothing. */
static bool term_of(const char *base, const char *axis, char value[static WORD])
{
	char name[WORD];

	while (next_term(&base, name, value))
		if (!strcmp(name, axis))
			return true;
	return false;
}

static bool is_base(const struct run *run, const struct point *candidate, const struct point *point,
		    const char *base)
{
	char value[WORD];

	for (size_t i = 0; i < run->axes; i++) {
		const char *text = point_axis(run, candidate, i)->text;
		const char *wanted = term_of(base, run->axis[i].name, value)
					     ? value
					     : point_axis(run, point, i)->text;

		if (strcmp(text, wanted))
			return false;
	}
	return true;
}

const struct point *where_base(const struct grid *grid, const struct point *point, const char *base)
{
	for (size_t i = 0; i < grid->points; i++)
		if (is_base(grid->run, &grid->point[i], point, base))
			return &grid->point[i];
	return NULL;
}
