// SPDX-License-Identifier: GPL-2.0-only
#include "measure.h"

#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include "bench/counters/perf.h"
#include "bench/counters/totals.h"
#include "bench/loop/arena.h"
#include "bench/loop/open_loop.h"
#include "bench/loop/placement_check.h"
#include "bench/loop/slot_pages.h"
#include "bench/loop/worker.h"
#include "bench/results/record.h"
#include "bench/shootdowns/shootdown_count.h"
#include "bench/subscriber/backend.h"
#include "emission.h"
#include "roles.h"
#include "sample_metrics.h"
#include "util/clock.h"
#include "util/err.h"

struct sample {
	const struct bench *bench;
	const struct point *point;
	const struct backend *backend;
	void *state;
	struct arena arena;
	struct crew crew;
	struct witness *witness;
	struct perf *perf; /* or NULL */
	struct record record;
};

static const char *word_of(const struct point *point, const char *axis)
{
	return point_value(point, axis)->text;
}

long long param_count(const struct workspace *w, const char *name)
{
	return point_value(w->params, name)->count;
}

const char *param_choice(const struct workspace *w, const char *name)
{
	return word_of(w->params, name);
}

static int begin_counting(void *arg)
{
	struct sample *s = arg;
	int ret = s->backend->reset ? s->backend->reset(s->state) : 0;

	if (!ret)
		ret = perf_begin(s->perf);
	witness_begin(s->witness, &s->crew);
	return ret;
}

/* The probes go on: they count the cool-down, too. */
static void end_counting(void *arg)
{
	const struct sample *s = arg;

	perf_end(s->perf);
}

/* Seconds in which the probes counted: more than the measurement, for they see the cool-down too. */
static double counted_seconds(const struct sample *s)
{
	return (double)s->crew.span / s->bench->clock_hz;
}

/*
 * What the device saw that it should not have, and what it still holds that it should not. With a
 * defect on purpose, that is what the sample is for.
 */
static int record_stale(struct sample *s)
{
	unsigned long long stale = 0;
	int ret = 0;

	if (!roles_play_device(&s->crew)) {
		record_absent(&s->record, "stale", "no worker played the device");
		return 0;
	}
	for (size_t i = 0; i < s->crew.count; i++)
		stale += s->crew.workers[i].space.stale;
	if (s->backend->verify)
		ret = s->backend->verify(s->state, &stale);
	record_metric(&s->record, "stale", (double)stale);
	if (!ret && stale && !strcmp(word_of(s->point, "defect"), "none"))
		ret = err_untrusted("the device used or kept %llu stale translations", stale);
	return ret;
}

static int read_probes(struct sample *s)
{
	return s->backend->read ? s->backend->read(s->state, &s->record, counted_seconds(s)) : 0;
}

static void record_warmup(struct sample *s)
{
	const struct warmup *warmup = &s->crew.warmup;
	static const char few[] = "operations are too long for the warm-up";

	record_metric(&s->record, "warmup.ms", warmup->ms);
	if (warmup->steadiness == NOT_TESTED) {
		record_absent(&s->record, "warmup.drift", few);
		record_absent(&s->record, "warmup.steady", few);
		return;
	}
	record_metric(&s->record, "warmup.drift", warmup->drift);
	record_metric(&s->record, "warmup.steady", warmup->steadiness == STEADY);
}

/* How long each phase took, and why it ended then. */
static json_t *describe_phases(const struct crew *crew)
{
	return json_pack("{s:{s:f, s:s}, s:{s:f, s:s}}", "warmup", "ms", crew->warmup.ms, "why",
			 steadiness_names[crew->warmup.steadiness], "measure", "ms",
			 crew->measured_ms, "why", crew->waited ? "first times" : "measure_ms");
}

/* Only of workers that have all measured: one that failed may have nothing. */
static void record_counts(struct sample *s)
{
	counters_record(&s->crew, s->bench->counters, &s->record);
	witness_record(s->witness, &s->crew, &s->record, figures_operations(&s->crew));
}

static int measure(struct sample *s)
{
	const struct phases phases = {
		.warmup = (double)point_value(s->point, "warmup_ms")->count,
		.warmup_most = point_warmup_most(s->point),
		.measure = (double)point_value(s->point, "measure_ms")->count,
	};
	const struct onlooker onlooker = { begin_counting, end_counting, s };
	int ret = perf_join(s->perf);

	if (!ret)
		ret = crew_start(&s->crew);
	if (ret)
		return ret;
	ret = crew_measure(&s->crew, &phases, &onlooker);
	witness_end(s->witness, &s->crew);
	record_warmup(s);
	if (!ret)
		ret = figures_record(s->bench, s->point, &s->crew, &s->record);
	if (!ret)
		record_counts(s);
	if (!ret)
		ret = read_probes(s);
	if (!ret)
		figures_per_operation(&s->crew, &s->record);
	if (!ret)
		ret = record_stale(s);
	if (!ret)
		record_rest_absent(&s->record, s->backend->silent);
	if (!ret)
		ret = emission_check(s->point, &s->record, figures_operations(&s->crew));
	if (!ret)
		ret = placement_check(&s->crew);
	if (!ret)
		ret = slot_pages_check(&s->crew, s->point);
	crew_stop(&s->crew);
	return ret;
}

/* Has the machine what each worker needs for what it does? Asked once for all that do the same. */
static int check_machine(const struct sample *s)
{
	const struct workload *asked = NULL;
	const char *reason = NULL;

	for (size_t i = 0; !reason && i < s->crew.count; i++) {
		const struct workload *load = s->crew.workers[i].workload;

		if (load->lacks && load != asked)
			reason = load->lacks(&s->crew.workers[i].space);
		asked = load;
	}
	return reason ? err_skipped("%s %s", asked->name, reason) : 0;
}

static int hire_and_measure(struct sample *s)
{
	const struct hire hire = {
		.point = s->point,
		.arena = &s->arena,
		.backend = s->backend,
		.state = s->state,
	};
	int ret;

	s->crew.topo = s->bench->topo;
	s->crew.counters = s->bench->counters;
	ret = roles_hire(&s->crew, &hire);
	if (!ret)
		ret = slot_pages_possible(&s->crew, s->point);
	if (!ret)
		ret = check_machine(s);
	open_loop_set(&s->crew, point_value(s->point, "rate")->count, s->bench->clock_hz);
	return ret ? ret : measure(s);
}

/* Only the module's devices can have another one beside them. */
static int check_beside(const struct sample *s)
{
	const char *beside = word_of(s->point, "beside");

	if (s->backend->module || !strcmp(beside, "none"))
		return 0;
	return err_skipped("beside=%s is for variants of the module, and '%s' is none", beside,
			   word_of(s->point, "variant"));
}

static int subscribe_and_measure(struct sample *s)
{
	int ret = check_beside(s);

	if (!ret)
		ret = arena_open(&s->arena, s->point);
	if (ret)
		return ret;
	s->witness = witness_open(s->bench->counters);
	if (s->backend->attach)
		ret = s->backend->attach(s->point, s->bench->select, &s->arena, &s->state);
	if (ret)
		return ret;
	ret = hire_and_measure(s);
	if (s->backend->detach)
		s->backend->detach(s->state);
	witness_close(s->witness);
	return ret;
}

static const char *status_name(void)
{
	switch (err_exit_code()) {
	case EXIT_FINE:
		return "ok";
	case EXIT_SKIPPED:
		return "skipped";
	default:
		return "failed";
	}
}

/*
 * fork() left our pages shared with the parent: each first write would copy a page and so emit a
 * CLEAR that is not the workload's. Locking memory copies all that can be written now. Without
 * the right to lock, those few events stay, and the sample says so.
 */
static bool own_all_pages(void)
{
	return !mlockall(MCL_CURRENT) && !munlockall();
}

/* So that other tasks do not run where a worker does; without the right to, the sample says so. */
static bool raise_priority(const struct point *point)
{
	enum {
		HIGH = -20
	};

	return strcmp(word_of(point, "priority"), "high") || !setpriority(PRIO_PROCESS, 0, HIGH);
}

json_t *measure_point(const struct bench *bench, const struct point *point, struct perf *perf)
{
	struct sample s = {
		.bench = bench,
		.point = point,
		.perf = perf,
		.backend = backend_find(word_of(point, "variant"), bench->select),
	};
	double from = clock_seconds();
	bool raised = raise_priority(point), owned;
	json_t *out;

	/* Huge pages would change what an operation does with its first pages. */
	if (!point->workload->huge && !slot_pages_huge(point))
		prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0);
	owned = own_all_pages();
	if (!record_open(&s.record, bench->clock_hz))
		subscribe_and_measure(&s);
	out = json_pack("{s:s, s:s, s:f, s:f}", "status", status_name(), "why", err_text(),
			"started_s", from - bench->started, "took_s", clock_seconds() - from);
	if (s.crew.workers && err_exit_code() != EXIT_SKIPPED)
		json_object_set_new(out, "placement", placement_describe(&s.crew));
	if (s.crew.measured_ms > 0)
		json_object_set_new(out, "phases", describe_phases(&s.crew));
	if (!raised)
		record_note(&s.record, "priority=high was refused, for lack of CAP_SYS_NICE: other "
				       "tasks may have run on the workers' CPUs");
	if (!owned)
		record_note(&s.record, "memory could not be locked: a few CLEAR events may be "
				       "copies of the engine's own pages");
	if (json_array_size(s.record.notes))
		json_object_set(out, "notes", s.record.notes);
	json_object_set(out, "metrics", s.record.metrics);
	json_object_set(out, "absent", s.record.absent);
	json_object_set(out, "hist", s.record.hist);
	if (json_object_size(s.record.interrupts))
		json_object_set(out, "interrupts", s.record.interrupts);
	/* The workers' memory goes with the process: where not all could be started, some still run. */
	record_close(&s.record);
	return out;
}
