// SPDX-License-Identifier: GPL-2.0-only
#include "plan.h"

#include <stdlib.h>
#include <string.h>

#include "cost.h"
#include "plan_internal.h"
#include "util/err.h"

enum {
	PLAN_POINTS = 100000,
	PLAN_AXES = 512,
	/* variant, threads, ranges, range_size, hit */
	PLAN_MAIN_AXES = 5
};

/* And once for the run: until a virtual machine has booted, and the calibration is done. */
static const double plan_boot_s = 8;

const struct value *point_value(const struct point *point, const char *name)
{
	for (size_t i = 0; i < point->count; i++)
		if (!strcmp(point->params[i]->name, name))
			return &point->values[i];
	return NULL;
}

double point_warmup_most(const struct point *point)
{
	return (double)point_value(point, "warmup_ms")->count *
	       (double)point_value(point, "warmup_most")->count;
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

int plan_make(struct plan *plan, const struct suite *suite, int repeats, uint64_t seed,
	      enum select select)
{
	int ret = 0;

	*plan = (struct plan){
		.repeats = repeats,
		.most = repeats,
		.seed = seed,
		.random = seed,
		.select = select,
	};
	for (size_t i = 0; !ret && i < suite->section_count; i++)
		ret = add_section(plan, suite, suite->sections[i]);
	if (!ret)
		ret = name_axes(plan);
	if (!ret)
		ret = plan_choose_twins(plan);
	if (!ret)
		ret = plan_order_slots(plan);
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

bool plan_has_defects(const struct plan *plan)
{
	for (size_t i = 0; i < plan->point_count; i++)
		if (strcmp(point_value(&plan->points[i], "defect")->text, "none"))
			return true;
	return false;
}

static double point_seconds(const struct point *point)
{
	return overhead_s(point) + 1e-3 * (double)(point_value(point, "warmup_ms")->count +
						   point_value(point, "measure_ms")->count);
}

static double seconds_of(const struct plan *plan)
{
	double seconds = 0;

	for (size_t i = 0; i < plan->slot_count; i++)
		seconds += point_seconds(&plan->points[plan->slots[i].point]);
	return seconds;
}

double plan_seconds(const struct plan *plan)
{
	return plan_boot_s + seconds_of(plan);
}

double plan_seconds_most(const struct plan *plan)
{
	return plan_boot_s + seconds_of(plan) * plan->most / plan->repeats;
}

int plan_refine(struct plan *plan, const struct suite *suite, double reach, int most)
{
	if (most < plan->repeats)
		return err_usage("at least %d samples of each point, and at most %d, cannot be",
				 plan->repeats, most);
	plan->reach = reach;
	plan->most = reach > 0 ? most : plan->repeats;
	snprintf(plan->judged, sizeof(plan->judged), "%s",
		 suite->metric_count ? suite->metrics[0] : "op.p50");
	return 0;
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
	if (plan->reach > 0)
		fprintf(out,
			"More of a point, up to %d, until the interval of %s reaches no farther "
			"than "
			"%.3g %% of its median: at most about %.0f s.\n",
			plan->most, plan->judged, 100 * plan->reach, plan_seconds_most(plan));
	for (size_t i = 0; i < plan->point_count; i++)
		print_point(plan, &plan->points[i], out);
}
