// SPDX-License-Identifier: GPL-2.0-only
#include "open_loop.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "timed_op.h"
#include "util/clock.h"

void open_loop_set(struct crew *crew, long long rate, double clock_hz)
{
	for (size_t i = 0; rate && i < crew->count; i++)
		if (crew->workers[i].owner)
			crew->workers[i].schedule.interval = clock_hz / (double)rate;
}

/*
 * @began: when the first operation is due
 * @count: operations so far. The next is due at a multiple of the interval, not an interval after
 *         the last, so that rounding does not add up.
 */
struct pace {
	uint64_t began, count;
	double interval;
};

static inline uint64_t due(const struct pace *pace)
{
	return pace->began + (uint64_t)((double)pace->count * pace->interval);
}

static inline bool lasts(const struct worker *w, int phase)
{
	return atomic_load_explicit(&w->crew->phase, memory_order_relaxed) == phase;
}

static inline void relax(void)
{
#if defined(__x86_64__)
	__builtin_ia32_pause();
#endif
}

/* Spins until @at: to sleep would take a system call, and its wake-up would be in the figures. */
static inline bool wait_until(const struct worker *w, int phase, uint64_t at)
{
	while (clock_cycles() < at) {
		if (!lasts(w, phase))
			return false;
		relax();
	}
	return true;
}

int open_loop_while(struct worker *w, int phase)
{
	struct pace pace = { .began = clock_cycles(), .interval = w->schedule.interval };
	struct calls calls = calls_of(w);
	uint64_t from, to;
	int ret = 0;

	for (; !ret && wait_until(w, phase, due(&pace)) && lasts(w, phase); pace.count++) {
		ret = step(calls, &w->space, &from, &to);
		if (ret)
			break;
		w->all++;
		warm_note(w, to - from);
	}
	return ret;
}

/*
 * What a timed open loop keeps.
 *
 * @end:   when the measurement ended; UINT64_MAX while it lasts
 * @limit: when the operations that were due by @end are given up
 */
struct keep {
	struct tally latency, service;
	uint64_t end, limit, behind;
	unsigned long long late;
};

/*
 * One operation. What prepares it is done before it is due, if there is time. An operation that was
 * prepared when the phase ends is done, but it is not due any more, and not recorded: *@kept is
 * false.
 */
static int open_turn(struct worker *w, struct calls calls, const struct pace *pace, struct keep *k,
		     bool *kept)
{
	uint64_t at = due(pace), from, to;
	int ret = calls.prep ? calls.prep(&w->space) : 0;
	bool late;

	if (!ret && calls.ready)
		ret = calls.ready(&w->space);
	late = clock_cycles() > at;
	if (ret)
		return ret;
	*kept = late || wait_until(w, PHASE_MEASURE, at);
	from = clock_cycles();
	ret = calls.op(&w->space);
	to = clock_cycles();
	if (ret)
		return ret;
	w->all++;
	if (!*kept)
		return 0;
	tally_add(&k->latency, w->hist->bin, to - at);
	tally_add(&k->service, w->schedule.service->bin, to - from);
	k->late += late;
	if (from - at > k->behind)
		k->behind = from - at;
	return 0;
}

/* Is there another operation to do? Notes when the phase has ended. */
static bool goes_on(const struct worker *w, const struct pace *pace, struct keep *k)
{
	uint64_t now;

	if (k->end == UINT64_MAX && lasts(w, PHASE_MEASURE))
		return true;
	now = clock_cycles();
	if (k->end == UINT64_MAX) {
		k->end = now;
		k->limit = now + (now - pace->began);
	}
	return due(pace) < k->end && now < k->limit;
}

static void close_schedule(struct worker *w, const struct pace *pace, const struct keep *k)
{
	struct schedule *s = &w->schedule;

	tally_close(&k->latency, w->hist);
	tally_close(&k->service, s->service);
	s->late = k->late;
	s->behind = k->behind;
	if (due(pace) < k->end)
		s->undone = (unsigned long long)((double)(k->end - due(pace)) / s->interval) + 1;
}

int open_loop_timed(struct worker *w)
{
	struct pace pace = { .began = clock_cycles(), .interval = w->schedule.interval };
	struct calls calls = calls_of(w);
	struct keep k = { .latency = no_tally, .service = no_tally, .end = UINT64_MAX };
	bool kept = true;
	int ret = 0;

	while (!ret && kept && goes_on(w, &pace, &k)) {
		ret = open_turn(w, calls, &pace, &k, &kept);
		if (!pace.count)
			atomic_fetch_add(&w->crew->timing, 1);
		pace.count += kept;
	}
	w->window = clock_cycles() - pace.began;
	if (k.end == UINT64_MAX)
		k.end = due(&pace); /* the phase ended while it waited: nothing is due */
	close_schedule(w, &pace, &k);
	return ret;
}

static const char closed[] = "a closed loop: rate=0";

/* The largest histogram's worth of memory, so that it is not on the stack. */
static void record_service(const struct crew *crew, struct record *record)
{
	struct loghist *sum = calloc(1, sizeof(*sum));

	if (!sum)
		return;
	loghist_init(sum);
	for (size_t i = 0; i < crew->count; i++)
		if (crew->workers[i].schedule.service)
			loghist_add(sum, crew->workers[i].schedule.service);
	record_hist(record, "op.service", sum, closed);
	free(sum);
}

/* Of operations that were never begun nobody knows how long they would have taken. */
static void take_back(struct record *record, unsigned long long undone)
{
	static const char *const parts[] = { "p50", "p90", "p99", "p999", "min", "max", "mean" };
	char name[32], why[96];

	json_object_del(record->hist, "op");
	snprintf(why, sizeof(why), "fell behind the rate: %llu operations were never begun",
		 undone);
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		snprintf(name, sizeof(name), "op.%s", parts[i]);
		json_object_del(record->metrics, name);
		record_absent(record, name, why);
	}
}

void open_loop_record(const struct crew *crew, struct record *record)
{
	unsigned long long late = 0, undone = 0;
	uint64_t behind = 0;
	bool open = false;

	for (size_t i = 0; i < crew->count; i++) {
		const struct schedule *s = &crew->workers[i].schedule;

		open |= s->interval != 0;
		late += s->late;
		undone += s->undone;
		if (s->behind > behind)
			behind = s->behind;
	}
	record_service(crew, record);
	if (!open) {
		record_absent(record, "op.late", closed);
		record_absent(record, "op.behind", closed);
		record_absent(record, "op.undone", closed);
		return;
	}
	record_metric(record, "op.late", (double)late);
	record_metric(record, "op.behind", 1e9 / record->clock_hz * (double)behind);
	record_metric(record, "op.undone", (double)undone);
	if (undone)
		take_back(record, undone);
}
