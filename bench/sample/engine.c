// SPDX-License-Identifier: GPL-2.0-only
#include "engine.h"

#include <errno.h>
#include <math.h>
#include <sched.h>
#include <string.h>

#include "bench/counters/totals.h"
#include "bench/machine/env.h"
#include "bench/machine/topo.h"
#include "bench/results/record.h"
#include "bench/subscriber/backend.h"
#include "calibrate.h"
#include "rounds.h"
#include "sample.h"
#include "util/clock.h"
#include "util/err.h"
#include "util/json.h"
#include "util/stop.h"
#include "version.h"

/* Long enough that the clock's rate is right to 1e-5. */
enum {
	CLOCK_MS = 100
};

static const char *const select_names[] = { [SELECT_FILE] = "file", [SELECT_LOAD] = "load" };

static const struct backend *backend_of(const struct point *point, enum select select)
{
	return backend_find(point_value(point, "variant")->text, select);
}

bool engine_needs_module(const struct plan *plan, enum select select)
{
	for (size_t i = 0; i < plan->point_count; i++)
		if (backend_of(&plan->points[i], select)->module)
			return true;
	return false;
}

static int prepare(const struct point *point, enum select select)
{
	const struct backend *backend = backend_of(point, select);

	return backend->prepare ? backend->prepare(point_value(point, "variant")->text, select) : 0;
}

/* The first sample whose backend, once it is prepared, has something to tell for run.json. */
static int prepare_first(const struct engine_spec *spec, const struct backend **backend)
{
	*backend = NULL;
	for (size_t i = 0; i < spec->plan->slot_count; i++) {
		const struct point *point = &spec->plan->points[spec->plan->slots[i].point];

		if (!backend_of(point, spec->select)->describe)
			continue;
		*backend = backend_of(point, spec->select);
		return prepare(point, spec->select);
	}
	return 0;
}

/* The metrics that the report shows. */
static json_t *describe_shown(const struct suite *suite)
{
	json_t *all = json_array();

	for (size_t i = 0; i < suite->metric_count; i++)
		json_array_append_new(all, json_string(suite->metrics[i]));
	if (!suite->metric_count)
		json_array_append_new(all, json_string("op.p50"));
	return all;
}

static json_t *describe_axes(const struct plan *plan)
{
	json_t *all = json_array();

	for (size_t i = 0; i < plan->axis_count; i++)
		json_array_append_new(all, json_string(plan->axes[i]));
	return all;
}

/*
 * The words of the axis, in the order of the plan, which tables keep; NULL for an axis of
 * numbers.
 */
static json_t *describe_words(const struct plan *plan, const char *axis)
{
	json_t *words = json_array(), *seen = json_object();

	for (size_t i = 0; i < plan->point_count; i++) {
		const char *word = point_word(&plan->points[i], axis);

		if (!word || json_object_get(seen, word))
			continue;
		json_object_set_new(seen, word, json_true());
		json_array_append_new(words, json_string(word));
	}
	json_decref(seen);
	if (json_array_size(words))
		return words;
	json_decref(words);
	return NULL;
}

static void add_presets(json_t *presets, const struct plan *plan, const struct param *table)
{
	for (; table && table->name; table++) {
		bool is_axis = false;

		for (size_t i = 0; i < plan->axis_count; i++)
			is_axis |= !strcmp(plan->axes[i], table->name);
		if (!is_axis)
			json_object_set_new(presets, table->name, json_string(table->preset));
	}
}

/* The parameters that are no axes here: what they were stands in the run, whatever a later version presets. */
static json_t *describe_presets(const struct plan *plan)
{
	json_t *presets = json_object();

	add_presets(presets, plan, engine_params);
	for (size_t i = 0; i < plan->point_count; i++)
		add_presets(presets, plan, plan->points[i].workload->params);
	return presets;
}

static json_t *describe_values(const struct plan *plan)
{
	json_t *values = json_object();

	for (size_t i = 0; i < plan->axis_count; i++) {
		json_t *words = describe_words(plan, plan->axes[i]);

		if (words)
			json_object_set_new(values, plan->axes[i], words);
	}
	return values;
}

static json_t *describe_suite(const struct suite *suite)
{
	json_t *out = json_pack("{s:s, s:s, s:o, s:s}", "name", suite->name, "help", suite->help,
				"metrics", describe_shown(suite), "text", suite->text);

	if (out && *suite->by)
		json_object_set_new(out, "by", json_string(suite->by));
	return out;
}

static json_t *describe_module(const struct engine_spec *spec, const struct backend *backend)
{
	json_t *module = backend ? backend->describe() : NULL;

	if (module)
		json_object_set_new(module, "select", json_string(select_names[spec->select]));
	if (module && plan_has_defects(spec->plan))
		json_object_set_new(module, "test_build", json_true());
	/* Of the first samples only. */
	if (module && spec->select == SELECT_LOAD)
		json_object_del(module, "variant");
	return module;
}

/* What the plan says of the samples to come. */
static void add_plan(json_t *run, const struct plan *plan)
{
	json_object_set_new(run, "seed", json_integer((json_int_t)plan->seed));
	json_object_set_new(run, "repeats", json_integer(plan->repeats));
	if (plan->reach > 0) {
		json_object_set_new(run, "repeats_most", json_integer(plan->most));
		json_object_set_new(run, "precision", json_real(plan->reach));
	}
	json_object_set_new(run, "planned", json_integer((json_int_t)plan->slot_count));
	json_object_set_new(run, "axes", describe_axes(plan));
	json_object_set_new(run, "values", describe_values(plan));
	json_object_set_new(run, "presets", describe_presets(plan));
}

/* What each name is here, and the metrics that it gives. */
static void add_counters(json_t *run, const struct counters *counters)
{
	if (!counters->count)
		return;
	json_object_set_new(run, "counters", counters_describe(counters));
	counters_metrics(counters, json_object_get(run, "metrics"));
}

static json_t *describe_run(const struct engine_spec *spec, const struct bench *bench,
			    json_t *calibration, const struct backend *backend)
{
	json_t *module = describe_module(spec, backend), *run;
	char now[32];

	run = json_pack("{s:s, s:i, s:s, s:s, s:s, s:o, s:{s:s, s:s}, s:b}", "format",
			"shootdown-run", "version", 1, "started", utc_now(now, sizeof(now)),
			"status", "running", "why", "", "command", json_words(spec->command),
			"tool", "version", SHOOTDOWN_VERSION, "commit", SHOOTDOWN_COMMIT,
			"emulated", env_emulated());
	if (!run)
		return NULL;
	json_object_set_new(run, "machine", env_describe(bench->topo, bench->clock_hz));
	if (module)
		json_object_set_new(run, "module", module);
	json_object_set_new(run, "suite", describe_suite(spec->suite));
	add_plan(run, spec->plan);
	json_object_set_new(run, "metrics", metrics_describe(bench->unit));
	add_counters(run, bench->counters);
	json_object_set_new(run, "calibration", calibration);
	return run;
}

static json_t *describe_point(const struct plan *plan, const struct point *point)
{
	json_t *axes = json_pack("{s:s, s:s}", "section", point->section, "workload",
				 point->workload->name);

	for (size_t i = 2; i < plan->axis_count; i++) {
		const struct value *value = point_value(point, plan->axes[i]);
		const struct param *param = param_find(engine_params, plan->axes[i]);

		if (!param)
			param = param_find(point->workload->params, plan->axes[i]);
		json_object_set_new(axes, plan->axes[i],
				    !value ? json_string("-")
				    : param_takes_word(param, value->text)
					    ? json_string(value->text)
					    : json_integer(value->count));
	}
	return axes;
}

/*
 * Takes the sample number @number. -ETIME, without a sentence and without a record, when the time budget
 * ran out meanwhile.
 */
static int take_sample(const struct engine_spec *spec, const struct bench *bench,
		       struct rounds *rounds, const struct slot *slot, size_t number,
		       struct sink *sink)
{
	const struct point *point = &spec->plan->points[slot->point];
	json_t *out, *record;
	const char *last;
	int ret = prepare(point, spec->select);

	if (ret)
		return ret;
	if (bench->perf)
		bench->perf->sample = number;
	out = sample_run(bench, point, &ret);
	if (!out)
		return ret;
	record = json_pack("{s:I, s:i, s:o}", "sample", (json_int_t)number, "repeat", slot->repeat,
			   "axes", describe_point(spec->plan, point));
	last = rounds_take(rounds, slot, out);
	json_object_update(record, out);
	json_decref(out);
	if (last)
		json_object_set_new(record, "last", json_string(last));
	ret = sink->sample(sink, record);
	json_decref(record);
	return ret;
}

/* Seconds that a sample of @point takes at least. */
static double phases_of(const struct point *point)
{
	return 1e-3 * (double)(point_value(point, "warmup_ms")->count +
			       point_value(point, "measure_ms")->count);
}

/* What is on disk stays: the samples that were taken, and that there was no time for more. */
static int end_by_budget(const struct engine_spec *spec, const struct rounds *rounds, size_t taken,
			 struct sink *sink)
{
	char why[128];

	snprintf(why, sizeof(why), "time budget of %.0f s: %zu samples taken, %zu to go",
		 spec->time_budget_s, taken, rounds_left(rounds) + 1);
	return sink->end(sink, "incomplete", why);
}

static int take_rounds(const struct engine_spec *spec, const struct bench *bench,
		       struct rounds *rounds, struct sink *sink)
{
	double longest = 0;
	struct slot slot;
	size_t taken;

	for (taken = 0; rounds_next(rounds, &slot); taken++) {
		double from = clock_seconds();
		double next = fmax(phases_of(&spec->plan->points[slot.point]), longest);
		int ret = 0;

		if (from + next > bench->deadline)
			return end_by_budget(spec, rounds, taken, sink);
		ret = stop_asked() ? -EINTR : take_sample(spec, bench, rounds, &slot, taken, sink);
		if (ret == -ETIME)
			return end_by_budget(spec, rounds, taken, sink);
		if (ret) {
			sink->end(sink, "incomplete", ret == -EINTR ? "interrupted" : err_text());
			return ret;
		}
		longest = fmax(longest, clock_seconds() - from);
	}
	return sink->end(sink, "complete", "");
}

static int take_samples(const struct engine_spec *spec, const struct bench *bench,
			struct sink *sink)
{
	struct rounds rounds;
	int ret = rounds_open(&rounds, spec->plan);

	if (!ret)
		ret = take_rounds(spec, bench, &rounds, sink);
	rounds_close(&rounds);
	return ret;
}

static int run_on(const struct engine_spec *spec, struct bench *bench, struct sink *sink)
{
	struct counters counters = spec->suite->counters;
	const struct backend *backend;
	json_t *calibration, *run;
	int ret = prepare_first(spec, &backend);

	/* Where calibrate() has said why, its sentence stays. */
	if (!ret && !(calibration = calibrate(bench)))
		ret = stop_asked() ? -EINTR
				   : err_skipped("no sample was taken: the time budget was used up "
						 "before; give more with --budget");
	if (!ret) {
		counters_resolve(&counters);
		bench->counters = &counters;
		bench->perf = spec->perf;
		run = describe_run(spec, bench, calibration, backend);
		ret = run ? sink->begin(sink, run) : err_memory();
		json_decref(run);
	}
	if (!ret)
		ret = take_samples(spec, bench, sink);
	backend_finish();
	return ret;
}

/* Workers compute and never sleep: of a real-time class, they would leave their coordinator no CPU. */
static int check_scheduling(void)
{
	int policy = sched_getscheduler(0) & ~SCHED_RESET_ON_FORK;

	if (policy == SCHED_FIFO || policy == SCHED_RR || policy == SCHED_DEADLINE)
		return err_setup(
			"cannot measure under a real-time scheduling policy, where workers "
			"that compute would keep a CPU for good: start it without chrt");
	return 0;
}

int engine_run(const struct engine_spec *spec, struct sink *sink)
{
	struct bench bench = {
		.unit = spec->instructions ? "insn" : "ns",
		.empty_ns = NAN,
		.started = clock_seconds(),
		.select = spec->select,
		.deadline = INFINITY,
	};
	struct topo *topo;
	int ret = check_scheduling();

	if (!ret)
		ret = topo_open(&topo);
	if (ret)
		return ret;
	bench.topo = topo;
	if (spec->time_budget_s > 0)
		bench.deadline = bench.started + spec->time_budget_s;
	/* One instruction is one cycle, and shown as one. */
	bench.clock_hz = spec->instructions ? 1e9 : clock_measure_hz(CLOCK_MS);
	ret = run_on(spec, &bench, sink);
	topo_close(topo);
	return ret;
}
