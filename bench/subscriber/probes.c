// SPDX-License-Identifier: GPL-2.0-only
#include "probes.h"

#include <string.h>

/* Histograms, and the metrics' first part. */
static const struct {
	enum secmmu_hist hist;
	const char *name;
	const char *why_empty;
} hists[] = {
	{ SECMMU_HIST_START, "cb.start", "no callback was called" },
	{ SECMMU_HIST_END, "cb.end", "no end callback was called" },
	{ SECMMU_HIST_LOCK_WAIT, "cb.lock", "no callback took the device lock" },
	{ SECMMU_HIST_WINDOW, "cb.window",
	  "the variant does not see both ends of an invalidation" },
	{ SECMMU_HIST_FAULT, "fault", "the device did not fault" },
	{ SECMMU_HIST_READ_WAIT, "fault.wait", "the device did not fault" },
	{ SECMMU_HIST_INSERT, "insert", "no range was inserted" },
	{ SECMMU_HIST_REMOVE, "remove", "no range was removed" },
};

/* Counters that are metrics as they are. */
static const struct {
	enum secmmu_counter counter;
	const char *name;
} counts[] = {
	{ SECMMU_COUNT_HITS, "cb.hits" },
	{ SECMMU_COUNT_NONBLOCKABLE, "cb.nonblockable" },
	{ SECMMU_COUNT_REFUSED, "cb.refused" },
	{ SECMMU_COUNT_SKIPPED, "cb.skipped" },
	{ SECMMU_COUNT_ZAPPED, "table.zapped" },
	{ SECMMU_COUNT_DOWNGRADED, "table.downgraded" },
	{ SECMMU_COUNT_REPLACED, "table.replaced" },
	{ SECMMU_COUNT_FLUSHES, "table.flushes" },
	{ SECMMU_COUNT_UNTRACKED, "track.dropped" },
	{ SECMMU_COUNT_RETRACKED, "track.again" },
	{ SECMMU_COUNT_DEFERRED, "track.deferred" },
	{ SECMMU_COUNT_FAULTS, "fault.count" },
	{ SECMMU_COUNT_FAULT_PAGES, "fault.pages" },
	{ SECMMU_COUNT_REFAULTS, "fault.refaults" },
	{ SECMMU_COUNT_RETRIES_MOST, "fault.retries_max" },
	{ SECMMU_COUNT_GIVEN_UP, "fault.given_up" },
	{ SECMMU_COUNT_ACCESSES, "access.pages" },
};

static const char unheard[] = "nobody is subscribed";

static void record_of_event(struct record *record, const char *of, size_t event,
			    unsigned long long value, const char *why)
{
	char name[32];

	snprintf(name, sizeof(name), "%s.%s", of, event_names[event]);
	if (why)
		record_absent(record, name, why);
	else
		record_metric(record, name, (double)value);
}

/* @why: there are none; NULL: there are. */
static void record_events(const struct probes *probes, struct record *record, const char *why)
{
	for (size_t i = 0; i < EVENTS; i++) {
		record->events[i] = probes->counters[SECMMU_COUNT_UNMAP + i];
		record_of_event(record, "event", i, record->events[i], why);
		record_of_event(record, "bytes", i, probes->counters[SECMMU_COUNT_BYTES_UNMAP + i],
				why);
		if (why)
			record_of_event(record, "op.event", i, 0, why);
	}
}

/* The device's own counters are there without a subscriber, too; those of callbacks are not. */
static void record_counts(const struct probes *probes, struct record *record, bool subscribed)
{
	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++)
		if (subscribed || strncmp(counts[i].name, "cb.", 3))
			record_metric(record, counts[i].name,
				      (double)probes->counters[counts[i].counter]);
		else
			record_absent(record, counts[i].name, unheard);
}

static void record_unheard(struct record *record)
{
	record_absent(record, "cb.calls", unheard);
	record_absent(record, "op.calls", unheard);
}

static void record_rates(const struct probes *probes, double seconds, struct record *record)
{
	double faults = (double)probes->counters[SECMMU_COUNT_FAULTS];
	double tries = faults + (double)probes->counters[SECMMU_COUNT_GIVEN_UP];

	if (tries > 0)
		record_metric(record, "fault.retries",
			      (double)probes->counters[SECMMU_COUNT_RETRIES] / tries);
	else
		record_absent(record, "fault.retries", "the device did not fault");
	if (seconds > 0)
		record_metric(record, "fault.rate", faults / seconds);
	else
		record_absent(record, "fault.rate", "nothing was timed");
}

void probes_record(const struct probes *probes, const struct device_spec *spec, double seconds,
		   struct record *record)
{
	bool subscribed = strcmp(spec->variant, "none");
	bool timed = !(spec->attach.flags & SECMMU_ATTACH_UNTIMED);

	record->events_known = subscribed && strcmp(spec->variant, "tlb");
	record->calls = probes->counters[SECMMU_COUNT_START] + probes->counters[SECMMU_COUNT_END];
	if (subscribed)
		record_metric(record, "cb.calls", (double)record->calls);
	else
		record_unheard(record);
	record_events(probes, record,
		      record->events_known ? NULL
		      : subscribed         ? "the variant is not told of events"
					   : unheard);
	record_counts(probes, record, subscribed);
	for (size_t i = 0; i < sizeof(hists) / sizeof(hists[0]); i++)
		record_hist(record, hists[i].name, &probes->hists[hists[i].hist],
			    !subscribed ? unheard
			    : !timed    ? "probes=counted"
					: hists[i].why_empty);
	record_rates(probes, seconds, record);
}
