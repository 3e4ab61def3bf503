// SPDX-License-Identifier: GPL-2.0-only
#include "retouch.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "stats/quantile.h"
#include "timed_op.h"
#include "util/clock.h"

/* Turns without a gap from one pass to the next: about as long as it takes for a gap to come. */
enum {
	QUIET_TURNS = 64
};

/* Touched at once, and so on the worker's node. */
struct retouch *retouch_open(size_t pages)
{
	struct retouch *r = mmap(NULL, sizeof(*r), PROT_READ | PROT_WRITE,
				 MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);

	if (r == MAP_FAILED)
		return NULL;
	r->pages = pages;
	loghist_init(&r->after);
	loghist_init(&r->quiet);
	return r;
}

void retouch_close(struct retouch *r)
{
	if (r)
		munmap(r, sizeof(*r));
}

/* Reads all pages once; the time it was when that was done. */
static uint64_t pass(struct worker *w, struct loghist *hist)
{
	uint64_t before = clock_cycles(), now;

	w->workload->retouch(&w->space);
	now = clock_cycles();
	loghist_record(hist, now - before);
	return now;
}

int retouch_timed(struct worker *w)
{
	struct calls calls = calls_of(w);
	uint64_t began = clock_cycles(), before = began, now;
	unsigned int quiet = 0;
	int ret;

	w->workload->retouch(&w->space); /* for the first pass has met nothing */
	atomic_fetch_add(&w->crew->timing, 1);
	do {
		ret = calls.op(&w->space);
		now = clock_cycles();
		if (now - before > w->vigil.threshold) {
			now = pass(w, &w->retouch->after);
			quiet = 0;
		} else if (++quiet == QUIET_TURNS) {
			now = pass(w, &w->retouch->quiet);
			quiet = 0;
		}
		before = now;
	} while (!ret &&
		 atomic_load_explicit(&w->crew->phase, memory_order_relaxed) == PHASE_MEASURE);
	w->window = now - began;
	return ret;
}

static void put(struct record *record, const char *metric, const struct loghist *h, size_t pages,
		const char *why_empty)
{
	if (h->count)
		record_metric(record, metric,
			      1e9 / record->clock_hz * loghist_quantile(h, 0.5) / (double)pages);
	else
		record_absent(record, metric, why_empty);
}

void retouch_record(const struct crew *crew, struct record *record)
{
	struct retouch *all = calloc(1, sizeof(*all));

	if (!all)
		return;
	loghist_init(&all->after);
	loghist_init(&all->quiet);
	for (size_t i = 0; i < crew->count; i++) {
		const struct retouch *r = crew->workers[i].retouch;

		if (!r)
			continue;
		all->pages = r->pages;
		loghist_add(&all->after, &r->after);
		loghist_add(&all->quiet, &r->quiet);
	}
	put(record, "by.retouch", &all->after, all->pages,
	    all->pages ? "no gap was seen" : "no bystander has retouch_pages");
	put(record, "by.touch", &all->quiet, all->pages,
	    all->pages ? "it was never quiet" : "no bystander has retouch_pages");
	if (all->pages)
		record_metric(record, "by.retouches", (double)all->after.count);
	else
		record_absent(record, "by.retouches", "no bystander has retouch_pages");
	free(all);
}
