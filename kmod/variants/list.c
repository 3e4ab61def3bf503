// SPDX-License-Identifier: GPL-2.0-only
/* Spans on a linked list behind one mmu_notifier: scif_dma, vhost, gntdev, the first hmm. */
#include <linux/list.h>
#include <linux/mmu_notifier.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include "ctx.h"
#include "inflight.h"
#include "span.h"

/**
 * struct list_state - one subscription
 * @notifier: core mm's handle
 * @probe:    the context's
 * @lock:     @inflight and @spans. A leaf: taken in callbacks, under whatever core
 *            mm holds there; nothing is allocated or slept for under it.
 * @inflight: invalidations under way
 * @spans:    of struct list_span
 */
struct list_state {
	struct mmu_notifier notifier;
	struct probe *probe;
	spinlock_t lock; /* inflight, spans */
	struct inflight inflight;
	struct list_head spans;
};

struct list_span {
	struct secmmu_span span;
	struct list_head link;
	struct inflight_mark mark;
};

/* Before core mm touches the page tables of @range: each span is looked at. */
static int list_start(struct mmu_notifier *notifier, const struct mmu_notifier_range *range)
{
	struct list_state *state = container_of(notifier, struct list_state, notifier);
	u64 began = probe_clock(state->probe);
	unsigned long hits = 0;
	struct list_span *pos;

	spin_lock(&state->lock);
	inflight_start(&state->inflight);
	list_for_each_entry(pos, &state->spans, link) {
		if (!span_overlaps(&pos->span, range))
			continue;
		inflight_hit(&pos->mark);
		hits++;
	}
	spin_unlock(&state->lock);
	probe_start(state->probe, began, range->event, hits);
	return 0;
}

/* After it has: faults in the spans may be answered again. */
static void list_end(struct mmu_notifier *notifier, const struct mmu_notifier_range *range)
{
	struct list_state *state = container_of(notifier, struct list_state, notifier);
	u64 began = probe_clock(state->probe);
	struct list_span *pos;

	spin_lock(&state->lock);
	list_for_each_entry(pos, &state->spans, link)
		if (span_overlaps(&pos->span, range))
			inflight_leave(&pos->mark);
	inflight_end(&state->inflight);
	spin_unlock(&state->lock);
	probe_end(state->probe, began);
}

static const struct mmu_notifier_ops list_ops = {
	.invalidate_range_start = list_start,
	.invalidate_range_end = list_end,
};

static int list_attach(struct secmmu_ctx *ctx)
{
	struct list_state *state;
	int ret;

	state = kzalloc(sizeof(*state), SECMMU_GFP);
	if (!state)
		return -ENOMEM;
	state->notifier.ops = &list_ops;
	state->probe = &ctx->probe;
	spin_lock_init(&state->lock);
	inflight_init(&state->inflight);
	INIT_LIST_HEAD(&state->spans);
	ret = mmu_notifier_register(&state->notifier, ctx->mm);
	if (ret)
		goto err_free;
	ctx->state = state;
	return 0;

err_free:
	kfree(state);
	return ret;
}

static void list_detach(struct secmmu_ctx *ctx)
{
	struct list_state *state = ctx->state;

	mmu_notifier_unregister(&state->notifier, ctx->mm);
	kfree(state);
}

static int list_insert(struct secmmu_ctx *ctx, struct secmmu_span *span)
{
	struct list_span *own = container_of(span, struct list_span, span);
	struct list_state *state = ctx->state;

	spin_lock(&state->lock);
	inflight_insert(&state->inflight, &own->mark);
	list_add_tail(&own->link, &state->spans);
	spin_unlock(&state->lock);
	return 0;
}

static void list_remove(struct secmmu_ctx *ctx, struct secmmu_span *span)
{
	struct list_span *own = container_of(span, struct list_span, span);
	struct list_state *state = ctx->state;

	spin_lock(&state->lock);
	list_del(&own->link);
	inflight_remove(&state->inflight, &own->mark);
	spin_unlock(&state->lock);
}

const struct secmmu_variant variant_list = {
	.span_size = sizeof(struct list_span),
	.attach = list_attach,
	.detach = list_detach,
	.insert = list_insert,
	.remove = list_remove,
};
