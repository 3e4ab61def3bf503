/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What one thread counts of itself, in two pinned groups: the core's counters, and what the kernel counts.
 * The second is not lost when the first does not get its registers.
 */
#ifndef BENCH_COUNTERS_GROUP_H
#define BENCH_COUNTERS_GROUP_H

#include "counters.h"

/*
 * @value: over all of the time, as counter_scale() has it
 * @share: of the time in which it was enabled, that it ran; 1 unless something took its registers
 * @why:   there is no value; "" when there is
 */
struct counter_reading {
	uint64_t value;
	double share;
	char why[COUNTER_WHY_LEN];
};

struct counter_group;

/*
 * The counters of @counters but for those of the whole machine, for the calling thread, which alone may
 * start and stop them; NULL when there are none, or no memory. What cannot be opened is told by its reading.
 */
struct counter_group *counter_group_open(const struct counters *counters);

/* From here to counter_group_stop() they count. One system call for each of the two groups. */
void counter_group_start(struct counter_group *group);
void counter_group_stop(struct counter_group *group);

/* Of the @i-th of the counters that it was opened with, once stopped. */
const struct counter_reading *counter_group_reading(const struct counter_group *group, size_t i);

/* NULL is fine, for all but the reading. */
void counter_group_close(struct counter_group *group);

/*
 * What @len bytes that were read from a group's file say of its @i-th counter. For the group above, and
 * for tests.
 */
struct counter_block;
void counter_reading_take(struct counter_reading *reading, const struct counter_block *block,
			  long len, size_t i);

#endif
