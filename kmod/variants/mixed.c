// SPDX-License-Identifier: GPL-2.0-only
/*
 * Both kinds of notifier in one mm: nouveau_svm. One mmu_notifier zaps; each fault brings an
 * interval notifier of its own, for as long as it lasts, to hear whether it has collided.
 *
 * Core mm asks interval notifiers before mmu_notifiers. So a fault hears of an invalidation before
 * its translations are zapped, and one that begins in between is told to wait for the end.
 *
 * This never refuses a non-blockable event, since core mm has a bug there: if an mmu_notifier
 * refuses after an interval notifier was hit, the epoch that the hit began is never ended, and
 * removing any interval notifier of the mm hangs for ever. SECMMU_DEFECT_REFUSE shows it.
 */
#include <linux/mmu_notifier.h>
#include <linux/slab.h>
#include "core/ctx.h"
#include "device/fault.h"
#include "device/invalidate.h"
#include "device/spantree.h"
#include "interval.h"
#include "notifier.h"

/**
 * struct mixed_state - one subscription
 * @base:  core mm's handle
 * @spans: of struct tree_span; under the device lock
 * @all:   for SECMMU_DEFECT_REFUSE: an interval notifier over all addresses, so that
 *         each event begins an epoch
 */
struct mixed_state {
	struct notifier base;
	struct rb_root_cached spans;
	struct mmu_interval_notifier all;
};

static int mixed_start(struct mmu_notifier *sub, const struct mmu_notifier_range *range)
{
	struct mixed_state *state = container_of(sub, struct mixed_state, base.sub);
	struct invalidation inv;
	struct tree_span *pos;

	invalidate_begin(&inv, state->base.ctx, range);
	invalidate_lock(&inv);
	spantree_for_each(pos, &state->spans, inv.first, inv.last)
		invalidate_span(&inv, &pos->span);
	invalidate_unlock(&inv);
	invalidate_finish(&inv);
	return 0;
}

static void mixed_release(struct mmu_notifier *sub, struct mm_struct *mm)
{
	struct mixed_state *state = container_of(sub, struct mixed_state, base.sub);

	notifier_release(&state->base, &state->spans, mm);
}

static const struct mmu_notifier_ops mixed_ops = {
	.release = mixed_release,
	.invalidate_range_start = mixed_start,
};

/* A fault's own notifier: nothing is to be zapped that the mmu_notifier does not zap. */
static bool mixed_fault_invalidate(struct mmu_interval_notifier *interval,
				   const struct mmu_notifier_range *range, unsigned long seq)
{
	struct device_fault *fault = container_of(interval, struct device_fault, own);
	struct devlock *lock = &fault->ctx->device.lock;

	devlock_lock_always(lock, mmu_notifier_range_blockable(range));
	mmu_interval_set_seq(interval, seq);
	devlock_unlock(lock);
	return true;
}

static const struct mmu_interval_notifier_ops mixed_fault_ops = {
	.invalidate = mixed_fault_invalidate,
};

#ifdef SECMMU_TEST_BUILD
static int mixed_refuse(struct mmu_notifier *sub, const struct mmu_notifier_range *range)
{
	return mmu_notifier_range_blockable(range) ? mixed_start(sub, range) : -EAGAIN;
}

static const struct mmu_notifier_ops mixed_refuse_ops = {
	.release = mixed_release,
	.invalidate_range_start = mixed_refuse,
};

/* Waits for nothing and takes no lock: the hang is all core mm's. */
static bool mixed_all_invalidate(struct mmu_interval_notifier *interval,
				 const struct mmu_notifier_range *range, unsigned long seq)
{
	mmu_interval_set_seq(interval, seq);
	return true;
}

static const struct mmu_interval_notifier_ops mixed_all_ops = {
	.invalidate = mixed_all_invalidate,
};

static int mixed_attach_refusing(struct secmmu_ctx *ctx, struct mixed_state *state)
{
	int ret;

	ret = notifier_attach(ctx, &state->base, &mixed_refuse_ops);
	if (ret)
		return ret;
	ret = interval_insert(ctx, &state->all, 0, ctx->mm->task_size - 1, &mixed_all_ops);
	if (ret)
		notifier_detach(ctx);
	return ret;
}

static void mixed_detach_refusing(struct secmmu_ctx *ctx)
{
	struct mixed_state *state = ctx->state;

	mmu_interval_notifier_remove(&state->all);
	notifier_detach(ctx);
}
#else
static int mixed_attach_refusing(struct secmmu_ctx *ctx, struct mixed_state *state)
{
	kfree(state);
	return -EOPNOTSUPP;
}

static void mixed_detach_refusing(struct secmmu_ctx *ctx)
{
}
#endif

static int mixed_attach(struct secmmu_ctx *ctx)
{
	struct mixed_state *state;

	state = kzalloc(sizeof(*state), SECMMU_GFP);
	if (!state)
		return -ENOMEM;
	state->spans = RB_ROOT_CACHED;
	if (defect_is(&ctx->device.defect, SECMMU_DEFECT_REFUSE))
		return mixed_attach_refusing(ctx, state);
	return notifier_attach(ctx, &state->base, &mixed_ops);
}

static void mixed_detach(struct secmmu_ctx *ctx)
{
	if (defect_is(&ctx->device.defect, SECMMU_DEFECT_REFUSE))
		mixed_detach_refusing(ctx);
	else
		notifier_detach(ctx);
}

static int mixed_insert(struct secmmu_ctx *ctx, struct secmmu_span *span)
{
	struct mixed_state *state = ctx->state;

	devlock_lock(&ctx->device.lock);
	spantree_insert(&state->spans, span);
	devlock_unlock(&ctx->device.lock);
	return 0;
}

static void mixed_remove(struct secmmu_ctx *ctx, struct secmmu_span *span)
{
	struct mixed_state *state = ctx->state;

	devlock_lock(&ctx->device.lock);
	spantree_remove(&state->spans, span);
	devlock_unlock(&ctx->device.lock);
}

static int mixed_fault_enter(struct device_fault *fault)
{
	return interval_insert(fault->ctx, &fault->own, fault->first, fault->last,
			       &mixed_fault_ops);
}

/* Waits, where an invalidation is under way, until core mm's tree may change again. */
static void mixed_fault_leave(struct device_fault *fault)
{
	mmu_interval_notifier_remove(&fault->own);
}

static int mixed_read_begin(struct device_fault *fault)
{
	fault->seq = mmu_interval_read_begin(&fault->own);
	return 0;
}

static bool mixed_read_retry(const struct device_fault *fault)
{
	return mmu_interval_read_retry(fault->watch, fault->seq);
}

const struct secmmu_variant variant_mixed = {
	.span_size = sizeof(struct tree_span),
	.caps = VARIANT_SPINS | VARIANT_MIXES,
	.attach = mixed_attach,
	.detach = mixed_detach,
	.insert = mixed_insert,
	.remove = mixed_remove,
	.fault_enter = mixed_fault_enter,
	.fault_leave = mixed_fault_leave,
	.read_begin = mixed_read_begin,
	.read_retry = mixed_read_retry,
};
