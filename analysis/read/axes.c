// SPDX-License-Identifier: GPL-2.0-only
/* The values of an axis: which there are, and in what order they are shown. */
#include "internal.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/text/text.h"
#include "util/err.h"

static bool same_value(const struct axis_value *have, const json_t *value)
{
	if (json_is_string(value))
		return isnan(have->number) && strcmp(have->text, json_string_value(value)) == 0;
	return have->number == json_number_value(value);
}

static int add_value(struct run *run, struct axis *axis, const json_t *value)
{
	struct axis_value *grown, *added;
	char number[TEXT_NUMBER];

	/* Room is doubled at each power of two. */
	if ((axis->count & (axis->count - 1)) == 0) {
		size_t room = axis->count ? 2 * axis->count : 1;

		grown = reallocarray(axis->value, room, sizeof(*grown));
		if (!grown)
			return err_memory();
		axis->value = grown;
	}
	added = &axis->value[axis->count];
	if (json_is_string(value)) {
		added->number = NAN;
		added->text = run_keep_text(run, value);
	} else {
		added->number = json_number_value(value);
		added->text = pool_copy(&run->pool, text_exact(number, added->number));
	}
	if (!added->text)
		return err_memory();
	axis->count++;
	return 0;
}

int axis_intern(const struct place *place, struct run *run, struct axis *axis, const json_t *value,
		uint32_t *index)
{
	int ret = field_check(place, value, axis->name,
			      json_is_number(value) ? FIELD_NUMBER : FIELD_NAME);

	if (ret)
		return ret;
	for (size_t i = 0; i < axis->count; i++) {
		if (same_value(&axis->value[i], value)) {
			*index = (uint32_t)i;
			return 0;
		}
	}
	if (axis->count == RUN_VALUES)
		return place_error(place, "axis \"%s\" has more than %d values", axis->name,
				   RUN_VALUES);
	*index = (uint32_t)axis->count;
	return add_value(run, axis, value);
}

struct ranked {
	struct axis_value value;
	size_t rank; /* place in the plan; RUN_NONE when it is not named there */
	uint32_t index;
};

static int by_display(const void *a, const void *b)
{
	const struct ranked *x = a, *y = b;
	bool x_text = isnan(x->value.number), y_text = isnan(y->value.number);

	if (x_text != y_text)
		return x_text - y_text;
	if (!x_text)
		return (x->value.number > y->value.number) - (x->value.number < y->value.number);
	if (x->rank != y->rank)
		return x->rank < y->rank ? -1 : 1;
	return strcmp(x->value.text, y->value.text);
}

static size_t rank_of(const struct axis_value *value, const json_t *order)
{
	const json_t *item;
	size_t i;

	json_array_foreach (order, i, item)
		if (same_value(value, item))
			return i;
	return RUN_NONE;
}

static int sort_axis(struct run *run, size_t at, const json_t *order)
{
	struct axis *axis = &run->axis[at];
	struct ranked *ranked = calloc(axis->count + 1, sizeof(*ranked));
	uint32_t *moved = calloc(axis->count + 1, sizeof(*moved));

	if (!ranked || !moved) {
		free(ranked);
		free(moved);
		return err_memory();
	}
	for (uint32_t i = 0; i < axis->count; i++)
		ranked[i] = (struct ranked){ axis->value[i], rank_of(&axis->value[i], order), i };
	qsort(ranked, axis->count, sizeof(*ranked), by_display);
	for (uint32_t i = 0; i < axis->count; i++) {
		axis->value[i] = ranked[i].value;
		moved[ranked[i].index] = i;
	}
	for (size_t i = 0; i < run->samples; i++)
		run->sample[i].axis[at] = moved[run->sample[i].axis[at]];
	free(ranked);
	free(moved);
	return 0;
}

int axes_sort(const struct place *place, struct run *run, const json_t *order)
{
	for (size_t i = 0; i < run->axes; i++) {
		json_t *values = NULL;
		int ret = 0;

		if (order)
			ret = field_optional(place, order, run->axis[i].name, FIELD_ARRAY, &values);
		if (!ret && json_array_size(values) > RUN_VALUES)
			ret = place_error(place, "axis \"%s\" has more than %d values",
					  run->axis[i].name, RUN_VALUES);
		if (!ret)
			ret = sort_axis(run, i, values);
		if (ret)
			return ret;
	}
	return 0;
}
