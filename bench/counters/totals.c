// SPDX-License-Identifier: GPL-2.0-only
#include "totals.h"

#include <stdio.h>
#include <string.h>

#include "group.h"

enum {
	METRIC_LEN = COUNTER_NAME_LEN + 16
};

/* One counter over the workers of one kind. */
struct sum {
	double value, share;
	const char *why; /* of the first that has no value */
	size_t workers;
};

static struct sum sum_up(const struct crew *crew, size_t i, bool bystanders)
{
	struct sum sum = { .share = 1 };

	for (size_t n = 0; n < crew->count; n++) {
		const struct worker *w = &crew->workers[n];
		const struct counter_reading *r;

		if (bystanders ? !w->workload->watch : !w->owner)
			continue;
		sum.workers++;
		r = w->counters ? counter_group_reading(w->counters, i) : NULL;
		if (!r || *r->why) {
			sum.why = sum.why ?: r ? r->why : "no memory for the counters";
			continue;
		}
		sum.value += (double)r->value;
		sum.share = r->share < sum.share ? r->share : sum.share;
	}
	if (!sum.workers)
		sum.why = "there was no bystander";
	return sum;
}

/* Operations that were timed, and seconds that bystanders were, all together. */
static double timed_operations(const struct crew *crew)
{
	double count = 0;

	for (size_t i = 0; i < crew->count; i++)
		if (crew->workers[i].owner)
			count += (double)crew->workers[i].hist->count;
	return count;
}

static double watched_seconds(const struct crew *crew, double clock_hz)
{
	double cycles = 0;

	for (size_t i = 0; i < crew->count; i++)
		if (crew->workers[i].workload->watch)
			cycles += (double)crew->workers[i].window;
	return cycles / clock_hz;
}

static void put(struct record *record, const char *prefix, const char *counter, const char *suffix,
		double value, const char *why)
{
	char name[METRIC_LEN];

	snprintf(name, sizeof(name), "%s%s%s", prefix, counter, suffix);
	if (why)
		record_absent(record, name, why);
	else
		record_metric(record, name, value);
}

static void record_one(const struct crew *crew, const struct counter *c, size_t i, double *share,
		       struct record *record)
{
	struct sum own = sum_up(crew, i, false), by = sum_up(crew, i, true);
	double operations = timed_operations(crew);

	if (!own.why && !(operations > 0))
		own.why = "no operation was timed";
	put(record, "ctr.", c->name, "", own.value / operations, own.why);
	put(record, "ctr.", c->name, ".total", own.value, own.why);
	put(record, "by.ctr.", c->name, "", by.value / watched_seconds(crew, record->clock_hz),
	    by.why);
	if (own.why)
		return;
	*share = *share < 0 || own.share < *share ? own.share : *share;
}

void counters_record(const struct crew *crew, const struct counters *counters,
		     struct record *record)
{
	double share = -1;

	if (!counters || !counters->count)
		return;
	for (size_t i = 0; i < counters->count; i++)
		if (!counters->counter[i].machine)
			record_one(crew, &counters->counter[i], i, &share, record);
	if (share < 0)
		record_absent(record, "ctr.share", "no worker could count anything");
	else
		record_metric(record, "ctr.share", share);
}

static void describe(json_t *metrics, const char *prefix, const struct counter *c,
		     const char *suffix, const char *unit, const char *better, const char *help)
{
	char name[METRIC_LEN], text[COUNTER_NAME_LEN + 64];

	snprintf(name, sizeof(name), "%s%s%s", prefix, c->name, suffix);
	snprintf(text, sizeof(text), "%s %s", c->name, help);
	json_object_set_new(
		metrics, name,
		json_pack("{s:s, s:s, s:s}", "unit", unit, "better", better, "help", text));
}

void counters_metrics(const struct counters *counters, json_t *metrics)
{
	bool own = false;

	for (size_t i = 0; i < counters->count; i++) {
		const struct counter *c = &counters->counter[i];

		describe(metrics, "ctr.", c, "", "1/op", "lower",
			 c->machine ? "of all CPUs, for an operation"
				    : "of an operation, with what surrounds it");
		describe(metrics, "ctr.", c, ".total", "", "neither",
			 c->machine ? "of all CPUs" : "in the workers that do the operation");
		if (!c->machine)
			describe(metrics, "by.ctr.", c, "", "1/s", "neither", "of a bystander");
		own |= !c->machine;
	}
	if (own)
		json_object_set_new(metrics, "ctr.share",
				    json_pack("{s:s, s:s, s:s}", "unit", "", "better", "higher",
					      "help",
					      "share of the measured time that counters ran, the "
					      "least of any worker"));
}

json_t *counters_describe(const struct counters *counters)
{
	json_t *all = json_object();

	for (size_t i = 0; i < counters->count; i++) {
		const struct counter *c = &counters->counter[i];

		json_object_set_new(
			all, c->name,
			json_pack("{s:s}", *c->why ? "why" : "is", *c->why ? c->why : c->is));
	}
	return all;
}
