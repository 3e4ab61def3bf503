// SPDX-License-Identifier: GPL-2.0-only
/*
 * Invalidations under way are merged into one range: KVM, and hmm_mirror before 5.5. The books are
 * one counter and two addresses, and ends need no look-up; faults wait until all have ended.
 */
#include <linux/compiler.h>
#include <linux/errno.h>
#include <linux/minmax.h>
#include <linux/mmu_notifier.h>
#include <linux/slab.h>
#include <linux/wait.h>
#include "core/ctx.h"
#include "device/fault.h"
#include "device/invalidate.h"
#include "device/spantree.h"
#include "notifier.h"

/**
 * struct accumulate_state - one subscription
 * @base:   core mm's handle
 * @spans:  of struct tree_span
 * @active: invalidations between start and end, wherever in the mm
 * @first:  first byte of the merged range; above @last: nothing is merged
 * @last:   last byte of it
 * @seq:    how many invalidations that overlapped the merged range have ended
 * @idle:   faults wait here for @active to be 0
 *
 * All but @idle is written under the device lock; waiting faults read without it,
 * and ask again under it. An invalidation that hits no span is not merged, but
 * counted, so that the merged range is emptied only when nothing is under way.
 *
 * A span that comes while invalidations are under way is merged too: one of them
 * may be of the span, and its start did not see it.
 */
struct accumulate_state {
	struct notifier base;
	struct rb_root_cached spans;
	unsigned long active;
	unsigned long first;
	unsigned long last;
	unsigned long seq;
	wait_queue_head_t idle;
};

static struct accumulate_state *accumulate_state_of(struct mmu_notifier *sub)
{
	return container_of(sub, struct accumulate_state, base.sub);
}

static void merge_none(struct accumulate_state *state)
{
	WRITE_ONCE(state->first, ULONG_MAX);
	WRITE_ONCE(state->last, 0);
}

static void merge(struct accumulate_state *state, unsigned long first, unsigned long last)
{
	WRITE_ONCE(state->first, min(state->first, first));
	WRITE_ONCE(state->last, max(state->last, last));
}

static bool merge_overlaps(const struct accumulate_state *state, unsigned long first,
			   unsigned long last)
{
	return first <= READ_ONCE(state->last) && READ_ONCE(state->first) <= last;
}

static int accumulate_start(struct mmu_notifier *sub, const struct mmu_notifier_range *range)
{
	struct accumulate_state *state = accumulate_state_of(sub);
	struct invalidation inv;
	struct tree_span *pos;

	invalidate_begin(&inv, state->base.ctx, range);
	invalidate_lock(&inv);
	state->active++;
	spantree_for_each(pos, &state->spans, inv.first, inv.last)
		invalidate_span(&inv, &pos->span);
	if (inv.hits)
		merge(state, inv.first, inv.last);
	invalidate_unlock(&inv);
	invalidate_finish(&inv);
	return 0;
}

/* Faults may be answered again, if it was the last one. */
static void accumulate_end(struct mmu_notifier *sub, const struct mmu_notifier_range *range)
{
	struct accumulate_state *state = accumulate_state_of(sub);
	struct probe *probe = &state->base.ctx->probe;
	u64 began = probe_clock(probe);
	bool idle;

	notifier_lock(&state->base, range);
	/* pairs with READ_ONCE() in accumulate_read_begin() */
	if (merge_overlaps(state, range->start, range->end - 1))
		WRITE_ONCE(state->seq, state->seq + 1);
	idle = !--state->active;
	if (idle)
		merge_none(state);
	notifier_unlock(&state->base);
	/* Its barrier pairs with the one of prepare_to_wait_event(). */
	if (idle && wq_has_sleeper(&state->idle))
		wake_up_all(&state->idle);
	probe_end(probe, began, 0);
}

static void accumulate_release(struct mmu_notifier *sub, struct mm_struct *mm)
{
	struct accumulate_state *state = accumulate_state_of(sub);

	notifier_release(&state->base, &state->spans, mm);
}

static const struct mmu_notifier_ops accumulate_ops = {
	.release = accumulate_release,
	.invalidate_range_start = accumulate_start,
	.invalidate_range_end = accumulate_end,
};

static int accumulate_attach(struct secmmu_ctx *ctx)
{
	struct accumulate_state *state;

	state = kzalloc(sizeof(*state), SECMMU_GFP);
	if (!state)
		return -ENOMEM;
	state->spans = RB_ROOT_CACHED;
	merge_none(state);
	init_waitqueue_head(&state->idle);
	return notifier_attach(ctx, &state->base, &accumulate_ops);
}

static int accumulate_insert(struct secmmu_ctx *ctx, struct secmmu_span *span)
{
	struct accumulate_state *state = ctx->state;

	devlock_lock(&ctx->device.lock);
	spantree_insert(&state->spans, span);
	if (state->active)
		merge(state, span->start, span->last);
	devlock_unlock(&ctx->device.lock);
	return 0;
}

static void accumulate_remove(struct secmmu_ctx *ctx, struct secmmu_span *span)
{
	struct accumulate_state *state = ctx->state;

	devlock_lock(&ctx->device.lock);
	spantree_remove(&state->spans, span);
	devlock_unlock(&ctx->device.lock);
}

/* Waits until nothing is under way in the span, as far as is known. */
static int accumulate_read_begin(struct device_fault *fault)
{
	struct accumulate_state *state = fault->ctx->state;
	const struct secmmu_span *span = fault->span;
	long left;

	/* pairs with WRITE_ONCE() in accumulate_end() */
	fault->seq = READ_ONCE(state->seq);
	/* The look-up comes after it; whoever sees the number sees the page tables changed. */
	smp_rmb();
	if (!merge_overlaps(state, span->start, span->last))
		return 0;
	left = wait_event_killable_timeout(state->idle,
					   !merge_overlaps(state, span->start, span->last),
					   fault_jiffies_left(fault));
	if (left < 0)
		return -EINTR;
	if (!left)
		return -ETIMEDOUT;
	fault->seq = READ_ONCE(state->seq);
	smp_rmb(); /* as above */
	return 0;
}

/* Anything that ends in the merged range counts, though it be elsewhere: that is its price. */
static bool accumulate_read_retry(const struct device_fault *fault)
{
	const struct accumulate_state *state = fault->ctx->state;
	const struct secmmu_span *span = fault->span;

	return state->seq != fault->seq || merge_overlaps(state, span->start, span->last);
}

const struct secmmu_variant variant_accumulate = {
	.span_size = sizeof(struct tree_span),
	.attach = accumulate_attach,
	.detach = notifier_detach,
	.insert = accumulate_insert,
	.remove = accumulate_remove,
	.read_begin = accumulate_read_begin,
	.read_retry = accumulate_read_retry,
};
