// SPDX-License-Identifier: GPL-2.0-only
#include "rounds.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "stats/stats.h"
#include "util/err.h"
#include "util/json.h"

int rounds_open(struct rounds *r, const struct plan *plan)
{
	size_t count = plan->point_count;

	/* From `repeats` on are the other halves of A/A pairs. */
	*r = (struct rounds){ .plan = plan, .random = plan->random, .repeat = 2 * plan->repeats };
	r->points = calloc(count, sizeof(*r->points));
	r->order = calloc(2 * count, sizeof(*r->order));
	if (!r->points || !r->order)
		return err_memory();
	r->others = r->order + count;
	for (size_t i = 0; i < count; i++)
		r->points[i].least = plan->repeats;
	for (size_t i = 0; i < plan->twin_count; i++)
		r->points[plan->twins[i]].least = 2 * plan->repeats;
	for (size_t i = 0; i < count; i++) {
		r->points[i].most =
			plan->most > r->points[i].least ? plan->most : r->points[i].least;
		r->points[i].values = calloc((size_t)r->points[i].most, sizeof(double));
		if (!r->points[i].values)
			return err_memory();
	}
	return 0;
}

void rounds_close(struct rounds *r)
{
	for (size_t i = 0; r->points && i < r->plan->point_count; i++)
		free(r->points[i].values);
	free(r->points);
	free(r->order);
	*r = (struct rounds){ 0 };
}

/* The points that have not enough yet. */
static void begin_round(struct rounds *r)
{
	r->count = 0;
	r->next = r->plan->slot_count;
	for (size_t i = 0; i < r->plan->point_count; i++)
		if (!r->points[i].over)
			r->order[r->count++] = i;
	plan_shuffle(r->plan, r->order, r->count, r->others, &r->random);
}

static bool next_beyond(struct rounds *r, struct slot *slot)
{
	size_t i = r->next - r->plan->slot_count;

	if (i == r->count) {
		r->repeat += r->count > 0;
		begin_round(r);
		i = 0;
	}
	if (!r->count)
		return false;
	*slot = (struct slot){ r->order[i], r->repeat };
	r->next++;
	return true;
}

bool rounds_next(struct rounds *r, struct slot *slot)
{
	while (r->next < r->plan->slot_count) {
		*slot = r->plan->slots[r->next++];
		if (!r->points[slot->point].over)
			return true;
	}
	return next_beyond(r, slot);
}

/* Does the interval of the median reach no farther than it may? */
static bool is_precise(const struct plan *plan, struct point_so_far *p)
{
	struct interval interval;
	double median;

	if (p->count < STATS_LEAST || stats_sort(p->values, p->count))
		return false;
	interval = stats_median_interval(p->values, p->count, STATS_CONFIDENCE);
	median = stats_median(p->values, p->count);
	return fmax(interval.high - median, median - interval.low) <= plan->reach * fabs(median);
}

/* Why @p has enough, or NULL. A metric that it does not have gets no better by repeating. */
static const char *enough(const struct plan *plan, struct point_so_far *p)
{
	if (p->taken < p->least)
		return NULL;
	if (!(plan->reach > 0) || !p->count)
		return "repeats";
	if (is_precise(plan, p))
		return "precise";
	return p->taken >= p->most ? "most" : NULL;
}

const char *rounds_take(struct rounds *r, const struct slot *slot, const json_t *out)
{
	struct point_so_far *p = &r->points[slot->point];
	const char *status = json_text(out, "status"), *why;
	const json_t *value = json_object_get(json_object_get(out, "metrics"), r->plan->judged);

	p->taken++;
	if (!strcmp(status, "ok") && json_is_number(value))
		p->values[p->count++] = json_number_value(value);
	why = !strcmp(status, "skipped") ? "skipped" : enough(r->plan, p);
	p->over = why;
	return why;
}

size_t rounds_left(const struct rounds *r)
{
	size_t left = 0;

	for (size_t i = r->next; i < r->plan->slot_count; i++)
		left += !r->points[r->plan->slots[i].point].over;
	return left;
}
