/* SPDX-License-Identifier: GPL-2.0-only */
/* Which spans are being invalidated: the books that an mmu_notifier has to keep by itself. */
#ifndef SECMMU_INFLIGHT_H
#define SECMMU_INFLIGHT_H

#include <linux/bug.h>
#include <linux/list.h>

/**
 * struct inflight - invalidations between their start and their end
 * @count:    how many, wherever in the mm
 * @settling: marks of the spans that were inserted while @count was not 0
 *
 * All here is under the variant's own lock. Core mm pairs each start with an end,
 * but tells the end nothing but the range: a span that came in between is found
 * by the ends of invalidations whose starts did not see it. Its count is off until
 * all of these have ended, at the latest when @count is 0: then it is set right.
 */
struct inflight {
	unsigned long count;
	struct list_head settling;
};

/**
 * struct inflight_mark - a span's part of it
 * @seq:     how many invalidations have hit it
 * @active:  how many of these have not ended; not reliable while @settle is on a list
 * @settle:  in inflight.settling, or empty
 */
struct inflight_mark {
	unsigned long seq;
	long active;
	struct list_head settle;
};

static inline void inflight_init(struct inflight *inflight)
{
	inflight->count = 0;
	INIT_LIST_HEAD(&inflight->settling);
}

static inline void inflight_insert(struct inflight *inflight, struct inflight_mark *mark)
{
	INIT_LIST_HEAD(&mark->settle);
	if (inflight->count)
		list_add(&mark->settle, &inflight->settling);
}

static inline void inflight_remove(struct inflight *inflight, struct inflight_mark *mark)
{
	WARN_ON_ONCE(!inflight->count && mark->active);
	list_del(&mark->settle);
}

/* An invalidation starts; inflight_hit() follows for each span that it concerns. */
static inline void inflight_start(struct inflight *inflight)
{
	inflight->count++;
}

static inline void inflight_hit(struct inflight_mark *mark)
{
	mark->seq++;
	mark->active++;
}

/* The counterpart of inflight_hit(), when the invalidation has ended. */
static inline void inflight_leave(struct inflight_mark *mark)
{
	mark->active--;
}

/* An invalidation has ended, after inflight_leave() for each span that it concerns. */
static inline void inflight_end(struct inflight *inflight)
{
	struct inflight_mark *mark, *next;

	if (--inflight->count)
		return;
	list_for_each_entry_safe(mark, next, &inflight->settling, settle) {
		mark->active = 0;
		list_del_init(&mark->settle);
	}
}

#endif
