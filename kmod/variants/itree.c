// SPDX-License-Identifier: GPL-2.0-only
/* One mmu_interval_notifier per span: umem_odp, amdgpu, xe, nvidia-uvm today. */
#include <linux/mmu_notifier.h>
#include "core/ctx.h"
#include "device/fault.h"
#include "device/invalidate.h"
#include "device/span.h"
#include "interval.h"

struct itree_span {
	struct secmmu_span span;
	struct mmu_interval_notifier interval;
	struct secmmu_ctx *ctx;
};

static struct itree_span *itree_span_of(struct secmmu_span *span)
{
	return container_of(span, struct itree_span, span);
}

/*
 * Before core mm touches the page tables of @range. It did the look-up: this span is
 * concerned. False: the device lock is taken, and this may not sleep.
 */
static bool itree_invalidate(struct mmu_interval_notifier *interval,
			     const struct mmu_notifier_range *range, unsigned long seq)
{
	struct itree_span *own = container_of(interval, struct itree_span, interval);
	struct invalidation inv;

	invalidate_begin(&inv, own->ctx, range);
	if (invalidate_trylock(&inv)) {
		mmu_interval_set_seq(interval, seq);
		invalidate_span(&inv, &own->span);
		invalidate_unlock(&inv);
	}
	invalidate_finish(&inv);
	return !inv.refused;
}

static const struct mmu_interval_notifier_ops itree_ops = {
	.invalidate = itree_invalidate,
};

/* The subscription itself comes with the first span. */
static int itree_attach(struct secmmu_ctx *ctx)
{
	return 0;
}

static void itree_detach(struct secmmu_ctx *ctx)
{
}

static int itree_insert(struct secmmu_ctx *ctx, struct secmmu_span *span)
{
	struct itree_span *own = itree_span_of(span);

	own->ctx = ctx;
	return interval_insert(ctx, &own->interval, span->start, span->last, &itree_ops);
}

/* Waits, where an invalidation is under way, until core mm's tree may change again. */
static void itree_remove(struct secmmu_ctx *ctx, struct secmmu_span *span)
{
	mmu_interval_notifier_remove(&itree_span_of(span)->interval);
}

/* Waits until the epoch ends, where the span was hit in it. */
static int itree_read_begin(struct device_fault *fault)
{
	fault->watch = &itree_span_of(fault->span)->interval;
	fault->seq = mmu_interval_read_begin(fault->watch);
	return 0;
}

static bool itree_read_retry(const struct device_fault *fault)
{
	return mmu_interval_read_retry(fault->watch, fault->seq);
}

const struct secmmu_variant variant_itree = {
	.span_size = sizeof(struct itree_span),
	.attach = itree_attach,
	.detach = itree_detach,
	.insert = itree_insert,
	.remove = itree_remove,
	.read_begin = itree_read_begin,
	.read_retry = itree_read_retry,
};
