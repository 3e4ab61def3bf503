// SPDX-License-Identifier: GPL-2.0-only
/*
 * As itree, in two passes: xe. Core mm first calls all interval notifiers that are concerned, each
 * of which zaps and starts its flush; then all again, to wait. So flushes of several overlap.
 */
#include "core/compat.h"
#include "core/ctx.h"
#include "device/span.h"

#if COMPAT_HAS_TWO_PASS
#include <linux/mmu_notifier.h>
#include "device/fault.h"
#include "device/invalidate.h"
#include "interval.h"

/**
 * struct twopass_span - a span
 * @span:     first, as everywhere
 * @interval: core mm's handle
 * @ctx:      whose it is
 * @finish:   core mm's handle of the second pass
 * @inv:      the invalidation that it ends; valid while @busy
 * @flushed:  when its flush will be done, by ktime_get_ns()
 * @busy:     one is between its passes; under the device lock. Another one that
 *            comes meanwhile does all in its first pass.
 */
struct twopass_span {
	struct secmmu_span span;
	struct mmu_interval_notifier interval;
	struct secmmu_ctx *ctx;
	struct mmu_interval_notifier_finish finish;
	struct invalidation inv;
	u64 flushed;
	bool busy;
};

static struct twopass_span *twopass_span_of(struct secmmu_span *span)
{
	return container_of(span, struct twopass_span, span);
}

/* Zap, and start the flush. */
static bool twopass_start(struct mmu_interval_notifier *interval,
			  const struct mmu_notifier_range *range, unsigned long seq,
			  struct mmu_interval_notifier_finish **finish)
{
	struct twopass_span *own = container_of(interval, struct twopass_span, interval);
	struct invalidation inv;
	bool second = false;

	invalidate_begin(&inv, own->ctx, range);
	if (invalidate_trylock(&inv)) {
		mmu_interval_set_seq(interval, seq);
		invalidate_span(&inv, &own->span);
		second = finish && invalidate_flushes(&inv) && !own->busy;
		own->busy |= second;
		invalidate_unlock(&inv);
	}
	if (!second) {
		invalidate_finish(&inv);
		return !inv.refused;
	}
	own->flushed = secdev_flush_start(&own->ctx->device);
	own->inv = inv;
	*finish = &own->finish;
	invalidate_record(&inv);
	return true;
}

/* Wait for the flush. */
static void twopass_finish(struct mmu_interval_notifier_finish *finish)
{
	struct twopass_span *own = container_of(finish, struct twopass_span, finish);
	struct secmmu_ctx *ctx = own->ctx;
	u64 began = probe_clock(&ctx->probe);
	u64 window = own->inv.began;

	secdev_flush_wait(&ctx->device, own->flushed, own->inv.blockable);
	devlock_lock_always(&ctx->device.lock, own->inv.blockable);
	own->busy = false;
	devlock_unlock(&ctx->device.lock);
	probe_end(&ctx->probe, began, window);
}

static bool twopass_invalidate(struct mmu_interval_notifier *interval,
			       const struct mmu_notifier_range *range, unsigned long seq)
{
	return twopass_start(interval, range, seq, NULL);
}

static const struct mmu_interval_notifier_ops twopass_ops = {
	.invalidate = twopass_invalidate,
	.invalidate_start = twopass_start,
	.invalidate_finish = twopass_finish,
};

static int twopass_attach(struct secmmu_ctx *ctx)
{
	return 0;
}

static void twopass_detach(struct secmmu_ctx *ctx)
{
}

static int twopass_insert(struct secmmu_ctx *ctx, struct secmmu_span *span)
{
	struct twopass_span *own = twopass_span_of(span);

	own->ctx = ctx;
	return interval_insert(ctx, &own->interval, span->start, span->last, &twopass_ops);
}

static void twopass_remove(struct secmmu_ctx *ctx, struct secmmu_span *span)
{
	mmu_interval_notifier_remove(&twopass_span_of(span)->interval);
}

static int twopass_read_begin(struct device_fault *fault)
{
	fault->watch = &twopass_span_of(fault->span)->interval;
	fault->seq = mmu_interval_read_begin(fault->watch);
	return 0;
}

static bool twopass_read_retry(const struct device_fault *fault)
{
	return mmu_interval_read_retry(fault->watch, fault->seq);
}

const struct secmmu_variant variant_twopass = {
	.span_size = sizeof(struct twopass_span),
	.attach = twopass_attach,
	.detach = twopass_detach,
	.insert = twopass_insert,
	.remove = twopass_remove,
	.read_begin = twopass_read_begin,
	.read_retry = twopass_read_retry,
};
#else
/* This kernel has interval notifiers of one pass only. */
const struct secmmu_variant variant_twopass = {
	.span_size = sizeof(struct secmmu_span),
};
#endif
