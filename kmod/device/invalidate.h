/* SPDX-License-Identifier: GPL-2.0-only */
/* What every variant's callback does once it knows which spans are concerned. */
#ifndef SECMMU_DEVICE_INVALIDATE_H
#define SECMMU_DEVICE_INVALIDATE_H

#include <linux/mmu_notifier.h>
#include <linux/types.h>
#include "core/ctx.h"

struct secmmu_span;

/* No event of core mm's: the callback is not told. */
#define INVALIDATE_NO_EVENT (MMU_NOTIFY_EXCLUSIVE + 1)

enum invalidate_action {
	INVALIDATE_DROP,      /* zap the span and stop tracking it */
	INVALIDATE_ZAP,	      /* zap what the event covers */
	INVALIDATE_READ_ONLY, /* downgrade what it covers */
	INVALIDATE_BY_VMA,    /* downgrade, or zap if it may not even be read any more */
	INVALIDATE_SKIP,      /* the device did it itself */
};

/**
 * struct invalidation - one call of a callback, on its stack
 * @ctx:        whose callback it is
 * @event:      enum mmu_notifier_event, or INVALIDATE_NO_EVENT
 * @first:      first byte
 * @last:       last byte
 * @bytes:      length of the event's range
 * @blockable:  it may sleep
 * @action:     what to do with the spans that it concerns
 * @began:      probe_clock() at the callback's beginning
 * @lock_wait:  how long it took to get the device lock
 * @refused:    it did not get the lock, and gave up
 * @hits:       spans concerned
 * @zapped:     translations dropped
 * @downgraded: translations made read-only
 * @untracked:  spans whose tracking it dropped
 */
struct invalidation {
	struct secmmu_ctx *ctx;
	unsigned int event;
	unsigned long first;
	unsigned long last;
	unsigned long bytes;
	bool blockable;
	enum invalidate_action action;
	u64 began;
	u64 lock_wait;
	bool refused;
	unsigned long hits;
	unsigned long zapped;
	unsigned long downgraded;
	unsigned long untracked;
};

void invalidate_begin(struct invalidation *inv, struct secmmu_ctx *ctx,
		      const struct mmu_notifier_range *range);
void invalidate_begin_late(struct invalidation *inv, struct secmmu_ctx *ctx, unsigned long start,
			   unsigned long end);
void invalidate_lock(struct invalidation *inv) __acquires(&inv->ctx->device.lock);
bool __invalidate_trylock(struct invalidation *inv);
void invalidate_span(struct invalidation *inv, struct secmmu_span *span);
void invalidate_unlock(struct invalidation *inv) __releases(&inv->ctx->device.lock);
bool invalidate_flushes(const struct invalidation *inv);
void invalidate_record(const struct invalidation *inv);
void invalidate_finish(const struct invalidation *inv);

#define invalidate_trylock(inv) \
	__cond_lock(&(inv)->ctx->device.lock, __invalidate_trylock(inv))

#endif
