// SPDX-License-Identifier: GPL-2.0-only
/* Spans come to the variant, go from it, and come again after an event that dropped them. */
#include <linux/mutex.h>
#include <asm/barrier.h>
#include "core/ctx.h"
#include "span.h"
#include "track.h"

/* Into the variant's books. Under track_lock. */
static int track_enter(struct secmmu_ctx *ctx, struct secmmu_span *span)
{
	u64 began = probe_clock(&ctx->probe);
	int ret;

	ret = ctx->row->variant->insert(ctx, span);
	if (ret)
		return ret;
	probe_time(&ctx->probe, SECMMU_HIST_INSERT, began);
	span->inserted = true;
	/* Last: from now on faults may install what the variant keeps right. */
	devlock_lock(&ctx->device.lock);
	/* Now odd; pairs with smp_load_acquire() in fault_begin(). */
	smp_store_release(&span->epoch, span->epoch + 1);
	devlock_unlock(&ctx->device.lock);
	return 0;
}

/* Out of them; may wait for invalidations that are under way. Under track_lock. */
static void track_leave(struct secmmu_ctx *ctx, struct secmmu_span *span)
{
	u64 began = probe_clock(&ctx->probe);

	ctx->row->variant->remove(ctx, span);
	probe_time(&ctx->probe, SECMMU_HIST_REMOVE, began);
	span->inserted = false;
}

/* Track a new span; what the variant says. Under secmmu_ctx.lock for writing. */
int track_insert(struct secmmu_ctx *ctx, struct secmmu_span *span)
{
	int ret;

	mutex_lock(&ctx->device.track_lock);
	ret = track_enter(ctx, span);
	mutex_unlock(&ctx->device.track_lock);
	return ret;
}

/* Track a span no longer, before it is freed. Under secmmu_ctx.lock for writing. */
void track_remove(struct secmmu_ctx *ctx, struct secmmu_span *span)
{
	mutex_lock(&ctx->device.track_lock);
	if (span->inserted)
		track_leave(ctx, span);
	mutex_unlock(&ctx->device.track_lock);
}

/**
 * track_again() - track a span anew, after an event that dropped it
 * @ctx:  its lock held for reading
 * @span: not tracked, as far as the caller has seen
 *
 * Between leaving and entering no callback comes for the span. Nothing is
 * installed meanwhile: its epoch is even, and when it is odd again it is another
 * one than any fault may have seen before.
 *
 * Return: 0; -EINTR the caller was killed; or what the variant says: then the span
 * is in no books, and the next fault tries again.
 */
int track_again(struct secmmu_ctx *ctx, struct secmmu_span *span)
{
	int ret = 0;

	if (mutex_lock_killable(&ctx->device.track_lock))
		return -EINTR;
	/* Even: an event may drop it at any time, but only we make it odd. */
	if (!(READ_ONCE(span->epoch) & 1)) {
		if (span->inserted)
			track_leave(ctx, span);
		ret = track_enter(ctx, span);
		if (!ret)
			probe_count(&ctx->probe, SECMMU_COUNT_RETRACKED, 1);
	}
	mutex_unlock(&ctx->device.track_lock);
	return ret;
}
