// SPDX-License-Identifier: GPL-2.0-only
/*
 * A TLB of the CPU's page tables in another device: IOMMU SVA. It is flushed when the CPU's is,
 * after the entries have changed and before the pages are freed, under the page-table lock. There
 * is no start and no end; the event's type is not told; and nothing may sleep.
 *
 * A miss walks the CPU's page tables. What it found may be put into the TLB if no flush has come
 * since it began to walk: one that comes later will remove it.
 */
#include <linux/compiler.h>
#include <linux/mmu_notifier.h>
#include <linux/slab.h>
#include "core/compat.h"
#include "core/ctx.h"
#include "device/fault.h"
#include "device/invalidate.h"
#include "device/spantree.h"
#include "notifier.h"

/**
 * struct tlb_state - one subscription
 * @base:  core mm's handle
 * @spans: of struct tlb_span; under the device lock
 */
struct tlb_state {
	struct notifier base;
	struct rb_root_cached spans;
};

/**
 * struct tlb_span - a span
 * @tree: its place
 * @seq:  how often it was flushed, in whole or in part. Written under the device lock.
 */
struct tlb_span {
	struct tree_span tree;
	unsigned long seq;
};

static struct tlb_span *tlb_span_of(struct tree_span *tree)
{
	return container_of(tree, struct tlb_span, tree);
}

static void tlb_flush_range(struct mmu_notifier *sub, struct mm_struct *mm, unsigned long start,
			    unsigned long end)
{
	struct tlb_state *state = container_of(sub, struct tlb_state, base.sub);
	struct invalidation inv;
	struct tree_span *pos;

	invalidate_begin_late(&inv, state->base.ctx, start, end);
	invalidate_lock(&inv);
	spantree_for_each(pos, &state->spans, inv.first, inv.last) {
		/* pairs with READ_ONCE() in tlb_read_begin() */
		WRITE_ONCE(tlb_span_of(pos)->seq, tlb_span_of(pos)->seq + 1);
		invalidate_span(&inv, &pos->span);
	}
	invalidate_unlock(&inv);
	invalidate_finish(&inv);
}

static void tlb_release(struct mmu_notifier *sub, struct mm_struct *mm)
{
	struct tlb_state *state = container_of(sub, struct tlb_state, base.sub);

	notifier_release(&state->base, &state->spans, mm);
}

static const struct mmu_notifier_ops tlb_ops = {
	.release = tlb_release,
	COMPAT_FLUSH_WITH_CPU(tlb_flush_range)
};

static int tlb_attach(struct secmmu_ctx *ctx)
{
	struct tlb_state *state;

	state = kzalloc(sizeof(*state), SECMMU_GFP);
	if (!state)
		return -ENOMEM;
	state->spans = RB_ROOT_CACHED;
	return notifier_attach(ctx, &state->base, &tlb_ops);
}

static int tlb_insert(struct secmmu_ctx *ctx, struct secmmu_span *span)
{
	struct tlb_state *state = ctx->state;

	devlock_lock(&ctx->device.lock);
	spantree_insert(&state->spans, span);
	devlock_unlock(&ctx->device.lock);
	return 0;
}

static void tlb_remove(struct secmmu_ctx *ctx, struct secmmu_span *span)
{
	struct tlb_state *state = ctx->state;

	devlock_lock(&ctx->device.lock);
	spantree_remove(&state->spans, span);
	devlock_unlock(&ctx->device.lock);
}

static int tlb_read_begin(struct device_fault *fault)
{
	/* pairs with WRITE_ONCE() in tlb_flush_range() */
	fault->seq = READ_ONCE(tlb_span_of(tree_span_of(fault->span))->seq);
	/* The walk comes after it; whoever sees the number sees the page tables changed. */
	smp_rmb();
	return 0;
}

static bool tlb_read_retry(const struct device_fault *fault)
{
	return tlb_span_of(tree_span_of(fault->span))->seq != fault->seq;
}

const struct secmmu_variant variant_tlb = {
	.span_size = sizeof(struct tlb_span),
	.caps = VARIANT_SPINS | VARIANT_LATE,
	.attach = tlb_attach,
	.detach = notifier_detach,
	.insert = tlb_insert,
	.remove = tlb_remove,
	.read_begin = tlb_read_begin,
	.read_retry = tlb_read_retry,
};
