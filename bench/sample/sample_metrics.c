// SPDX-License-Identifier: GPL-2.0-only
#include "sample_metrics.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/loop/bystander.h"
#include "bench/loop/open_loop.h"
#include "roles.h"
#include "util/err.h"

unsigned long long figures_operations(const struct crew *crew)
{
	unsigned long long all = 0;

	for (size_t i = 0; i < crew->count; i++)
		if (role_is(&crew->workers[i], "op"))
			all += crew->workers[i].all;
	return all;
}

/*
 * The times of all workers whose load is @name in one histogram; gives its values per second.
 */
static double sum_load(const struct crew *crew, double clock_hz, const char *name,
		       struct loghist *sum)
{
	double rate = 0;

	memset(sum, 0, sizeof(*sum));
	loghist_init(sum);
	for (size_t i = 0; i < crew->count; i++) {
		const struct worker *w = &crew->workers[i];

		if (!role_is(w, name))
			continue;
		loghist_add(sum, w->hist);
		if (w->window)
			rate += (double)w->hist->count * clock_hz / (double)w->window;
	}
	return rate;
}

/* Figures that follow from the median of the operations. */
static void record_median(const struct bench *bench, const struct point *point,
			  struct record *record)
{
	const json_t *median = json_object_get(record->metrics, "op.p50");
	const char *why = json_string_value(json_object_get(record->absent, "op.p50"));

	if (!median) {
		record_absent(record, "op.net.p50", why);
		record_absent(record, "op.page.p50", why);
		return;
	}
	record_metric(record, "op.page.p50",
		      json_number_value(median) / (double)point_value(point, "pages")->count);
	if (bench->empty_ns >= 0)
		record_metric(record, "op.net.p50", json_number_value(median) - bench->empty_ns);
	else
		record_absent(record, "op.net.p50", "the empty operation was not calibrated");
}

/* A sample whose operations mostly found nothing to do has not measured them. */
static int record_missed(const struct crew *crew, struct record *record)
{
	unsigned long long missed = 0, all = figures_operations(crew);

	for (size_t i = 0; i < crew->count; i++)
		missed += crew->workers[i].space.missed;
	record_metric(record, "op.missed", (double)missed);
	if (2 * missed > all)
		return err_untrusted("%llu of %llu operations found nothing to do", missed, all);
	return 0;
}

static int record_operations(const struct bench *bench, const struct point *point,
			     const struct crew *crew, struct record *record, struct loghist *sum)
{
	double rate = sum_load(crew, bench->clock_hz, "op", sum);

	record_hist(record, "op", sum, "no operation was timed");
	open_loop_record(crew, record);
	bystander_record(crew, record);
	record_median(bench, point, record);
	record_metric(record, "op.rate", rate);
	record_metric(record, "op.count", (double)sum->count);
	record_metric(record, "op.all", (double)figures_operations(crew));
	return sum->count ? 0
			  : err_untrusted("no operation ended in measure_ms=%s",
					  point_value(point, "measure_ms")->text);
}

/* What goes on beside the operations, and has no probes of its own. */
static const struct {
	const char *load, *why_empty;
} beside[] = {
	{ "access", "no access was timed" },
	{ "track", "no range came and went" },
	{ "neighbour", "no neighbour was timed" },
};

static void record_ready(const struct crew *crew, struct record *record, struct loghist *sum)
{
	memset(sum, 0, sizeof(*sum));
	loghist_init(sum);
	for (size_t i = 0; i < crew->count; i++)
		if (crew->workers[i].ready_hist)
			loghist_add(sum, crew->workers[i].ready_hist);
	record_hist(record, "ready", sum, "ready=no");
}

int figures_record(const struct bench *bench, const struct point *point, const struct crew *crew,
		   struct record *record)
{
	struct loghist *sum = malloc(sizeof(*sum));
	int ret;

	if (!sum)
		return err_memory();
	ret = record_operations(bench, point, crew, record, sum);
	for (size_t i = 0; i < sizeof(beside) / sizeof(beside[0]); i++) {
		sum_load(crew, bench->clock_hz, beside[i].load, sum);
		record_hist(record, beside[i].load, sum, beside[i].why_empty);
	}
	record_ready(crew, record, sum);
	free(sum);
	return ret ? ret : record_missed(crew, record);
}

/* What is counted, and its name where it is counted for each operation. */
static const struct {
	const char *metric, *each;
} counted[] = {
	{ "cb.calls", "op.calls" },
	{ "table.zapped", "op.zapped" },
	{ "table.downgraded", "op.downgraded" },
	{ "table.replaced", "op.replaced" },
	{ "table.flushes", "op.flushes" },
	{ "fault.refaults", "op.refaults" },
	{ "track.again", "op.again" },
};

/* Why there is no such count, if there is none, the backend knows, for both. */
static void record_each(struct record *record, const char *metric, const char *each, double all)
{
	const json_t *count = json_object_get(record->metrics, metric);

	if (count && all > 0)
		record_metric(record, each, json_number_value(count) / all);
	else if (count)
		record_absent(record, each, "no operation was done");
}

/* The sum of what the probes timed, in ns; 0 where they timed nothing. */
static double probed_ns(const struct record *record, const char *hist)
{
	const json_t *h = json_object_get(record->hist, hist);

	return h ? 1e9 * json_number_value(json_object_get(h, "sum")) / record->clock_hz : 0;
}

/* Of all callbacks, those for invalidations that no operation did among them. */
static void record_notifier(struct record *record, double all)
{
	double ns = probed_ns(record, "cb.start") + probed_ns(record, "cb.end");

	if (ns > 0 && all > 0)
		record_metric(record, "op.notifier", ns / all);
	else if (record->calls)
		record_absent(record, "op.notifier", "the callbacks were not timed");
}

void figures_per_operation(const struct crew *crew, struct record *record)
{
	double all = (double)figures_operations(crew);
	char metric[32], each[32];

	record_notifier(record, all);

	for (size_t i = 0; i < sizeof(counted) / sizeof(counted[0]); i++)
		record_each(record, counted[i].metric, counted[i].each, all);
	for (size_t i = 0; i < EVENTS; i++) {
		snprintf(metric, sizeof(metric), "event.%s", event_names[i]);
		snprintf(each, sizeof(each), "op.event.%s", event_names[i]);
		record_each(record, metric, each, all);
	}
}
