// SPDX-License-Identifier: GPL-2.0-only
/*
 * What every variant's callback does: begin, lock, the spans concerned, unlock, finish. Which spans
 * these are, and how faults learn of it, is the variant's.
 */
#include <linux/kernel.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include "core/compat.h"
#include "core/ctx.h"
#include "invalidate.h"
#include "span.h"

/* For a driver that reads the event's type. */
static const u8 actions[] = {
	[MMU_NOTIFY_UNMAP] = INVALIDATE_DROP,
	[MMU_NOTIFY_CLEAR] = INVALIDATE_ZAP,
	[MMU_NOTIFY_PROTECTION_VMA] = INVALIDATE_BY_VMA,
	[MMU_NOTIFY_PROTECTION_PAGE] = INVALIDATE_READ_ONLY,
	[MMU_NOTIFY_SOFT_DIRTY] = INVALIDATE_READ_ONLY,
	[MMU_NOTIFY_RELEASE] = INVALIDATE_ZAP,
	[MMU_NOTIFY_MIGRATE] = INVALIDATE_ZAP,
	[MMU_NOTIFY_EXCLUSIVE] = INVALIDATE_ZAP,
	[INVALIDATE_NO_EVENT] = INVALIDATE_ZAP,
};

/* Only these two events say whose they are: in all others the owner is not set. */
static bool event_is_own(const struct secmmu_ctx *ctx, const struct mmu_notifier_range *range)
{
	if (range->event != MMU_NOTIFY_MIGRATE && range->event != MMU_NOTIFY_EXCLUSIVE)
		return false;
	return range->owner == ctx;
}

static enum invalidate_action action_of(const struct secmmu_ctx *ctx,
					const struct mmu_notifier_range *range)
{
	unsigned int event = range->event;
	enum invalidate_action action;

	if (event_is_own(ctx, range))
		return INVALIDATE_SKIP;
	if (ctx->device.events == SECMMU_EVENTS_BLIND)
		return INVALIDATE_DROP;
	action = event < ARRAY_SIZE(actions) ? actions[event] : INVALIDATE_DROP;
	if (action == INVALIDATE_BY_VMA)
		return compat_range_is_readable(range) ? INVALIDATE_READ_ONLY : INVALIDATE_ZAP;
	return action;
}

/* First thing in a callback: @range is what core mm gave. */
void invalidate_begin(struct invalidation *inv, struct secmmu_ctx *ctx,
		      const struct mmu_notifier_range *range)
{
	u64 began = probe_clock(&ctx->probe);

	*inv = (struct invalidation){
		.ctx = ctx,
		.event = range->event,
		.first = range->start,
		.last = range->end - 1,
		.bytes = range->end - range->start,
		.blockable = mmu_notifier_range_blockable(range),
		.action = action_of(ctx, range),
		.began = began,
	};
}

/*
 * The same for a callback that comes after the change, under the page-table lock,
 * and is not told why. Where core mm cannot tell how far the change goes, @end is -1UL.
 */
void invalidate_begin_late(struct invalidation *inv, struct secmmu_ctx *ctx, unsigned long start,
			   unsigned long end)
{
	bool blind = ctx->device.events == SECMMU_EVENTS_BLIND;
	u64 began = probe_clock(&ctx->probe);

	*inv = (struct invalidation){
		.ctx = ctx,
		.event = INVALIDATE_NO_EVENT,
		.first = start,
		.last = end - 1,
		.bytes = end - start,
		.action = blind ? INVALIDATE_DROP : INVALIDATE_ZAP,
		.began = began,
	};
}

/*
 * Take the device lock, whatever it takes: for a callback that may not refuse.
 * Where it may not sleep it spins, even for a lock whose holders could.
 */
void invalidate_lock(struct invalidation *inv) __acquires(&inv->ctx->device.lock)
{
	struct secmmu_ctx *ctx = inv->ctx;
	u64 began = probe_clock(&ctx->probe);

	devlock_lock_always(&ctx->device.lock, inv->blockable);
	inv->lock_wait = probe_clock(&ctx->probe) - began;
}

/* Take the device lock, or refuse if that would mean to sleep where one may not: then false. */
bool __invalidate_trylock(struct invalidation *inv)
{
	struct secmmu_ctx *ctx = inv->ctx;
	u64 began = probe_clock(&ctx->probe);

	if (inv->blockable) {
		devlock_lock(&ctx->device.lock);
		__release(&ctx->device.lock);
	} else {
		inv->refused = !__devlock_trylock(&ctx->device.lock);
	}
	inv->lock_wait = probe_clock(&ctx->probe) - began;
	return !inv->refused;
}

void invalidate_unlock(struct invalidation *inv) __releases(&inv->ctx->device.lock)
{
	devlock_unlock(&inv->ctx->device.lock);
}

/* Forget all translations of @span, and do not expect its faults to be kept right. */
static void span_drop(struct invalidation *inv, struct secmmu_span *span)
{
	inv->zapped += table_invalidate(&span->table, span_page(span->start),
					span_page(span->last), TABLE_ZAP, false);
	/* Now even; pairs with smp_load_acquire() in fault_begin(). */
	WRITE_ONCE(span->epoch, span->epoch + 1);
	inv->untracked++;
}

/**
 * invalidate_span() - do to one span what the event asks for
 * @inv:  under its lock, see invalidate_lock()
 * @span: overlaps it
 *
 * That the span is no longer tracked is only noted. It stays in the variant's books
 * until the next fault tracks it anew: an interval notifier cannot be removed from
 * its own callback, and what is found there until then has no translations.
 */
void invalidate_span(struct invalidation *inv, struct secmmu_span *span)
{
	const struct defect *defect = &inv->ctx->device.defect;
	unsigned long first = span_page(max(inv->first, span->start));
	unsigned long last = span_page(min(inv->last, span->last));
	bool one_page = defect_is(defect, SECMMU_DEFECT_ONE_PAGE);

	inv->hits++;
	if (!span_is_tracked(span) || defect_is_deaf(defect, inv->event))
		return;
	if (inv->action == INVALIDATE_DROP && !one_page)
		span_drop(inv, span);
	else if (inv->action == INVALIDATE_READ_ONLY)
		inv->downgraded += table_invalidate(&span->table, first, last, TABLE_READ_ONLY,
						    one_page);
	else if (inv->action != INVALIDATE_SKIP)
		inv->zapped += table_invalidate(&span->table, first, last, TABLE_ZAP, one_page);
}

/* Did it change a translation that the device's TLB may hold? */
bool invalidate_flushes(const struct invalidation *inv)
{
	return inv->zapped || inv->downgraded;
}

static void invalidate_count(struct probe_cpu *share, const struct invalidation *inv)
{
	share->counter[SECMMU_COUNT_START]++;
	share->counter[SECMMU_COUNT_HITS] += inv->hits;
	probe_event(share, inv->event, inv->bytes, inv->blockable);
	share->counter[SECMMU_COUNT_REFUSED] += inv->refused;
	share->counter[SECMMU_COUNT_SKIPPED] += inv->action == INVALIDATE_SKIP;
	share->counter[SECMMU_COUNT_ZAPPED] += inv->zapped;
	share->counter[SECMMU_COUNT_DOWNGRADED] += inv->downgraded;
	share->counter[SECMMU_COUNT_UNTRACKED] += inv->untracked;
	share->counter[SECMMU_COUNT_FLUSHES] += invalidate_flushes(inv);
}

/* Fill the probes: the callback is over. */
void invalidate_record(const struct invalidation *inv)
{
	struct probe *probe = &inv->ctx->probe;
	struct probe_cpu *share;
	u64 ended;

	delay_take(&inv->ctx->device.delay);
	ended = probe_clock(probe);
	share = probe_get(probe);
	invalidate_count(share, inv);
	if (probe->timed) {
		loghist_record(&share->hist[SECMMU_HIST_START], ended - inv->began);
		loghist_record(&share->hist[SECMMU_HIST_LOCK_WAIT], inv->lock_wait);
	}
	probe_put();
}

/* Last thing in a callback, without the lock: flush the device's TLB, and fill the probes. */
void invalidate_finish(const struct invalidation *inv)
{
	const struct secmmu_device *device = &inv->ctx->device;

	if (invalidate_flushes(inv))
		secdev_flush_wait(device, secdev_flush_start(device), inv->blockable);
	invalidate_record(inv);
}
