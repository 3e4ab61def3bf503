/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One turn of a measured loop, closed or open: the operation between two looks at the clock, and
 * what is kept of it. Nothing here locks, allocates or calls the kernel but the operation.
 */
#ifndef BENCH_LOOP_TIMED_OP_H
#define BENCH_LOOP_TIMED_OP_H

#include <stdatomic.h>
#include <stdint.h>

#include "loghist.h"
#include "util/clock.h"
#include "worker.h"

/*
 * A copy by value stays in registers, while the clock's barriers would have the workload read
 * anew each time.
 */
struct calls {
	int (*prep)(struct workspace *space);
	int (*ready)(struct workspace *space);
	int (*op)(struct workspace *space);
};

static inline struct calls calls_of(const struct worker *w)
{
	return (struct calls){ w->workload->prep, w->ready, w->workload->op };
}

/* One operation: 0 and its cycles, or an error. */
static inline int step(struct calls calls, struct workspace *space, uint64_t *from, uint64_t *to)
{
	int ret = calls.prep ? calls.prep(space) : 0;

	if (!ret && calls.ready)
		ret = calls.ready(space);
	if (ret)
		return ret;
	*from = clock_cycles();
	ret = calls.op(space);
	*to = clock_cycles();
	return ret;
}

/* For so_far() in warmup.c, which is in another thread: that these stores are late does not matter. */
static inline void warm_note(struct worker *w, uint64_t took)
{
	struct warm *warm = &w->warm;
	unsigned long long operations =
		atomic_load_explicit(&warm->operations, memory_order_relaxed);
	unsigned long long cycles = atomic_load_explicit(&warm->cycles, memory_order_relaxed);

	atomic_store_explicit(&warm->operations, operations + 1, memory_order_relaxed);
	atomic_store_explicit(&warm->cycles, cycles + took, memory_order_relaxed);
}

/*
 * What is kept of timed operations beside the bins, in registers. @bin is that of the operation
 * before: it is counted one turn late, for to wait for the address that a fresh time gives costs
 * as much as a timer read.
 */
struct tally {
	uint64_t sum, min, max; /* cycles */
	unsigned int bin;
};

static const struct tally no_tally = { .min = UINT64_MAX };

static inline __attribute__((always_inline)) void tally_add(struct tally *tally, __u64 *bin,
							    uint64_t took)
{
	bin[tally->bin]++;
	tally->bin = loghist_index(took);
	tally->sum += took;
	if (took < tally->min)
		tally->min = took;
	if (took > tally->max)
		tally->max = took;
}

/* Counts the last operation, and takes back the one that never was before the first. */
static inline void tally_close(const struct tally *tally, struct loghist *hist)
{
	hist->bin[tally->bin]++;
	hist->bin[no_tally.bin]--;
	hist->count = 0;
	for (size_t i = 0; i < LOGHIST_BINS; i++)
		hist->count += hist->bin[i];
	hist->sum = tally->sum;
	hist->min = tally->min;
	hist->max = tally->max;
}

#endif
