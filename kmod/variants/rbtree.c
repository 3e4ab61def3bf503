// SPDX-License-Identifier: GPL-2.0-only
/* A private interval tree behind one mmu_notifier: i915, radeon, hfi1, umem_odp before 5.5. */
#include <linux/interval_tree.h>
#include <linux/mmu_notifier.h>
#include <linux/rbtree.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include "ctx.h"
#include "inflight.h"
#include "span.h"

/**
 * struct rbtree_state - one subscription
 * @notifier: core mm's handle
 * @probe:    the context's
 * @lock:     @inflight and @spans. A leaf: taken in callbacks, under whatever core
 *            mm holds there; nothing is allocated or slept for under it.
 * @inflight: invalidations under way
 * @spans:    of struct rbtree_span
 */
struct rbtree_state {
	struct mmu_notifier notifier;
	struct probe *probe;
	spinlock_t lock; /* inflight, spans */
	struct inflight inflight;
	struct rb_root_cached spans;
};

struct rbtree_span {
	struct secmmu_span span;
	struct interval_tree_node node;
	struct inflight_mark mark;
};

static struct rbtree_span *rbtree_span_of(struct interval_tree_node *node)
{
	return container_of(node, struct rbtree_span, node);
}

static struct interval_tree_node *rbtree_first(struct rbtree_state *state,
					       const struct mmu_notifier_range *range)
{
	return interval_tree_iter_first(&state->spans, range->start, range->end - 1);
}

static struct interval_tree_node *rbtree_next(struct interval_tree_node *node,
					      const struct mmu_notifier_range *range)
{
	return interval_tree_iter_next(node, range->start, range->end - 1);
}

/* Before core mm touches the page tables of @range: the spans that it concerns are looked up. */
static int rbtree_start(struct mmu_notifier *notifier, const struct mmu_notifier_range *range)
{
	struct rbtree_state *state = container_of(notifier, struct rbtree_state, notifier);
	u64 began = probe_clock(state->probe);
	struct interval_tree_node *node;
	unsigned long hits = 0;

	spin_lock(&state->lock);
	inflight_start(&state->inflight);
	for (node = rbtree_first(state, range); node; node = rbtree_next(node, range)) {
		inflight_hit(&rbtree_span_of(node)->mark);
		hits++;
	}
	spin_unlock(&state->lock);
	probe_start(state->probe, began, range->event, hits);
	return 0;
}

/* After it has: faults in the spans may be answered again. */
static void rbtree_end(struct mmu_notifier *notifier, const struct mmu_notifier_range *range)
{
	struct rbtree_state *state = container_of(notifier, struct rbtree_state, notifier);
	u64 began = probe_clock(state->probe);
	struct interval_tree_node *node;

	spin_lock(&state->lock);
	for (node = rbtree_first(state, range); node; node = rbtree_next(node, range))
		inflight_leave(&rbtree_span_of(node)->mark);
	inflight_end(&state->inflight);
	spin_unlock(&state->lock);
	probe_end(state->probe, began);
}

static const struct mmu_notifier_ops rbtree_ops = {
	.invalidate_range_start = rbtree_start,
	.invalidate_range_end = rbtree_end,
};

static int rbtree_attach(struct secmmu_ctx *ctx)
{
	struct rbtree_state *state;
	int ret;

	state = kzalloc(sizeof(*state), SECMMU_GFP);
	if (!state)
		return -ENOMEM;
	state->notifier.ops = &rbtree_ops;
	state->probe = &ctx->probe;
	spin_lock_init(&state->lock);
	inflight_init(&state->inflight);
	state->spans = RB_ROOT_CACHED;
	ret = mmu_notifier_register(&state->notifier, ctx->mm);
	if (ret)
		goto err_free;
	ctx->state = state;
	return 0;

err_free:
	kfree(state);
	return ret;
}

static void rbtree_detach(struct secmmu_ctx *ctx)
{
	struct rbtree_state *state = ctx->state;

	mmu_notifier_unregister(&state->notifier, ctx->mm);
	kfree(state);
}

static int rbtree_insert(struct secmmu_ctx *ctx, struct secmmu_span *span)
{
	struct rbtree_span *own = container_of(span, struct rbtree_span, span);
	struct rbtree_state *state = ctx->state;

	own->node.start = span->start;
	own->node.last = span->last;
	spin_lock(&state->lock);
	inflight_insert(&state->inflight, &own->mark);
	interval_tree_insert(&own->node, &state->spans);
	spin_unlock(&state->lock);
	return 0;
}

static void rbtree_remove(struct secmmu_ctx *ctx, struct secmmu_span *span)
{
	struct rbtree_span *own = container_of(span, struct rbtree_span, span);
	struct rbtree_state *state = ctx->state;

	spin_lock(&state->lock);
	interval_tree_remove(&own->node, &state->spans);
	inflight_remove(&state->inflight, &own->mark);
	spin_unlock(&state->lock);
}

const struct secmmu_variant variant_rbtree = {
	.span_size = sizeof(struct rbtree_span),
	.attach = rbtree_attach,
	.detach = rbtree_detach,
	.insert = rbtree_insert,
	.remove = rbtree_remove,
};
