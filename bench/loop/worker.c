// SPDX-License-Identifier: GPL-2.0-only
#include "worker.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

#include "bench/counters/group.h"
#include "bystander.h"
#include "open_loop.h"
#include "retouch.h"
#include "slot_pages.h"
#include "timed_op.h"
#include "util/clock.h"
#include "util/err.h"

/*
 * The first operations after a stop meet cold caches and a late start: they are not timed. Where they are
 * long, of several milliseconds together, fewer do.
 */
enum {
	RAMP = 8,
	RAMP_CYCLES = 10000000
};

enum {
	BUNDLE_CYCLES = 50000,
	BUNDLE_MOST = 256
};

/* How much longer than measure_ms a worker's first timed operation may take. */
enum {
	PATIENCE_MS = 10000
};

/* The worker's own memory, touched by the worker and so on its node. */
static struct loghist *hist_alloc(void)
{
	struct loghist *h = mmap(NULL, sizeof(*h), PROT_READ | PROT_WRITE,
				 MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);

	if (h == MAP_FAILED)
		return NULL;
	memset(h, 0, sizeof(*h));
	loghist_init(h);
	return h;
}

/*
 * One operation more, which is not timed, and before it a look at where the slot's pages are, and
 * whether they are huge: they may be there between what prepares an operation and the operation only.
 */
static int locate(struct worker *w, char nodes[TOPO_LIST_LEN], size_t *huge)
{
	const struct workload *load = w->workload;
	int ret;

	if (!w->owner)
		return 0;
	ret = load->prep ? load->prep(&w->space) : 0;
	if (!ret)
		ret = topo_read_nodes(w->crew->topo, w->space.slot, w->space.len, nodes);
	if (!ret && w->space.thp)
		ret = slot_pages_read(w->space.slot, w->space.len, huge);
	if (!ret && w->ready)
		ret = w->ready(&w->space);
	if (!ret)
		ret = load->op(&w->space);
	w->all++;
	return ret;
}

static int worker_init(struct worker *w)
{
	const struct crew *crew = w->crew;
	int ret = topo_pin(crew->topo, w->cpu);

	if (ret)
		return ret;
	w->hist = hist_alloc();
	if (w->schedule.interval)
		w->schedule.service = hist_alloc();
	if (w->ready)
		w->ready_hist = hist_alloc();
	if (w->retouch_pages)
		w->retouch = retouch_open(w->retouch_pages);
	if (!w->hist || (w->schedule.interval && !w->schedule.service) ||
	    (w->ready && !w->ready_hist) || (w->retouch_pages && !w->retouch))
		return -ENOMEM;
	if (w->owner || w->workload->watch)
		w->counters = counter_group_open(crew->counters);
	topo_read_place(crew->topo, &w->place);
	ret = topo_read_nodes(crew->topo, w->hist, sizeof(*w->hist), w->place.memory_nodes);
	if (!ret && w->workload->init)
		ret = w->workload->init(&w->space);
	return ret ? ret : locate(w, w->place.slot_nodes, &w->place.slot_huge);
}

/* Repeats the operation while @phase lasts, without recording. */
static int run_while(struct worker *w, int phase)
{
	struct crew *crew = w->crew;
	uint64_t from, to;

	if (w->schedule.interval)
		return open_loop_while(w, phase);
	if (w->workload->watch)
		return bystander_while(w, phase);
	while (atomic_load_explicit(&crew->phase, memory_order_relaxed) == phase) {
		int ret = step(calls_of(w), &w->space, &from, &to);

		if (ret)
			return ret;
		w->all++;
		warm_note(w, to - from);
	}
	return 0;
}

static int run_ramp(struct worker *w)
{
	uint64_t began = clock_cycles(), from, to = began;
	int ret = 0;

	for (int i = 0; !ret && i < RAMP && to - began < RAMP_CYCLES; i++) {
		ret = step(calls_of(w), &w->space, &from, &to);
		w->all++;
	}
	return ret;
}

/*
 * One turn of the measured loop: an operation, and its record. Nothing here locks, allocates or
 * calls the kernel but the operation.
 */
static inline __attribute__((always_inline)) int turn(struct calls calls, struct workspace *space,
						      __u64 *bin, struct tally *tally)
{
	uint64_t from, to;
	int ret = step(calls, space, &from, &to);

	if (!ret)
		tally_add(tally, bin, to - from);
	return ret;
}

static inline __attribute__((always_inline)) int turns(struct calls calls, struct workspace *space,
						       __u64 *bin, struct tally *kept,
						       unsigned int count)
{
	struct tally tally = *kept;
	int ret = 0;

	while (!ret && count--)
		ret = turn(calls, space, bin, &tally);
	*kept = tally;
	return ret;
}

/*
 * @count turns. Two copies of the loop: one need not ask each time whether there is something to
 * prepare.
 */
static int run_turns(struct calls calls, struct workspace *space, __u64 *bin, struct tally *tally,
		     unsigned int count)
{
	if (calls.prep || calls.ready)
		return turns(calls, space, bin, tally, count);
	calls.prep = NULL;
	calls.ready = NULL;
	return turns(calls, space, bin, tally, count);
}

/*
 * Repeats the operation while PHASE_MEASURE lasts, and records. The phase is looked at between
 * bundles, so that a short operation does not pay for the look; a bundle is as large as takes
 * about BUNDLE_CYCLES.
 */
static int run_timed(struct worker *w)
{
	struct calls calls = calls_of(w);
	struct tally tally = no_tally;
	uint64_t began = clock_cycles(), now = began;
	unsigned int bundle = 1;
	int ret = 0;

	if (w->schedule.interval)
		return open_loop_timed(w);
	if (w->retouch)
		return retouch_timed(w);
	if (w->workload->watch)
		return bystander_timed(w);
	while (!ret &&
	       atomic_load_explicit(&w->crew->phase, memory_order_relaxed) == PHASE_MEASURE) {
		uint64_t before = now;

		ret = run_turns(calls, &w->space, w->hist->bin, &tally, bundle);
		now = clock_cycles();
		if (before == began)
			atomic_fetch_add(&w->crew->timing, 1);
		if (now - before > BUNDLE_CYCLES)
			bundle = bundle > 1 ? bundle / 2 : 1;
		else if (bundle < BUNDLE_MOST)
			bundle *= 2;
	}
	w->window = now - began;
	tally_close(&tally, w->hist);
	w->all += w->hist->count;
	return ret;
}

double worker_turn_cycles(const struct workload *workload, struct workspace *space,
			  struct loghist *hist, unsigned int count)
{
	struct worker worker = { .workload = workload };
	struct tally tally = no_tally;
	uint64_t from, to;
	int ret;

	memset(hist, 0, sizeof(*hist));
	from = clock_cycles();
	ret = run_turns(calls_of(&worker), space, hist->bin, &tally, count);
	to = clock_cycles();
	tally_close(&tally, hist);
	return ret ? -1 : (double)(to - from) / count;
}

/* Keeps the error and wakes the coordinator, which ends the phase for everyone. */
static void worker_fail(struct worker *w, int error)
{
	if (!error)
		return;
	w->error = error;
	atomic_store(&w->crew->timing, w->crew->count); /* nothing is worth waiting for */
	sem_post(&w->crew->trouble);
}

static void *worker_main(void *arg)
{
	struct worker *w = arg;
	struct crew *crew = w->crew;

	w->tid = gettid();
	worker_fail(w, worker_init(w));
	pthread_barrier_wait(&crew->gate); /* all are set up */
	if (!w->error)
		worker_fail(w, run_while(w, PHASE_WARM));
	pthread_barrier_wait(&crew->gate); /* all stand: the probes are reset */
	w->all = 0;
	w->space.missed = 0;
	pthread_barrier_wait(&crew->gate);
	if (!w->error)
		worker_fail(w, run_ramp(w));
	atomic_fetch_sub(&crew->ramping, 1);
	counter_group_start(w->counters);
	w->timing = true;
	if (!w->error)
		worker_fail(w, run_timed(w));
	w->timing = false;
	counter_group_stop(w->counters);
	atomic_fetch_sub(&crew->measuring, 1);
	if (!w->error)
		worker_fail(w, run_while(w, PHASE_COOL));
	if (!w->error)
		worker_fail(w, locate(w, w->place.slot_nodes_after, &w->place.slot_huge_after));
	topo_read_place_after(&w->place);
	pthread_barrier_wait(&crew->gate); /* all stand: the probes are read */
	pthread_barrier_wait(&crew->gate);
	if (w->workload->fini)
		w->workload->fini(&w->space);
	return NULL;
}

int crew_start(struct crew *crew)
{
	int ret = pthread_barrier_init(&crew->gate, NULL, (unsigned int)crew->count + 1);

	sem_init(&crew->trouble, 0, 0);
	if (ret)
		return err_untrusted("cannot make a barrier for %zu workers: %s", crew->count,
				     strerror(ret));
	atomic_store(&crew->ramping, crew->count);
	atomic_store(&crew->measuring, crew->count);
	for (size_t i = 0; i < crew->count; i++) {
		struct worker *w = &crew->workers[i];

		w->crew = crew;
		w->index = i;
		ret = pthread_create(&w->thread, NULL, worker_main, w);
		/*
		 * The others wait at the gate for ever; the sample's process ends with this
		 * error.
		 */
		if (ret)
			return err_untrusted("cannot start worker %zu of %zu: %s", i, crew->count,
					     strerror(ret));
	}
	pthread_barrier_wait(&crew->gate);
	return 0;
}

static int first_error(const struct crew *crew)
{
	for (size_t i = 0; i < crew->count; i++)
		if (crew->workers[i].error)
			return err_untrusted("worker %zu of %zu: %s: %s", i, crew->count,
					     crew->workers[i].workload->name,
					     strerror(-crew->workers[i].error));
	return 0;
}

/* The coordinator wakes up for nothing else: it has no CPU of its own. */
bool crew_wait(struct crew *crew, double ms)
{
	const long long ns = (long long)(1e6 * ms);
	struct timespec end;
	int ret;

	clock_gettime(CLOCK_MONOTONIC, &end);
	end.tv_sec += ns / 1000000000;
	end.tv_nsec += ns % 1000000000;
	if (end.tv_nsec >= 1000000000) {
		end.tv_sec++;
		end.tv_nsec -= 1000000000;
	}
	while ((ret = sem_clockwait(&crew->trouble, CLOCK_MONOTONIC, &end)) && errno == EINTR)
		;
	if (!ret)
		sem_post(&crew->trouble); /* for the next wait */
	return !ret;
}

/* Sleeps until no worker is left of those that @count counts. */
static void wait_none(const _Atomic size_t *count)
{
	while (atomic_load(count))
		clock_sleep_ms(1);
}

/* A sample in which some worker timed nothing is none. */
static void wait_first_times(struct crew *crew)
{
	for (int ms = 0; ms < PATIENCE_MS && atomic_load(&crew->timing) < crew->count; ms += 5) {
		crew->waited = true;
		crew_wait(crew, 5);
	}
}

/* For ps and top, and for who has to know what the sample is at. */
static void show_phase(const char *name)
{
	prctl(PR_SET_NAME, name);
}

/* From when all time their operations. */
static void measure(struct crew *crew, double ms, const struct onlooker *onlooker)
{
	double from;

	wait_none(&crew->ramping);
	from = clock_seconds();
	crew_wait(crew, ms);
	wait_first_times(crew);
	crew->measured_ms = 1e3 * (clock_seconds() - from);
	if (onlooker)
		onlooker->end(onlooker->arg);
	atomic_store(&crew->phase, PHASE_COOL);
}

int crew_measure(struct crew *crew, const struct phases *phases, const struct onlooker *onlooker)
{
	uint64_t from;
	int ret;

	show_phase("sample:warm-up");
	warmup_run(crew, phases->warmup, phases->warmup_most, &crew->warmup);
	show_phase("sample:measure");
	atomic_store(&crew->phase, PHASE_MEASURE);
	pthread_barrier_wait(&crew->gate);
	ret = onlooker ? onlooker->begin(onlooker->arg) : 0;
	from = clock_cycles();
	pthread_barrier_wait(&crew->gate);
	measure(crew, phases->measure, onlooker);
	wait_none(&crew->measuring);
	atomic_store(&crew->phase, PHASE_END);
	pthread_barrier_wait(&crew->gate);
	crew->span = clock_cycles() - from;
	show_phase("sample:report");
	return ret ? ret : first_error(crew);
}

void crew_stop(struct crew *crew)
{
	pthread_barrier_wait(&crew->gate);
	for (size_t i = 0; i < crew->count; i++) {
		struct worker *w = &crew->workers[i];

		pthread_join(w->thread, NULL);
		counter_group_close(w->counters);
		if (w->hist)
			munmap(w->hist, sizeof(*w->hist));
		if (w->ready_hist)
			munmap(w->ready_hist, sizeof(*w->ready_hist));
		if (w->schedule.service)
			munmap(w->schedule.service, sizeof(*w->schedule.service));
		retouch_close(w->retouch);
	}
	sem_destroy(&crew->trouble);
	pthread_barrier_destroy(&crew->gate);
}
