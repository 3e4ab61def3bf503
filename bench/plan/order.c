// SPDX-License-Identifier: GPL-2.0-only
/* In which order the samples of a plan are taken, and which points come twice. */
#include "plan_internal.h"

#include <stdlib.h>
#include <string.h>

#include "stats/stats.h"
#include "util/err.h"
#include "util/random.h"

enum {
	PLAN_SAMPLES = 1000000
};

/* Fisher and Yates. The modulo's bias is below 2^-40 for any plan. */
static void shuffle(size_t *order, size_t count, uint64_t *state)
{
	for (size_t i = count; i > 1; i--) {
		size_t j = random_next(state) % i, kept = order[i - 1];

		order[i - 1] = order[j];
		order[j] = kept;
	}
}

/* The points are numbered, then their twins. */
static size_t point_of(const struct plan *plan, size_t i)
{
	return i < plan->point_count ? i : plan->twins[i - plan->point_count];
}

static const char *variant_of(const struct plan *plan, size_t i)
{
	return point_value(&plan->points[point_of(plan, i)], "variant")->text;
}

/* Of each section its baseline: the first point with variant `none`, else the first. */
int plan_choose_twins(struct plan *plan)
{
	const char *section = NULL;
	bool none = false;

	plan->twins = calloc(plan->point_count, sizeof(*plan->twins));
	if (!plan->twins)
		return err_memory();
	for (size_t i = 0; i < plan->point_count && plan->repeats >= STATS_LEAST; i++) {
		bool first = plan->points[i].section != section;

		if (!first && (none || strcmp(variant_of(plan, i), "none")))
			continue;
		plan->twin_count += first;
		plan->twins[plan->twin_count - 1] = i;
		section = plan->points[i].section;
		none = !strcmp(variant_of(plan, i), "none");
	}
	return 0;
}

/*
 * Brings points of one variant together, in the order in which the variants come first; all else
 * stays in place. @others: room for @count points.
 */
static void group_by_variant(const struct plan *plan, size_t *order, size_t count, size_t *others)
{
	for (size_t done = 0; done < count;) {
		const char *variant = variant_of(plan, order[done]);
		size_t kept = 0;

		for (size_t i = done; i < count; i++)
			if (strcmp(variant_of(plan, order[i]), variant))
				others[kept++] = order[i];
			else
				order[done++] = order[i];
		memcpy(&order[done], others, kept * sizeof(*others));
	}
}

static void order_repeat(struct plan *plan, int repeat, const size_t *order)
{
	for (size_t i = 0; i < plan->point_count + plan->twin_count; i++) {
		bool twin = order[i] >= plan->point_count;

		plan->slots[plan->slot_count++] =
			(struct slot){ point_of(plan, order[i]),
				       twin ? repeat + plan->repeats : repeat };
	}
}

void plan_shuffle(const struct plan *plan, size_t *order, size_t count, size_t *others,
		  uint64_t *random)
{
	shuffle(order, count, random);
	if (plan->select == SELECT_LOAD)
		group_by_variant(plan, order, count, others);
}

int plan_order_slots(struct plan *plan)
{
	size_t count = plan->point_count + plan->twin_count;
	size_t *order, *others;

	if (count * (size_t)plan->repeats > PLAN_SAMPLES)
		return err_usage("%zu points, each %d times, are more than %d samples", count,
				 plan->repeats, PLAN_SAMPLES);
	order = calloc(2 * count, sizeof(*order));
	others = order + count;
	plan->slots = calloc(count * (size_t)plan->repeats, sizeof(*plan->slots));
	if (!order || !plan->slots) {
		free(order);
		return err_memory();
	}
	for (size_t i = 0; i < count; i++)
		order[i] = i;
	for (int repeat = 0; repeat < plan->repeats; repeat++) {
		plan_shuffle(plan, order, count, others, &plan->random);
		order_repeat(plan, repeat, order);
	}
	free(order);
	return 0;
}
