// SPDX-License-Identifier: GPL-2.0-only
#include "worker.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>

#include "clock.h"
#include "util/err.h"

/* The first operations after a stop meet cold caches and a late start: they are not timed. */
enum {
	RAMP = 8
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

static int worker_init(struct worker *w)
{
	const struct crew *crew = w->crew;
	int ret = topo_pin(crew->topo, w->index);

	if (ret)
		return ret;
	w->hist = hist_alloc();
	if (!w->hist)
		return -ENOMEM;
	w->place.cpu = topo_cpu_now();
	w->place.node = topo_node_of(crew->topo, w->place.cpu);
	w->place.memory_node = topo_memory_node(crew->topo, w->hist);
	return crew->workload->init ? crew->workload->init(&w->space) : 0;
}

/* One operation: 0 and its cycles, or an error. */
static inline int step(const struct workload *workload, struct workspace *space, uint64_t *from,
		       uint64_t *to)
{
	int ret = workload->prep ? workload->prep(space) : 0;

	if (ret)
		return ret;
	*from = clock_cycles();
	ret = workload->op(space);
	*to = clock_cycles();
	return ret;
}

/* Repeats the operation while @phase lasts, without recording. */
static int run_while(struct worker *w, int phase)
{
	struct crew *crew = w->crew;
	uint64_t from, to;

	while (atomic_load_explicit(&crew->phase, memory_order_relaxed) == phase) {
		int ret = step(crew->workload, &w->space, &from, &to);

		if (ret)
			return ret;
		w->all++;
	}
	return 0;
}

static int run_ramp(struct worker *w)
{
	uint64_t from, to;
	int ret = 0;

	for (int i = 0; !ret && i < RAMP; i++)
		ret = step(w->crew->workload, &w->space, &from, &to);
	w->all += RAMP;
	return ret;
}

/* Repeats the operation while PHASE_MEASURE lasts, and records. Nothing here locks, allocates or calls the kernel but the operation. */
static int run_timed(struct worker *w)
{
	struct crew *crew = w->crew;
	const struct workload *workload = crew->workload;
	struct loghist *hist = w->hist;
	unsigned long long timed = 0;
	uint64_t from = 0, to = 0, first = 0;
	int ret = 0;

	while (atomic_load_explicit(&crew->phase, memory_order_relaxed) == PHASE_MEASURE) {
		ret = step(workload, &w->space, &from, &to);
		if (ret)
			break;
		loghist_record(hist, to - from);
		if (!timed++)
			first = from;
	}
	w->timed = timed;
	w->all += timed;
	w->window = to - first;
	return ret;
}

/* Keeps the error and wakes the coordinator, which ends the phase for everyone. */
static void worker_fail(struct worker *w, int error)
{
	if (!error)
		return;
	w->error = error;
	sem_post(&w->crew->trouble);
}

static void *worker_main(void *arg)
{
	struct worker *w = arg;
	struct crew *crew = w->crew;

	worker_fail(w, worker_init(w));
	pthread_barrier_wait(&crew->gate); /* all are set up */
	if (!w->error)
		worker_fail(w, run_while(w, PHASE_WARM));
	pthread_barrier_wait(&crew->gate); /* all stand: the probes are reset */
	w->all = 0;
	pthread_barrier_wait(&crew->gate);
	if (!w->error)
		worker_fail(w, run_ramp(w));
	if (!w->error)
		worker_fail(w, run_timed(w));
	atomic_fetch_sub(&crew->measuring, 1);
	if (!w->error)
		worker_fail(w, run_while(w, PHASE_COOL));
	w->place.cpu_after = topo_cpu_now();
	pthread_barrier_wait(&crew->gate); /* all stand: the probes are read */
	pthread_barrier_wait(&crew->gate);
	if (crew->workload->fini)
		crew->workload->fini(&w->space);
	return NULL;
}

int crew_start(struct crew *crew)
{
	int ret = pthread_barrier_init(&crew->gate, NULL, (unsigned int)crew->count + 1);

	sem_init(&crew->trouble, 0, 0);
	if (ret)
		return err_untrusted("cannot make a barrier for %zu workers: %s", crew->count,
				     strerror(ret));
	atomic_store(&crew->measuring, crew->count);
	for (size_t i = 0; i < crew->count; i++) {
		struct worker *w = &crew->workers[i];

		w->crew = crew;
		w->index = i;
		ret = pthread_create(&w->thread, NULL, worker_main, w);
		/* The others wait at the gate for ever; the sample's process ends with this error. */
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
					     crew->workload->name,
					     strerror(-crew->workers[i].error));
	return 0;
}

/* Sleeps for @ms, or until a worker fails. The coordinator wakes up for nothing else: it has no CPU of its own. */
static void wait_phase(struct crew *crew, long long ms)
{
	struct timespec end;

	clock_gettime(CLOCK_MONOTONIC, &end);
	end.tv_sec += ms / 1000;
	end.tv_nsec += ms % 1000 * 1000000;
	if (end.tv_nsec >= 1000000000) {
		end.tv_sec++;
		end.tv_nsec -= 1000000000;
	}
	while (sem_clockwait(&crew->trouble, CLOCK_MONOTONIC, &end) && errno == EINTR)
		;
}

int crew_measure(struct crew *crew, long long warmup_ms, long long measure_ms, int (*reset)(void *),
		 void *arg)
{
	int ret;

	wait_phase(crew, warmup_ms);
	atomic_store(&crew->phase, PHASE_MEASURE);
	pthread_barrier_wait(&crew->gate);
	ret = reset ? reset(arg) : 0;
	pthread_barrier_wait(&crew->gate);
	wait_phase(crew, measure_ms);
	atomic_store(&crew->phase, PHASE_COOL);
	while (atomic_load(&crew->measuring))
		clock_sleep_ms(1);
	atomic_store(&crew->phase, PHASE_END);
	pthread_barrier_wait(&crew->gate);
	return ret ? ret : first_error(crew);
}

void crew_stop(struct crew *crew)
{
	pthread_barrier_wait(&crew->gate);
	for (size_t i = 0; i < crew->count; i++) {
		struct worker *w = &crew->workers[i];

		pthread_join(w->thread, NULL);
		if (w->hist)
			munmap(w->hist, sizeof(*w->hist));
	}
	sem_destroy(&crew->trouble);
	pthread_barrier_destroy(&crew->gate);
}
