// SPDX-License-Identifier: GPL-2.0-only
/* Spans on a linked list behind one mmu_notifier: scif_dma, vhost, gntdev, the first hmm. */
#include <linux/list.h>
#include <linux/mmu_notifier.h>
#include <linux/slab.h>
#include "core/compat.h"
#include "core/ctx.h"
#include "device/fault.h"
#include "device/invalidate.h"
#include "device/span.h"
#include "inflight.h"
#include "notifier.h"
#include "replace.h"

/**
 * struct list_state - one subscription
 * @base:     core mm's handle
 * @inflight: invalidations under way
 * @spans:    of struct list_span; both under the device lock
 */
struct list_state {
	struct notifier base;
	struct inflight inflight;
	struct list_head spans;
};

struct list_span {
	struct secmmu_span span;
	struct list_head link;
	struct inflight_mark mark;
};

static struct list_state *list_state_of(struct mmu_notifier *sub)
{
	return container_of(sub, struct list_state, base.sub);
}

static struct list_span *list_span_of(struct secmmu_span *span)
{
	return container_of(span, struct list_span, span);
}

/* Before core mm touches the page tables of @range: each span is looked at. */
static int list_start(struct mmu_notifier *sub, const struct mmu_notifier_range *range)
{
	struct list_state *state = list_state_of(sub);
	struct invalidation inv;
	struct list_span *pos;

	invalidate_begin(&inv, state->base.ctx, range);
	invalidate_lock(&inv);
	inflight_start(&state->inflight, range, inv.began);
	list_for_each_entry(pos, &state->spans, link) {
		if (!span_overlaps(&pos->span, range))
			continue;
		inflight_hit(&pos->mark);
		invalidate_span(&inv, &pos->span);
	}
	invalidate_unlock(&inv);
	invalidate_finish(&inv);
	return 0;
}

/* After it has: faults in the spans may be answered again. */
static void list_end(struct mmu_notifier *sub, const struct mmu_notifier_range *range)
{
	struct list_state *state = list_state_of(sub);
	struct probe *probe = &state->base.ctx->probe;
	u64 began = probe_clock(probe);
	struct list_span *pos;
	u64 window;

	notifier_lock(&state->base, range);
	list_for_each_entry(pos, &state->spans, link)
		if (span_overlaps(&pos->span, range))
			inflight_leave(&pos->mark);
	window = inflight_end(&state->inflight, range);
	notifier_unlock(&state->base);
	probe_end(probe, began, window);
}

/* The mm dies, or the context detaches and has no spans any more. There is no end to this. */
static void list_release(struct mmu_notifier *sub, struct mm_struct *mm)
{
	const struct mmu_notifier_range range = notifier_release_range(mm);
	struct list_state *state = list_state_of(sub);
	struct invalidation inv;
	struct list_span *pos;

	invalidate_begin(&inv, state->base.ctx, &range);
	invalidate_lock(&inv);
	list_for_each_entry(pos, &state->spans, link)
		invalidate_span(&inv, &pos->span);
	invalidate_unlock(&inv);
	invalidate_finish(&inv);
}

static const struct mmu_notifier_ops list_ops = {
	.release = list_release,
	.invalidate_range_start = list_start,
	.invalidate_range_end = list_end,
};

/* One page gets another entry. Under the page-table lock: what cannot be done at once is left. */
static void __maybe_unused list_change(struct mmu_notifier *sub, struct mm_struct *mm,
				       unsigned long address, pte_t pte)
{
	struct list_state *state = list_state_of(sub);
	struct secmmu_ctx *ctx = state->base.ctx;
	struct list_span *pos;

	if (!devlock_trylock(&ctx->device.lock))
		return;
	list_for_each_entry(pos, &state->spans, link)
		if (span_covers(&pos->span, address, 1) && inflight_is_single(&pos->mark))
			replace_page(ctx, &pos->span, address, pte);
	devlock_unlock(&ctx->device.lock);
}

static const struct mmu_notifier_ops list_change_ops = {
	.release = list_release,
	.invalidate_range_start = list_start,
	.invalidate_range_end = list_end,
	COMPAT_CHANGE_PTE(list_change)
};

static int list_attach(struct secmmu_ctx *ctx)
{
	struct list_state *state;

	state = kzalloc(sizeof(*state), SECMMU_GFP);
	if (!state)
		return -ENOMEM;
	inflight_init(&state->inflight);
	INIT_LIST_HEAD(&state->spans);
	return notifier_attach(ctx, &state->base,
			       ctx->device.change_pte ? &list_change_ops : &list_ops);
}

static int list_insert(struct secmmu_ctx *ctx, struct secmmu_span *span)
{
	struct list_span *own = list_span_of(span);
	struct list_state *state = ctx->state;

	devlock_lock(&ctx->device.lock);
	inflight_insert(&state->inflight, &own->mark);
	list_add_tail(&own->link, &state->spans);
	devlock_unlock(&ctx->device.lock);
	return 0;
}

static void list_remove(struct secmmu_ctx *ctx, struct secmmu_span *span)
{
	struct list_span *own = list_span_of(span);
	struct list_state *state = ctx->state;

	devlock_lock(&ctx->device.lock);
	list_del(&own->link);
	inflight_remove(&state->inflight, &own->mark);
	devlock_unlock(&ctx->device.lock);
}

static int list_read_begin(struct device_fault *fault)
{
	fault->seq = inflight_seq(&list_span_of(fault->span)->mark);
	return 0;
}

static bool list_read_retry(const struct device_fault *fault)
{
	return inflight_collided(&list_span_of(fault->span)->mark, fault->seq);
}

const struct secmmu_variant variant_list = {
	.span_size = sizeof(struct list_span),
	.caps = VARIANT_COUNTS_SPANS,
	.attach = list_attach,
	.detach = notifier_detach,
	.insert = list_insert,
	.remove = list_remove,
	.read_begin = list_read_begin,
	.read_retry = list_read_retry,
};
