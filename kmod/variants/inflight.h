/* SPDX-License-Identifier: GPL-2.0-only */
/* Which spans are being invalidated: the books that an mmu_notifier has to keep by itself. */
#ifndef SECMMU_VARIANTS_INFLIGHT_H
#define SECMMU_VARIANTS_INFLIGHT_H

#include <linux/bug.h>
#include <linux/compiler.h>
#include <linux/list.h>
#include <linux/types.h>

/* Invalidations that are timed from start to end at once; more than that are not timed. */
#define INFLIGHT_WINDOWS 16

/**
 * struct inflight - invalidations between their start and their end
 * @count:    how many, wherever in the mm
 * @timed:    how many of these have a window
 * @settling: marks of the spans that were inserted while @count was not 0
 * @window:   when they started. Core mm gives start and end the same struct, which tells
 *            them from others.
 *
 * All here is under the device lock. Core mm pairs each start with an end, as long as the mm
 * lives, but tells
 * the end nothing but the range: a span that came in between is found by the ends of
 * invalidations whose starts did not see it. Its count is off until all of these have
 * ended, at the latest when @count is 0: then it is set right.
 */
struct inflight {
	unsigned long count;
	unsigned int timed;
	struct list_head settling;
	struct {
		const void *range;
		u64 began;
	} window[INFLIGHT_WINDOWS];
};

/**
 * struct inflight_mark - a span's part of it
 * @seq:     how many invalidations of it have ended. Read by faults without the lock.
 * @active:  how many have started and not ended; not reliable while @settle is on a list
 * @settle:  in inflight.settling, or empty
 *
 * A fault that reads @seq before it looks pages up, and under the lock finds the same
 * @seq and nothing active, has not overlapped any invalidation.
 */
struct inflight_mark {
	unsigned long seq;
	long active;
	struct list_head settle;
};

static inline void inflight_init(struct inflight *inflight)
{
	memset(inflight, 0, sizeof(*inflight));
	INIT_LIST_HEAD(&inflight->settling);
}

static inline void inflight_insert(struct inflight *inflight, struct inflight_mark *mark)
{
	mark->active = 0;
	INIT_LIST_HEAD(&mark->settle);
	if (inflight->count)
		list_add(&mark->settle, &inflight->settling);
}

static inline void inflight_remove(struct inflight *inflight, struct inflight_mark *mark)
{
	WARN_ON_ONCE(!inflight->count && mark->active);
	list_del(&mark->settle);
}

/*
 * An invalidation starts, at @began; that is 0 where the probes take no times. inflight_hit()
 * follows for each span that it concerns.
 */
static inline void inflight_start(struct inflight *inflight, const void *range, u64 began)
{
	unsigned int i;

	inflight->count++;
	for (i = 0; began && i < INFLIGHT_WINDOWS; i++) {
		if (inflight->window[i].range)
			continue;
		inflight->timed++;
		inflight->window[i].range = range;
		inflight->window[i].began = began;
		return;
	}
}

static inline void inflight_hit(struct inflight_mark *mark)
{
	mark->active++;
}

/* The counterpart of inflight_hit(), when the invalidation has ended. */
static inline void inflight_leave(struct inflight_mark *mark)
{
	mark->active--;
	/* pairs with READ_ONCE() in inflight_seq() */
	WRITE_ONCE(mark->seq, mark->seq + 1);
}

/*
 * An invalidation has ended, after inflight_leave() for each span that it concerns.
 * Returns when it started, or 0: not known.
 */
static inline u64 inflight_end(struct inflight *inflight, const void *range)
{
	struct inflight_mark *mark, *next;
	u64 began = 0;
	unsigned int i;

	for (i = 0; inflight->timed && i < INFLIGHT_WINDOWS; i++) {
		if (inflight->window[i].range != range)
			continue;
		inflight->timed--;
		inflight->window[i].range = NULL;
		began = inflight->window[i].began;
		break;
	}
	if (--inflight->count)
		return began;
	list_for_each_entry_safe(mark, next, &inflight->settling, settle) {
		mark->active = 0;
		list_del_init(&mark->settle);
	}
	return began;
}

/* For a fault, before it looks pages up, without the lock. */
static inline unsigned long inflight_seq(const struct inflight_mark *mark)
{
	unsigned long seq = READ_ONCE(mark->seq);

	/*
	 * The look-up comes after it. Pairs with the lock that inflight_leave() is
	 * under: whoever sees the number sees the page tables changed as well.
	 */
	smp_rmb();
	return seq;
}

/* For a fault, under the lock, shared or not: has it overlapped an invalidation? */
static inline bool inflight_collided(const struct inflight_mark *mark, unsigned long seq)
{
	return mark->active || mark->seq != seq || !list_empty(&mark->settle);
}

/* Is there just one invalidation of the span? For change_pte(), under the lock. */
static inline bool inflight_is_single(const struct inflight_mark *mark)
{
	return mark->active == 1 && list_empty(&mark->settle);
}

#endif
