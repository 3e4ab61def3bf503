// SPDX-License-Identifier: GPL-2.0-only
/* Control: what core mm does to call a subscriber (SRCU, list, indirect call), and no more. */
#include <linux/mmu_notifier.h>
#include <linux/slab.h>
#include "core/ctx.h"
#include "device/span.h"

struct empty_state {
	struct mmu_notifier notifier;
	struct secmmu_ctx *ctx;
};

static int empty_start(struct mmu_notifier *notifier, const struct mmu_notifier_range *range)
{
	struct empty_state *state = container_of(notifier, struct empty_state, notifier);
	u64 began = probe_clock(&state->ctx->probe);

	delay_take(&state->ctx->device.delay);
	probe_start(&state->ctx->probe, began, range);
	return 0;
}

static void empty_end(struct mmu_notifier *notifier, const struct mmu_notifier_range *range)
{
	struct empty_state *state = container_of(notifier, struct empty_state, notifier);
	u64 began = probe_clock(&state->ctx->probe);

	probe_end(&state->ctx->probe, began, 0);
}

static const struct mmu_notifier_ops empty_ops = {
	.invalidate_range_start = empty_start,
	.invalidate_range_end = empty_end,
};

static int empty_attach(struct secmmu_ctx *ctx)
{
	struct empty_state *state;
	int ret;

	state = kzalloc(sizeof(*state), SECMMU_GFP);
	if (!state)
		return -ENOMEM;
	state->notifier.ops = &empty_ops;
	state->ctx = ctx;
	ret = mmu_notifier_register(&state->notifier, ctx->mm);
	if (ret)
		goto err_free;
	ctx->state = state;
	return 0;

err_free:
	kfree(state);
	return ret;
}

static void empty_detach(struct secmmu_ctx *ctx)
{
	struct empty_state *state = ctx->state;

	mmu_notifier_unregister(&state->notifier, ctx->mm);
	kfree(state);
}

static int empty_insert(struct secmmu_ctx *ctx, struct secmmu_span *span)
{
	return 0;
}

static void empty_remove(struct secmmu_ctx *ctx, struct secmmu_span *span)
{
}

const struct secmmu_variant variant_empty = {
	.span_size = sizeof(struct secmmu_span),
	.attach = empty_attach,
	.detach = empty_detach,
	.insert = empty_insert,
	.remove = empty_remove,
};
