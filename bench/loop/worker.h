/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The threads of a sample: pinned, they repeat the workload's operation through the phases and
 * time it.
 */
#ifndef BENCH_LOOP_WORKER_H
#define BENCH_LOOP_WORKER_H

#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "bench/machine/topo.h"
#include "loghist.h"
#include "warmup.h"
#include "workloads/workload.h"

/*
 * The phases. Workers run from PHASE_WARM on without a pause, but for the two places where all of
 * them stand still: before the measurement, so that the probes can be reset, and after the
 * cool-down, so that they can be read. So the probes count just the operations that workers
 * count.
 */
enum phase {
	PHASE_WARM,
	PHASE_MEASURE,
	PHASE_COOL,
	PHASE_END
};

struct crew;
struct retouch;
struct counters;
struct counter_group;

/*
 * Of a worker that begins its operations at a fixed rate: an open loop.
 *
 * @interval: cycles from one intended start to the next; 0: a closed loop
 * @service:  of the times from when operations began; allocated by the worker itself
 * @late:     operations that began after their intended start
 * @undone:   operations that were due in the measurement, and never begun
 * @behind:   the most cycles that one began after its intended start
 */
struct schedule {
	double interval;
	struct loghist *service;
	unsigned long long late, undone;
	uint64_t behind;
};

/* How many untimed operations a worker has done, and how long they took: for the warm-up to watch. */
struct warm {
	_Atomic unsigned long long operations, cycles;
};

/*
 * Of a bystander, as it has learnt it in the warm-up.
 *
 * @turn:      cycles of a turn, the median
 * @threshold: a turn of more cycles is a gap
 */
struct vigil {
	double turn;
	uint64_t threshold;
};

/*
 * @index:  in the crew
 * @cpu:    that it is to run on, by the kernel's number; -1: any
 * @policy: by which it got the CPU
 * @tid:    the kernel's number of the thread; written by itself, before the first gate
 * @owner:  it does the operation, in a slot of its own
 * @warm:   written by the worker alone
 * @ready:  what the device does before each operation, not timed with it; NULL for nothing
 * @ready_hist: of its times in the measurement; allocated by the worker itself
 * @retouch_pages: of a bystander: how many it reads again after a gap; 0: it only looks for gaps
 * @retouch: what that took; allocated by the worker itself
 * @hist:   of the timed operations, in an open loop from their intended start, or of a bystander's gaps;
 *          allocated by the worker itself, on its node
 * @all:    operations since the reset
 * @window: cycles that the timed operations took, with what stands between them
 * @timing: it times its operations; its own
 * @error:  of the operation that ended the sample, or 0
 */
struct worker {
	struct crew *crew;
	size_t index;
	int cpu;
	const char *policy;
	bool owner;
	const char *role;
	const struct workload *workload;
	pthread_t thread;
	pid_t tid;
	struct workspace space;
	struct place place;
	struct schedule schedule;
	struct warm warm;
	int (*ready)(struct workspace *space);
	struct loghist *ready_hist;
	struct vigil vigil;
	size_t retouch_pages;
	struct retouch *retouch;
	struct loghist *hist;
	struct counter_group *counters; /* of its own; NULL: it counts nothing */
	unsigned long long all;
	unsigned long long window;
	bool timing;
	int error;
};

/* All workers of a sample. */
struct crew {
	const struct topo *topo;
	struct worker *workers;
	struct slot_stamps *stamps;      /* of each slot */
	const struct counters *counters; /* that workers are to count; may be NULL */
	size_t count;
	struct warmup warmup;     /* what became of it; and of the measurement: */
	double measured_ms;       /* how long it took */
	bool waited;              /* longer than it should: for the first time of some worker */
	uint64_t span;            /* cycles from the reset until all stood still again */
	_Atomic int phase;        /* enum phase; written by the coordinator, read by workers */
	_Atomic size_t ramping;   /* workers that do not time their operations yet */
	_Atomic size_t timing;    /* workers that have timed an operation */
	_Atomic size_t measuring; /* workers that have not left PHASE_MEASURE yet */
	sem_t trouble;            /* posted by a worker that met an error */
	pthread_barrier_t gate;   /* of all workers and the coordinator */
};

/*
 * Starts the workers; each waits at the gate when it has set up its workspace. 0 or -errno with a
 * sentence.
 */
int crew_start(struct crew *crew);

/* How long the phases last, in ms; the warm-up from @warmup on until it is steady, or @warmup_most. */
struct phases {
	double warmup, warmup_most, measure;
};

/*
 * Who else looks at the measurement. @begin: while all stand still before it; 0 or an error that ends the
 * sample. @end: when it is over, and they still work.
 */
struct onlooker {
	int (*begin)(void *arg);
	void (*end)(void *arg);
	void *arg;
};

/*
 * Lets them warm up, stops them, measures from when all have begun to time, lets them go on until the last
 * one has left the measurement, and stops them again. Their counts can then be read. @onlooker may be
 * NULL. 0, or the first error.
 */
int crew_measure(struct crew *crew, const struct phases *phases, const struct onlooker *onlooker);

/*
 * For the coordinator: sleeps for @ms, or until a worker has failed: then true, and each time from then
 * on.
 */
bool crew_wait(struct crew *crew, double ms);

/* Lets the workers end and waits for them. */
void crew_stop(struct crew *crew);

/*
 * Cycles that one of @count turns of the measured loop takes, operation and record, in the calling
 * thread and in @space, which the workload has set up; its times go into @hist. For what the engine
 * itself costs. -1 when the operation fails.
 */
double worker_turn_cycles(const struct workload *workload, struct workspace *space,
			  struct loghist *hist, unsigned int count);

#endif
