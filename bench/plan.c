// SPDX-License-Identifier: GPL-2.0-only
#include "plan.h"

#include <stdlib.h>
#include <string.h>

#include "overhead.h"
#include "analysis/stats.h"
#include "util/err.h"
#include "util/random.h"

enum {
	PLAN_POINTS = 100000,
	PLAN_SAMPLES = 1000000,
	PLAN_AXES = 512,
	/* variant, threads, ranges, range_size, hit */
	PLAN_MAIN_AXES = 5
};

/* Fork, attach, insert, reset, tear down: seen under emulation, where it is longest. */
static const double sample_overhead_s = 0.15;

/* Fisher and Yates. The modulo's bias is below 2^-40 for any plan. */
static void shuffle(size_t *order, size_t count, uint64_t *state)
{
	for (size_t i = count; i > 1; i--) {
		size_t j = random_next(state) % i, kept = order[i - 1];

		order[i - 1] = order[j];
		order[j] = kept;
	}
}

const struct value *point_value(const struct point *point, const char *name)
{
	for (size_t i = 0; i < point->count; i++)
		if (!strcmp(point->params[i]->name, name))
			return &point->values[i];
	return NULL;
}

const char *point_word(const struct point *point, const char *name)
{
	if (!strcmp(name, "section"))
		return point->section;
	if (!strcmp(name, "workload"))
		return point->workload->name;
	for (size_t i = 0; i < point->count; i++)
		if (!strcmp(point->params[i]->name, name))
			return param_takes_word(point->params[i], point->values[i].text)
				       ? point->values[i].text
				       : NULL;
	return NULL;
}

/* A section's axes for one workload, and the point that runs through them. */
struct product {
	struct plan *plan;
	struct axis axes[POINT_PARAMS];
	char presets[POINT_PARAMS][VALUE_LEN];
	struct point point;
};

/* Room for all points of the product, or a refusal before there is any. */
static int make_room(struct product *p)
{
	struct plan *plan = p->plan;
	size_t count = 1;
	struct point *grown;

	for (size_t i = 0; i < p->point.count; i++)
		if (__builtin_mul_overflow(count, p->axes[i].count, &count))
			count = SIZE_MAX;
	if (count > PLAN_POINTS - plan->point_count)
		return err_usage("the suite has more than %d points", PLAN_POINTS);
	grown = reallocarray(plan->points, plan->point_count + count, sizeof(*grown));
	if (!grown)
		return err_memory();
	plan->points = grown;
	return 0;
}

/* Multiplies the axes from the @depth-th on. */
static void add_points(struct product *p, size_t depth)
{
	const struct axis *axis = &p->axes[depth];

	if (depth == p->point.count) {
		p->plan->points[p->plan->point_count++] = p->point;
		return;
	}
	for (size_t i = 0; i < axis->count; i++) {
		p->point.values[depth] = axis->values[i];
		p->point.preset[depth] = !strcmp(axis->values[i].text, p->presets[depth]);
		add_points(p, depth + 1);
	}
}

static int add_param(struct product *p, const struct suite *suite, const struct section *section,
		     const struct param *param)
{
	struct axis *axis = &p->axes[p->point.count];
	int ret;

	if (p->point.count == POINT_PARAMS)
		return err_usage("a workload has at most %d axes", POINT_PARAMS);
	ret = axis_parse(axis, param, param->preset, param->name);
	if (ret)
		return ret;
	memcpy(p->presets[p->point.count], axis->values[0].text, VALUE_LEN);
	p->point.params[p->point.count++] = param;
	return suite_axis(suite, section, param, axis);
}

static int collect_axes(struct product *p, const struct suite *suite, const struct section *section,
			const struct param *table)
{
	int ret = 0;

	for (; !ret && table && table->name; table++)
		ret = add_param(p, suite, section, table);
	return ret;
}

static int add_workload(struct plan *plan, const struct suite *suite, const struct section *section,
			const struct workload *workload)
{
	struct product *p = calloc(1, sizeof(*p));
	int ret;

	if (!p)
		return err_memory();
	p->plan = plan;
	p->point.section = section->name;
	p->point.workload = workload;
	ret = collect_axes(p, suite, section, engine_params);
	if (!ret)
		ret = collect_axes(p, suite, section, workload->params);
	if (!ret)
		ret = make_room(p);
	if (!ret)
		add_points(p, 0);
	free(p);
	return ret;
}

static int add_section(struct plan *plan, const struct suite *suite, const struct section *section)
{
	const struct axis *workloads = suite_workloads(suite, section);
	int ret = 0;

	for (size_t i = 0; !ret && i < workloads->count; i++)
		ret = add_workload(plan, suite, section, workload_find(workloads->values[i].text));
	return ret;
}

/* Does the axis @name have more than one value among the points? */
static bool varies(const struct plan *plan, const char *name)
{
	const struct value *first = NULL;

	for (size_t i = 0; i < plan->point_count; i++) {
		const struct value *value = point_value(&plan->points[i], name);

		if (value && first && strcmp(value->text, first->text))
			return true;
		if (value)
			first = value;
	}
	return false;
}

static void add_axis(struct plan *plan, const char *name)
{
	for (size_t i = 0; i < plan->axis_count; i++)
		if (!strcmp(plan->axes[i], name))
			return;
	if (plan->axis_count < PLAN_AXES)
		plan->axes[plan->axis_count++] = name;
}

/*
 * A parameter that no point moves from its preset is no axis of this plan; but the first few are
 * what a reader looks for.
 */
static bool is_axis(const struct point *point, size_t i)
{
	return i < PLAN_MAIN_AXES || !point->preset[i];
}

static int name_axes(struct plan *plan)
{
	plan->axes = calloc(PLAN_AXES, sizeof(*plan->axes));
	if (!plan->axes)
		return err_memory();
	add_axis(plan, "section");
	add_axis(plan, "workload");
	for (size_t i = 0; i < plan->point_count; i++)
		for (size_t j = 0; j < plan->points[i].count; j++)
			if (is_axis(&plan->points[i], j))
				add_axis(plan, plan->points[i].params[j]->name);
	plan->varying = calloc(plan->axis_count, sizeof(*plan->varying));
	if (!plan->varying)
		return err_memory();
	for (size_t i = 0; i < plan->axis_count; i++)
		plan->varying[i] = varies(plan, plan->axes[i]);
	return 0;
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
static int choose_twins(struct plan *plan)
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
 * stays in place. @others: room for all points.
 */
static void group_by_variant(const struct plan *plan, size_t *order, size_t *others)
{
	size_t count = plan->point_count + plan->twin_count;

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

static int order_slots(struct plan *plan, enum select select)
{
	size_t count = plan->point_count + plan->twin_count;
	size_t *order, *others;
	uint64_t state = plan->seed;

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
		shuffle(order, count, &state);
		if (select == SELECT_LOAD)
			group_by_variant(plan, order, others);
		order_repeat(plan, repeat, order);
	}
	free(order);
	return 0;
}

int plan_make(struct plan *plan, const struct suite *suite, int repeats, uint64_t seed,
	      enum select select)
{
	int ret = 0;

	*plan = (struct plan){ .repeats = repeats, .seed = seed };
	for (size_t i = 0; !ret && i < suite->section_count; i++)
		ret = add_section(plan, suite, suite->sections[i]);
	if (!ret)
		ret = name_axes(plan);
	if (!ret)
		ret = choose_twins(plan);
	if (!ret)
		ret = order_slots(plan, select);
	if (ret)
		plan_free(plan);
	return ret;
}

void plan_free(struct plan *plan)
{
	free(plan->points);
	free(plan->twins);
	free(plan->slots);
	free(plan->axes);
	free(plan->varying);
	*plan = (struct plan){ 0 };
}

static double point_seconds(const struct point *point)
{
	return sample_overhead_s + overhead_ranges_s(point) +
	       1e-3 * (double)(point_value(point, "warmup_ms")->count +
			       point_value(point, "measure_ms")->count);
}

double plan_seconds(const struct plan *plan)
{
	double seconds = 0;

	for (size_t i = 0; i < plan->slot_count; i++)
		seconds += point_seconds(&plan->points[plan->slots[i].point]);
	return seconds;
}

static void print_point(const struct plan *plan, const struct point *point, FILE *out)
{
	fprintf(out, "  %-12s %-10s", point->section, point->workload->name);
	for (size_t i = 2; i < plan->axis_count; i++) {
		const struct value *value = point_value(point, plan->axes[i]);

		if (value && (i == 2 || plan->varying[i]))
			fprintf(out, " %s=%s", plan->axes[i], value->text);
	}
	fputc('\n', out);
}

void plan_print(const struct plan *plan, FILE *out)
{
	fprintf(out, "%zu points, each %d times", plan->point_count, plan->repeats);
	if (plan->twin_count)
		fprintf(out, ", %zu of them twice as often, as A/A pairs", plan->twin_count);
	fprintf(out, ": %zu samples, about %.0f s. Seed %llu.\n", plan->slot_count,
		plan_seconds(plan), (unsigned long long)plan->seed);
	for (size_t i = 0; i < plan->point_count; i++)
		print_point(plan, &plan->points[i], out);
}
