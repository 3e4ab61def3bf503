// SPDX-License-Identifier: GPL-2.0-only
#include "batch.h"

#include <stdlib.h>
#include <string.h>

#include "bench/machine/can_measure.h"
#include "bench/machine/measured_machine.h"
#include "bench/sample/engine.h"
#include "util/err.h"

enum {
	PRESET_REPEATS = 10,
	PRESET_MOST = 3 /* times as many, where precision is asked for */
};

int batch_plan_suite(const struct run_options *o, const struct suite *suite, struct plan *plan)
{
	int repeats = o->repeats ?: suite->repeats ?: PRESET_REPEATS;
	int most = o->most ?: o->repeats ? 0 : suite->most;
	int precision = o->precision ?: suite->precision;
	int ret = plan_make(plan, suite, repeats, o->seed, o->select);

	if (ret)
		return ret;
	ret = plan_refine(plan, suite, precision / 100.0, most ?: PRESET_MOST * repeats);
	if (ret)
		plan_free(plan);
	return ret;
}

static int plan_here(const struct run_options *o, const char *name, struct suite *suite,
		     struct plan *plan)
{
	int ret = suite_read(suite, name, o->overrides);

	if (ret)
		return ret;
	if (suite->member_count)
		ret = err_usage("%s consists of other suites, and none of them", suite->path);
	if (!ret)
		ret = batch_plan_suite(o, suite, plan);
	if (ret)
		suite_free(suite);
	return ret;
}

/* Will it be measured in a virtual machine? */
static bool awaits_vm(const struct run_options *o, const struct plan *plan)
{
	char why[256];

	if (strcmp(o->where, "auto"))
		return !strcmp(o->where, "vm");
	if (plan_has_defects(plan))
		return true;
	return engine_needs_module(plan, o->select) && where_native(why, sizeof(why));
}

/* Anew where it was made by this machine's CPUs and nodes, but another one will be measured. */
int batch_plan(const struct run_options *o, const char *name, struct suite *suite,
	       struct plan *plan)
{
	int ret;

	target_assume(0, 0);
	ret = plan_here(o, name, suite, plan);
	if (ret || o->stream || !awaits_vm(o, plan))
		return ret;
	plan_free(plan);
	suite_free(suite);
	target_assume(o->vm.cpus, o->vm.nodes);
	return plan_here(o, name, suite, plan);
}

/* What batch_open() adds to. */
struct adding {
	struct batch *batch;
	const struct run_options *o;
};

static int append(struct batch *batch, const char *name, double seconds)
{
	struct batch_suite *grown =
		reallocarray(batch->suites, batch->count + 1, sizeof(*batch->suites));
	char *copy = strdup(name);

	if (grown)
		batch->suites = grown;
	if (!grown || !copy) {
		free(copy);
		return err_memory();
	}
	batch->suites[batch->count++] = (struct batch_suite){ copy, seconds };
	return 0;
}

static int add(void *arg, const char *name)
{
	const struct adding *a = arg;
	struct suite suite;
	struct plan plan;
	int ret;

	for (size_t i = 0; i < a->batch->count; i++)
		if (!strcmp(a->batch->suites[i].name, name))
			return 0;
	ret = batch_plan(a->o, name, &suite, &plan);
	if (ret)
		return ret;
	ret = append(a->batch, name, plan_seconds(&plan));
	plan_free(&plan);
	suite_free(&suite);
	return ret;
}

int batch_open(struct batch *batch, const struct run_options *o)
{
	struct adding adding = { batch, o };
	int ret = 0;

	*batch = (struct batch){ 0 };
	for (size_t i = 0; !ret && i < o->suite_count; i++)
		ret = suite_expand(o->suites[i], add, &adding);
	if (!ret && !batch->count)
		ret = err_usage("there is no suite in '%s'", o->suites[0]);
	return ret;
}

void batch_close(struct batch *batch)
{
	for (size_t i = 0; i < batch->count; i++)
		free(batch->suites[i].name);
	free(batch->suites);
	*batch = (struct batch){ 0 };
}

double batch_share(const struct batch *batch, size_t i, double left)
{
	double ahead = 0;

	for (size_t j = i; j < batch->count; j++)
		ahead += batch->suites[j].seconds;
	return ahead > 0 ? left * batch->suites[i].seconds / ahead : left;
}
