/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What one sample found: metrics, the reasons of absent ones, histograms, events. See
 * docs/results-format.md.
 */
#ifndef BENCH_RESULTS_RECORD_H
#define BENCH_RESULTS_RECORD_H

#include <jansson.h>
#include <stdbool.h>

#include "loghist.h"

/* The events of core mm, in the order of its enum mmu_notifier_event. */
enum {
	EVENTS = 8
};
extern const char *const event_names[EVENTS];

struct record {
	json_t *metrics, *absent, *hist, *notes;
	json_t *interrupts; /* of each row of /proc/interrupts, by CPU */
	double clock_hz;
	bool events_known; /* somebody was subscribed who counts them */
	unsigned long long events[EVENTS];
	unsigned long long calls; /* of any callback */
};

int record_open(struct record *record, double clock_hz);
void record_close(struct record *record);

void record_metric(struct record *record, const char *name, double value);
void record_absent(struct record *record, const char *name, const char *why);

/* What the figures are to be read with. */
void record_note(struct record *record, const char *note);

/* Every metric that has neither a value nor a reason yet is absent for @why. */
void record_rest_absent(struct record *record, const char *why);

/*
 * Adds the histogram @h of cycles as @name, and its metrics @name.min .p50 .p90 .p99 .p999 .max .mean
 * in ns. A quantile of which less than one value lies beyond is absent; so are all when @h is
 * empty, with the reason @why_empty.
 */
void record_hist(struct record *record, const char *name, const struct loghist *h,
		 const char *why_empty);

/* A row of the table of metrics. */
struct metric {
	const char *name, *unit, *better, *help;
};

/*
 * The @i-th metric that a sample may have; NULL past the end. The text is valid until the next
 * call.
 */
const struct metric *metric_at(size_t i);

/* The table of metrics, as run.json has it; times are in @time_unit: "ns" or "insn". */
json_t *metrics_describe(const char *time_unit);

#endif
