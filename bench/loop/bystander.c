// SPDX-License-Identifier: GPL-2.0-only
#include "bystander.h"

#include <stdlib.h>
#include <string.h>

#include "retouch.h"
#include "stats/quantile.h"
#include "timed_op.h"
#include "util/clock.h"

enum {
	LEARN_TURNS = 500, /* at least, for the median of a turn */
	GAP_TURNS = 10     /* a turn that takes as long as so many is a gap */
};

static inline bool lasts(const struct worker *w, int phase)
{
	return atomic_load_explicit(&w->crew->phase, memory_order_relaxed) == phase;
}

static int learn(struct worker *w)
{
	struct calls calls = calls_of(w);
	uint64_t before = clock_cycles(), now;
	int ret = 0;

	while (!ret && (lasts(w, PHASE_WARM) || w->hist->count < LEARN_TURNS)) {
		ret = calls.op(&w->space);
		now = clock_cycles();
		loghist_record(w->hist, now - before);
		before = now;
	}
	w->vigil.turn = loghist_quantile(w->hist, 0.5);
	w->vigil.threshold = (uint64_t)(GAP_TURNS * w->vigil.turn);
	memset(w->hist, 0, sizeof(*w->hist));
	loghist_init(w->hist);
	return ret;
}

int bystander_while(struct worker *w, int phase)
{
	struct calls calls = calls_of(w);
	int ret = 0;

	if (phase == PHASE_WARM)
		return learn(w);
	while (!ret && lasts(w, phase))
		ret = calls.op(&w->space);
	return ret;
}

/* What a gap took beyond the turn that it fell into. */
static void keep_gap(struct worker *w, uint64_t took)
{
	loghist_record(w->hist, took - (uint64_t)w->vigil.turn);
}

int bystander_timed(struct worker *w)
{
	struct calls calls = calls_of(w);
	uint64_t began = clock_cycles(), before = began, now, threshold = w->vigil.threshold;
	int ret;

	atomic_fetch_add(&w->crew->timing, 1);
	do {
		ret = calls.op(&w->space);
		now = clock_cycles();
		if (now - before > threshold)
			keep_gap(w, now - before);
		before = now;
	} while (!ret && lasts(w, PHASE_MEASURE));
	w->window = now - began;
	return ret;
}

/* What all bystanders met, together. */
struct met {
	struct loghist gaps;
	double window, turn, threshold; /* cycles: the sum; the longest */
	size_t count;
};

static void add_bystander(struct met *met, const struct worker *w)
{
	met->count++;
	met->window += (double)w->window;
	if (w->vigil.turn > met->turn)
		met->turn = w->vigil.turn;
	if ((double)w->vigil.threshold > met->threshold)
		met->threshold = (double)w->vigil.threshold;
	loghist_add(&met->gaps, w->hist);
}

static void record_met(const struct met *met, struct record *record)
{
	double ns = 1e9 / record->clock_hz;

	record_hist(record, "by.gap", &met->gaps, "no gap was seen");
	record_metric(record, "by.stolen", 1e9 * (double)met->gaps.sum / met->window);
	record_metric(record, "by.gaps", record->clock_hz * (double)met->gaps.count / met->window);
	record_metric(record, "by.turn", ns * met->turn);
	record_metric(record, "by.threshold", ns * met->threshold);
}

static void record_none(struct record *record, const char *none)
{
	static const char *const names[] = { "by.stolen", "by.gaps", "by.turn", "by.threshold" };
	static const struct loghist empty;

	record_hist(record, "by.gap", &empty, none);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		record_absent(record, names[i], none);
}

void bystander_record(const struct crew *crew, struct record *record)
{
	const char *why = "there was no bystander";
	struct met *met = calloc(1, sizeof(*met));

	if (!met)
		return;
	loghist_init(&met->gaps);
	for (size_t i = 0; i < crew->count; i++) {
		if (crew->workers[i].retouch)
			why = "the bystander re-touches pages: see retouch_pages";
		else if (crew->workers[i].workload->watch)
			add_bystander(met, &crew->workers[i]);
	}
	if (met->window > 0)
		record_met(met, record);
	else
		record_none(record, why);
	free(met);
	retouch_record(crew, record);
}
