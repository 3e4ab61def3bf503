/* SPDX-License-Identifier: GPL-2.0-only */
/* One mmu_notifier on an address space, and what its callbacks have in common. */
#ifndef SECMMU_VARIANTS_NOTIFIER_H
#define SECMMU_VARIANTS_NOTIFIER_H

#include <linux/limits.h>
#include <linux/mmu_notifier.h>
#include <linux/slab.h>
#include "core/ctx.h"
#include "device/devlock.h"
#include "device/invalidate.h"
#include "device/spantree.h"

/**
 * struct notifier - the first member of the state of a variant with an mmu_notifier
 * @sub: core mm's handle
 * @ctx: whose it is
 */
struct notifier {
	struct mmu_notifier sub;
	struct secmmu_ctx *ctx;
};

/* Subscribe, as the last step of secmmu_variant.attach: callbacks may come at once. */
static inline int notifier_attach(struct secmmu_ctx *ctx, struct notifier *notifier,
				  const struct mmu_notifier_ops *ops)
{
	int ret;

	notifier->sub.ops = ops;
	notifier->ctx = ctx;
	ctx->state = notifier;
	ret = mmu_notifier_register(&notifier->sub, ctx->mm);
	if (ret)
		kfree(notifier);
	return ret;
}

/* secmmu_variant.detach */
static inline void notifier_detach(struct secmmu_ctx *ctx)
{
	struct notifier *notifier = ctx->state;

	mmu_notifier_unregister(&notifier->sub, ctx->mm);
	kfree(notifier);
}

/* What mmu_notifier_ops.release means: an event over all there is, which has no end. */
static inline struct mmu_notifier_range notifier_release_range(struct mm_struct *mm)
{
	return (struct mmu_notifier_range){
		.mm = mm,
		.start = 0,
		.end = ULONG_MAX,
		.flags = MMU_NOTIFIER_RANGE_BLOCKABLE,
		.event = MMU_NOTIFY_RELEASE,
	};
}

/*
 * mmu_notifier_ops.release for the spans of a tree: the mm dies, or the context
 * detaches and has no spans any more. All translations go.
 */
static inline void notifier_release(struct notifier *notifier, struct rb_root_cached *spans,
				    struct mm_struct *mm)
{
	const struct mmu_notifier_range range = notifier_release_range(mm);
	struct invalidation inv;
	struct tree_span *pos;

	invalidate_begin(&inv, notifier->ctx, &range);
	invalidate_lock(&inv);
	spantree_for_each(pos, spans, inv.first, inv.last)
		invalidate_span(&inv, &pos->span);
	invalidate_unlock(&inv);
	invalidate_finish(&inv);
}

/*
 * The device lock for an end callback, and for all that may not fail: core mm has
 * no way to take back a start whose end could not be done. That is also why a
 * start with an end may not refuse, whatever the lock: see devlock_lock_spinning().
 */
static inline void notifier_lock(struct notifier *notifier, const struct mmu_notifier_range *range)
	__acquires(&notifier->ctx->device.lock)
{
	devlock_lock_always(&notifier->ctx->device.lock, mmu_notifier_range_blockable(range));
}

static inline void notifier_unlock(struct notifier *notifier)
	__releases(&notifier->ctx->device.lock)
{
	devlock_unlock(&notifier->ctx->device.lock);
}

#endif
