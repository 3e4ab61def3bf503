// SPDX-License-Identifier: GPL-2.0-only
/* A private interval tree behind one mmu_notifier: i915, radeon, hfi1, umem_odp before 5.5. */
#include <linux/mmu_notifier.h>
#include <linux/slab.h>
#include "core/compat.h"
#include "core/ctx.h"
#include "device/fault.h"
#include "device/invalidate.h"
#include "device/spantree.h"
#include "inflight.h"
#include "notifier.h"
#include "replace.h"

/**
 * struct rbtree_state - one subscription
 * @base:     core mm's handle
 * @inflight: invalidations under way
 * @spans:    of struct rbtree_span; both under the device lock
 */
struct rbtree_state {
	struct notifier base;
	struct inflight inflight;
	struct rb_root_cached spans;
};

struct rbtree_span {
	struct tree_span tree;
	struct inflight_mark mark;
};

static struct rbtree_state *rbtree_state_of(struct mmu_notifier *sub)
{
	return container_of(sub, struct rbtree_state, base.sub);
}

static struct inflight_mark *rbtree_mark(struct tree_span *tree)
{
	return &container_of(tree, struct rbtree_span, tree)->mark;
}

/* Before core mm touches the page tables of @range: the spans that it concerns are looked up. */
static int rbtree_start(struct mmu_notifier *sub, const struct mmu_notifier_range *range)
{
	struct rbtree_state *state = rbtree_state_of(sub);
	struct invalidation inv;
	struct tree_span *pos;

	invalidate_begin(&inv, state->base.ctx, range);
	invalidate_lock(&inv);
	inflight_start(&state->inflight, range, inv.began);
	spantree_for_each(pos, &state->spans, inv.first, inv.last) {
		inflight_hit(rbtree_mark(pos));
		invalidate_span(&inv, &pos->span);
	}
	invalidate_unlock(&inv);
	invalidate_finish(&inv);
	return 0;
}

/* After it has: faults in the spans may be answered again. */
static void rbtree_end(struct mmu_notifier *sub, const struct mmu_notifier_range *range)
{
	struct rbtree_state *state = rbtree_state_of(sub);
	struct probe *probe = &state->base.ctx->probe;
	u64 began = probe_clock(probe);
	struct tree_span *pos;
	u64 window;

	notifier_lock(&state->base, range);
	spantree_for_each(pos, &state->spans, range->start, range->end - 1)
		inflight_leave(rbtree_mark(pos));
	window = inflight_end(&state->inflight, range);
	notifier_unlock(&state->base);
	probe_end(probe, began, window);
}

static void rbtree_release(struct mmu_notifier *sub, struct mm_struct *mm)
{
	struct rbtree_state *state = rbtree_state_of(sub);

	notifier_release(&state->base, &state->spans, mm);
}

static const struct mmu_notifier_ops rbtree_ops = {
	.release = rbtree_release,
	.invalidate_range_start = rbtree_start,
	.invalidate_range_end = rbtree_end,
};

/* One page gets another entry. Under the page-table lock: what cannot be done at once is left. */
static void __maybe_unused rbtree_change(struct mmu_notifier *sub, struct mm_struct *mm,
					 unsigned long address, pte_t pte)
{
	struct rbtree_state *state = rbtree_state_of(sub);
	struct secmmu_ctx *ctx = state->base.ctx;
	struct tree_span *pos;

	if (!devlock_trylock(&ctx->device.lock))
		return;
	spantree_for_each(pos, &state->spans, address, address)
		if (inflight_is_single(rbtree_mark(pos)))
			replace_page(ctx, &pos->span, address, pte);
	devlock_unlock(&ctx->device.lock);
}

static const struct mmu_notifier_ops rbtree_change_ops = {
	.release = rbtree_release,
	.invalidate_range_start = rbtree_start,
	.invalidate_range_end = rbtree_end,
	COMPAT_CHANGE_PTE(rbtree_change)
};

static int rbtree_attach(struct secmmu_ctx *ctx)
{
	struct rbtree_state *state;

	state = kzalloc(sizeof(*state), SECMMU_GFP);
	if (!state)
		return -ENOMEM;
	inflight_init(&state->inflight);
	state->spans = RB_ROOT_CACHED;
	return notifier_attach(ctx, &state->base,
			       ctx->device.change_pte ? &rbtree_change_ops : &rbtree_ops);
}

static int rbtree_insert(struct secmmu_ctx *ctx, struct secmmu_span *span)
{
	struct rbtree_state *state = ctx->state;

	devlock_lock(&ctx->device.lock);
	inflight_insert(&state->inflight, rbtree_mark(tree_span_of(span)));
	spantree_insert(&state->spans, span);
	devlock_unlock(&ctx->device.lock);
	return 0;
}

static void rbtree_remove(struct secmmu_ctx *ctx, struct secmmu_span *span)
{
	struct rbtree_state *state = ctx->state;

	devlock_lock(&ctx->device.lock);
	spantree_remove(&state->spans, span);
	inflight_remove(&state->inflight, rbtree_mark(tree_span_of(span)));
	devlock_unlock(&ctx->device.lock);
}

static int rbtree_read_begin(struct device_fault *fault)
{
	fault->seq = inflight_seq(rbtree_mark(tree_span_of(fault->span)));
	return 0;
}

static bool rbtree_read_retry(const struct device_fault *fault)
{
	return inflight_collided(rbtree_mark(tree_span_of(fault->span)), fault->seq);
}

const struct secmmu_variant variant_rbtree = {
	.span_size = sizeof(struct rbtree_span),
	.caps = VARIANT_COUNTS_SPANS,
	.attach = rbtree_attach,
	.detach = notifier_detach,
	.insert = rbtree_insert,
	.remove = rbtree_remove,
	.read_begin = rbtree_read_begin,
	.read_retry = rbtree_read_retry,
};
