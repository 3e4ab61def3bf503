// SPDX-License-Identifier: GPL-2.0-only
/* One mmu_interval_notifier per span: umem_odp, amdgpu, xe, nvidia-uvm today. */
#include <linux/mmu_notifier.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include "ctx.h"
#include "span.h"

/**
 * struct itree_state - what a context's interval notifiers share
 * @probe: the context's
 * @lock:  the driver's lock of core mm's collision-retry scheme: a span's
 *         sequence is set under it, and will be compared under it. A leaf.
 */
struct itree_state {
	struct probe *probe;
	spinlock_t lock; /* all spans' sequences */
};

struct itree_span {
	struct secmmu_span span;
	struct mmu_interval_notifier interval;
	struct itree_state *state;
};

/* Before core mm touches the page tables of @range. It did the look-up: this span is concerned. */
static bool itree_invalidate(struct mmu_interval_notifier *interval,
			     const struct mmu_notifier_range *range, unsigned long seq)
{
	struct itree_state *state = container_of(interval, struct itree_span, interval)->state;
	u64 began = probe_clock(state->probe);

	spin_lock(&state->lock);
	mmu_interval_set_seq(interval, seq);
	spin_unlock(&state->lock);
	probe_start(state->probe, began, range->event, 1);
	return true;
}

static const struct mmu_interval_notifier_ops itree_ops = {
	.invalidate = itree_invalidate,
};

/* The subscription itself comes with the first span. */
static int itree_attach(struct secmmu_ctx *ctx)
{
	struct itree_state *state;

	state = kzalloc(sizeof(*state), SECMMU_GFP);
	if (!state)
		return -ENOMEM;
	state->probe = &ctx->probe;
	spin_lock_init(&state->lock);
	ctx->state = state;
	return 0;
}

static void itree_detach(struct secmmu_ctx *ctx)
{
	kfree(ctx->state);
}

static int itree_insert(struct secmmu_ctx *ctx, struct secmmu_span *span)
{
	struct itree_span *own = container_of(span, struct itree_span, span);

	own->state = ctx->state;
	return mmu_interval_notifier_insert(&own->interval, ctx->mm, span->start,
					    span->last - span->start + 1, &itree_ops);
}

/* Waits, where an invalidation is under way, until core mm's tree may change again. */
static void itree_remove(struct secmmu_ctx *ctx, struct secmmu_span *span)
{
	struct itree_span *own = container_of(span, struct itree_span, span);

	mmu_interval_notifier_remove(&own->interval);
}

const struct secmmu_variant variant_itree = {
	.span_size = sizeof(struct itree_span),
	.attach = itree_attach,
	.detach = itree_detach,
	.insert = itree_insert,
	.remove = itree_remove,
};
