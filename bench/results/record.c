// SPDX-License-Identifier: GPL-2.0-only
#include "record.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "bench/subscriber/kvm_stats.h"
#include "stats/quantile.h"
#include "util/err.h"

enum {
	METRIC_LEN = 64,
	HELP_LEN = 160
};

const char *const event_names[EVENTS] = {
	"UNMAP",      "CLEAR",   "PROTECTION_VMA", "PROTECTION_PAGE",
	"SOFT_DIRTY", "RELEASE", "MIGRATE",        "EXCLUSIVE",
};

/* The statistics of a histogram; @q is below 0 for those that are no quantile. */
static const struct {
	const char *name;
	double q;
	const char *help;
} hist_metrics[] = {
	{ "p50", 0.5, "median" },
	{ "p90", 0.9, "90th percentile" },
	{ "p99", 0.99, "99th percentile" },
	{ "p999", 0.999, "99.9th percentile" },
	{ "min", -1, "minimum" },
	{ "max", -1, "maximum" },
	{ "mean", -1, "mean" },
};

enum {
	HIST_METRICS = sizeof(hist_metrics) / sizeof(hist_metrics[0])
};

static const struct {
	const char *name, *help;
} hists[] = {
	{ "op", "of the time of one operation" },
	{ "op.service", "of the time of one operation, from its start, with a rate" },
	{ "cb.start", "of the time in the start (or the interval) callback" },
	{ "cb.end", "of the time in the end callback" },
	{ "cb.lock", "of the time that a callback waited for the device lock" },
	{ "cb.window", "of the time from the start to the end of an invalidation" },
	{ "fault", "of the time of a device fault, with its retries" },
	{ "fault.wait", "of the time that a fault waited for invalidations under way" },
	{ "insert", "of the time to track a range" },
	{ "remove", "of the time to stop tracking a range" },
	{ "access", "of the time of a device access, with its system call" },
	{ "track", "of the time to insert and remove a range, with the system calls" },
	{ "neighbour", "of the time of a CPU fault in the page table of a slot" },
	{ "by.gap", "of the time that was taken from a bystander at once" },
	{ "ready", "of the time in which the device reads or writes a slot before an operation" },
};

enum {
	HISTS = sizeof(hists) / sizeof(hists[0])
};

static const struct metric plain_metrics[] = {
	{ "op.net.p50", "ns", "lower",
	  "op.p50 less the median of the empty operation; may be negative" },
	{ "op.page.p50", "ns", "lower", "op.p50 for each page of the operation" },
	{ "op.rate", "1/s", "higher",
	  "operations per second of all workers, with what surrounds them" },
	{ "op.count", "", "neither", "operations that were timed" },
	{ "op.all", "", "neither", "operations since the probes were reset, timed or not" },
	{ "op.notifier", "ns", "lower",
	  "time in the device's callbacks for each operation, by its probes; mean" },
	{ "op.calls", "1/op", "lower", "calls of the device's callbacks for each operation" },
	{ "op.zapped", "1/op", "lower", "translations dropped for each operation" },
	{ "op.downgraded", "1/op", "neither", "translations made read-only for each operation" },
	{ "op.replaced", "1/op", "neither", "translations replaced for each operation" },
	{ "op.flushes", "1/op", "lower", "TLB flushes of the device for each operation" },
	{ "op.refaults", "1/op", "lower",
	  "translations that the device had to fault in again for each operation" },
	{ "op.again", "1/op", "lower", "ranges that it had to track anew for each operation" },
	{ "op.late", "", "lower", "operations that began after their intended start" },
	{ "op.behind", "ns", "lower", "the longest that one began after its intended start" },
	{ "op.undone", "", "lower",
	  "operations that were due, but never begun: the rate is too high" },
	{ "op.missed", "", "lower", "of op.all, those that found nothing to do" },
	{ "cb.calls", "", "neither", "calls of the device's callbacks, start and end" },
	{ "cb.hits", "", "neither", "ranges that overlapped an invalidation" },
	{ "cb.nonblockable", "", "neither", "start callbacks that might not sleep" },
	{ "cb.refused", "", "lower", "of these, refused because the device lock was taken" },
	{ "cb.skipped", "", "neither", "MIGRATE and EXCLUSIVE events of the device's own" },
	{ "table.zapped", "", "neither", "translations dropped" },
	{ "table.downgraded", "", "neither", "translations made read-only in place" },
	{ "table.replaced", "", "neither", "translations replaced by change_pte" },
	{ "table.flushes", "", "neither", "TLB flushes of the device" },
	{ "track.dropped", "", "neither", "ranges whose tracking an event dropped" },
	{ "track.again", "", "neither", "ranges that a fault had to track anew" },
	{ "track.deferred", "", "neither", "inserts that core mm put off to the epoch's end" },
	{ "fault.count", "", "neither", "device faults that ended with translations" },
	{ "fault.pages", "", "neither", "translations that they installed" },
	{ "fault.refaults", "", "neither", "of these, those that there had been before" },
	{ "fault.rate", "1/s", "higher", "device faults per second" },
	{ "fault.retries", "1/fault", "lower", "tries that collided with an invalidation" },
	{ "fault.retries_max", "", "lower", "most retries of one fault" },
	{ "fault.given_up", "", "lower", "faults that used up their tries or their time" },
	{ "access.pages", "", "neither", "pages that the device read or wrote" },
	{ "by.stolen", "ns/s", "lower", "time that gaps took from a bystander in a second" },
	{ "by.gaps", "1/s", "lower", "gaps of a bystander in a second" },
	{ "by.turn", "ns", "neither", "a bystander's usual turn" },
	{ "by.threshold", "ns", "neither", "a turn of a bystander that takes longer is a gap" },
	{ "by.touch", "ns", "lower",
	  "time in which a bystander reads a page again, when nothing came between, median" },
	{ "by.retouch", "ns", "lower", "the same just after a gap, when its TLB may be empty" },
	{ "by.retouches", "", "neither", "gaps after which it was measured" },
	{ "irq.TLB", "1/op", "lower",
	  "TLB shootdowns that CPUs received, of the whole machine (/proc/interrupts)" },
	{ "irq.CAL", "1/op", "lower",
	  "functions that CPUs called for another, shootdowns among them (/proc/interrupts)" },
	{ "irq.TLB.initiator", "1/op", "lower", "of irq.TLB, on CPUs of who does the operation" },
	{ "irq.TLB.bystander", "1/op", "lower", "of irq.TLB, on bystanders' CPUs" },
	{ "irq.TLB.other", "1/op", "lower", "of irq.TLB, on all other CPUs" },
	{ "irq.CAL.initiator", "1/op", "lower", "of irq.CAL, on CPUs of who does the operation" },
	{ "irq.CAL.bystander", "1/op", "lower", "of irq.CAL, on bystanders' CPUs" },
	{ "irq.CAL.other", "1/op", "lower", "of irq.CAL, on all other CPUs" },
	{ "irq.apart", "", "lower",
	  "how far the sources that count shootdowns lie apart, as a part of the greatest" },
	{ "op.waited", "", "lower",
	  "part of the time in which who does the operation waited, while other tasks ran there" },
	{ "by.waited", "", "lower",
	  "part of the time in which bystanders waited, while other tasks ran on their CPUs" },
	{ "cpu.stolen", "", "lower",
	  "part of the time in which a hypervisor did not run the workers' CPUs (in ticks)" },
	{ "warmup.ms", "ms", "neither", "time of the warm-up" },
	{ "warmup.drift", "", "neither",
	  "how much the operations' time changed over the end of the warm-up, as a part of it" },
	{ "warmup.steady", "", "higher", "1: it had no trend there; 0: it still had one" },
	{ "stale", "", "lower", "wrong accesses and wrong translations of the device" },
};

enum {
	PLAIN_METRICS = sizeof(plain_metrics) / sizeof(plain_metrics[0])
};

/* For each type of event; the help names it. */
static const struct {
	const char *name, *unit, *help;
} event_metrics[] = {
	{ "event", "", "callbacks for invalidations of the type MMU_NOTIFY_%s" },
	{ "bytes", "B", "bytes of invalidations of the type MMU_NOTIFY_%s" },
	{ "op.event", "1/op", "callbacks for MMU_NOTIFY_%s for each operation" },
};

enum {
	EVENT_METRICS = sizeof(event_metrics) / sizeof(event_metrics[0])
};

const struct metric *metric_at(size_t i)
{
	static char name[METRIC_LEN], help[HELP_LEN];
	static struct metric metric;
	const struct kvm_stat *stat;

	metric = (struct metric){ name, "ns", "lower", help };
	if (i < HISTS * HIST_METRICS) {
		snprintf(name, sizeof(name), "%s.%s", hists[i / HIST_METRICS].name,
			 hist_metrics[i % HIST_METRICS].name);
		snprintf(help, sizeof(help), "%s %s", hist_metrics[i % HIST_METRICS].help,
			 hists[i / HIST_METRICS].help);
		return &metric;
	}
	i -= HISTS * HIST_METRICS;
	if (i < PLAIN_METRICS)
		return &plain_metrics[i];
	i -= PLAIN_METRICS;
	if (i < EVENTS * EVENT_METRICS) {
		snprintf(name, sizeof(name), "%s.%s", event_metrics[i / EVENTS].name,
			 event_names[i % EVENTS]);
		snprintf(help, sizeof(help), event_metrics[i / EVENTS].help,
			 event_names[i % EVENTS]);
		metric.unit = event_metrics[i / EVENTS].unit;
		metric.better = "neither";
		return &metric;
	}
	stat = kvm_stat_at(i - EVENTS * EVENT_METRICS);
	if (!stat)
		return NULL;
	snprintf(name, sizeof(name), "kvm.%s", stat->name);
	snprintf(help, sizeof(help), "KVM's count of %s", stat->help);
	metric.unit = "";
	metric.better = "neither";
	return &metric;
}

/* Where the clock counts instructions, a "second" is 10^9 of them. */
static const char *unit_of(const struct metric *metric, const char *time_unit)
{
	if (!strcmp(metric->unit, "ns"))
		return time_unit;
	if (!strcmp(metric->unit, "1/s") && strcmp(time_unit, "ns"))
		return "1/Ginsn";
	return metric->unit;
}

json_t *metrics_describe(const char *time_unit)
{
	json_t *all = json_object();
	const struct metric *m;

	for (size_t i = 0; (m = metric_at(i)); i++)
		json_object_set_new(all, m->name,
				    json_pack("{s:s, s:s, s:s}", "unit", unit_of(m, time_unit),
					      "better", m->better, "help", m->help));
	return all;
}

int record_open(struct record *record, double clock_hz)
{
	*record = (struct record){
		.metrics = json_object(),
		.absent = json_object(),
		.hist = json_object(),
		.notes = json_array(),
		.interrupts = json_object(),
		.clock_hz = clock_hz,
	};
	return record->metrics && record->absent && record->hist && record->notes &&
			       record->interrupts
		       ? 0
		       : err_memory();
}

void record_close(struct record *record)
{
	json_decref(record->metrics);
	json_decref(record->absent);
	json_decref(record->hist);
	json_decref(record->notes);
	json_decref(record->interrupts);
}

/* Counts are written as whole numbers: a JSON real would lose digits. */
void record_metric(struct record *record, const char *name, double value)
{
	bool whole = fabs(value) < 9e15 && value == floor(value);

	json_object_set_new(record->metrics, name,
			    whole ? json_integer((json_int_t)value) : json_real(value));
}

void record_absent(struct record *record, const char *name, const char *why)
{
	json_object_set_new(record->absent, name, json_string(why));
}

void record_rest_absent(struct record *record, const char *why)
{
	const struct metric *m;

	for (size_t i = 0; (m = metric_at(i)); i++)
		if (!json_object_get(record->metrics, m->name) &&
		    !json_object_get(record->absent, m->name))
			record_absent(record, m->name, why);
}

void record_note(struct record *record, const char *note)
{
	json_array_append_new(record->notes, json_string(note));
}

static json_t *bins_of(const struct loghist *h)
{
	json_t *bins = json_array();

	for (unsigned int i = 0; i < LOGHIST_BINS; i++)
		if (h->bin[i])
			json_array_append_new(bins,
					      json_pack("[i, I]", (int)i, (json_int_t)h->bin[i]));
	return bins;
}

static void record_raw(struct record *record, const char *name, const struct loghist *h)
{
	json_object_set_new(record->hist, name,
			    json_pack("{s:s, s:f, s:i, s:I, s:I, s:I, s:I, s:o}", "unit", "cycles",
				      "hz", record->clock_hz, "sub_bits", LOGHIST_SUB_BITS, "count",
				      (json_int_t)h->count, "sum", (json_int_t)h->sum, "min",
				      (json_int_t)h->min, "max", (json_int_t)h->max, "bins",
				      bins_of(h)));
}

static double hist_value(const struct loghist *h, size_t i)
{
	if (hist_metrics[i].q >= 0)
		return loghist_quantile(h, hist_metrics[i].q);
	if (!strcmp(hist_metrics[i].name, "mean"))
		return loghist_mean(h);
	return (double)(strcmp(hist_metrics[i].name, "min") ? h->max : h->min);
}

void record_hist(struct record *record, const char *name, const struct loghist *h,
		 const char *why_empty)
{
	double ns = 1e9 / record->clock_hz;
	char metric[METRIC_LEN], why[HELP_LEN];

	for (size_t i = 0; i < HIST_METRICS; i++) {
		double q = hist_metrics[i].q;

		snprintf(metric, sizeof(metric), "%s.%s", name, hist_metrics[i].name);
		if (!h->count) {
			record_absent(record, metric, why_empty);
		} else if ((double)h->count * (1 - q) < 1 - 1e-9 && q > 0) {
			snprintf(why, sizeof(why), "needs %.0f values, there are %llu", 1 / (1 - q),
				 (unsigned long long)h->count);
			record_absent(record, metric, why);
		} else {
			record_metric(record, metric, ns * hist_value(h, i));
		}
	}
	if (h->count)
		record_raw(record, name, h);
}
