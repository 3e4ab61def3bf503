// SPDX-License-Identifier: GPL-2.0-only
/*
 * Few large interval notifiers with a private tree in each: drm_gpusvm. Core mm has less to look up
 * and to keep; but a chunk is one to it: each of its events collides with each of its faults.
 */
#include <linux/align.h>
#include <linux/err.h>
#include <linux/mmu_notifier.h>
#include <linux/refcount.h>
#include <linux/sizes.h>
#include <linux/slab.h>
#include <linux/xarray.h>
#include "core/ctx.h"
#include "device/fault.h"
#include "device/invalidate.h"
#include "device/spantree.h"
#include "interval.h"

#define CHUNK_BYTES SZ_512M

/**
 * struct coarse_state - a context's chunks
 * @chunks: by start / CHUNK_BYTES; not those of spans that cross a border, which are
 *          the span's own. Under track_lock.
 */
struct coarse_state {
	struct xarray chunks;
};

/**
 * struct coarse_chunk - one interval notifier
 * @interval: core mm's handle
 * @ctx:      whose it is
 * @spans:    of struct coarse_span; under the device lock
 * @users:    how many these are; under track_lock
 * @refs:     the users together have one, and each fault that watches it
 * @shared:   it is in coarse_state.chunks
 */
struct coarse_chunk {
	struct mmu_interval_notifier interval;
	struct secmmu_ctx *ctx;
	struct rb_root_cached spans;
	unsigned long users;
	refcount_t refs;
	bool shared;
};

struct coarse_span {
	struct tree_span tree;
	struct coarse_chunk *chunk;
};

static struct coarse_span *coarse_span_of(struct secmmu_span *span)
{
	return container_of(tree_span_of(span), struct coarse_span, tree);
}

/* As itree's, but for all of the chunk's spans that are concerned; there may be none. */
static bool coarse_invalidate(struct mmu_interval_notifier *interval,
			      const struct mmu_notifier_range *range, unsigned long seq)
{
	struct coarse_chunk *chunk = container_of(interval, struct coarse_chunk, interval);
	struct invalidation inv;
	struct tree_span *pos;

	invalidate_begin(&inv, chunk->ctx, range);
	if (invalidate_trylock(&inv)) {
		mmu_interval_set_seq(interval, seq);
		spantree_for_each(pos, &chunk->spans, inv.first, inv.last)
			invalidate_span(&inv, &pos->span);
		invalidate_unlock(&inv);
	}
	invalidate_finish(&inv);
	return !inv.refused;
}

static const struct mmu_interval_notifier_ops coarse_ops = {
	.invalidate = coarse_invalidate,
};

/* A chunk over the bytes @start to @last, without users. */
static struct coarse_chunk *chunk_create(struct secmmu_ctx *ctx, unsigned long start,
					 unsigned long last)
{
	struct coarse_chunk *chunk;
	int ret;

	chunk = kzalloc(sizeof(*chunk), SECMMU_GFP);
	if (!chunk)
		return ERR_PTR(-ENOMEM);
	chunk->ctx = ctx;
	chunk->spans = RB_ROOT_CACHED;
	refcount_set(&chunk->refs, 1);
	ret = interval_insert(ctx, &chunk->interval, start, last, &coarse_ops);
	if (ret)
		goto err_free;
	return chunk;

err_free:
	kfree(chunk);
	return ERR_PTR(ret);
}

static void chunk_put(struct coarse_chunk *chunk)
{
	if (chunk && refcount_dec_and_test(&chunk->refs))
		kfree(chunk);
}

static void chunk_destroy(struct coarse_chunk *chunk)
{
	mmu_interval_notifier_remove(&chunk->interval);
	chunk_put(chunk);
}

/* The chunk of number @index, made if there is none. */
static struct coarse_chunk *chunk_share(struct secmmu_ctx *ctx, unsigned long index)
{
	unsigned long start = index * CHUNK_BYTES;
	struct coarse_state *state = ctx->state;
	struct coarse_chunk *chunk;
	int ret;

	chunk = xa_load(&state->chunks, index);
	if (chunk)
		return chunk;
	chunk = chunk_create(ctx, start, start + CHUNK_BYTES - 1);
	if (IS_ERR(chunk))
		return chunk;
	ret = xa_err(xa_store(&state->chunks, index, chunk, SECMMU_GFP));
	if (ret)
		goto err_destroy;
	chunk->shared = true;
	return chunk;

err_destroy:
	chunk_destroy(chunk);
	return ERR_PTR(ret);
}

static int coarse_attach(struct secmmu_ctx *ctx)
{
	struct coarse_state *state;

	state = kzalloc(sizeof(*state), SECMMU_GFP);
	if (!state)
		return -ENOMEM;
	xa_init_flags(&state->chunks, XA_FLAGS_ACCOUNT);
	ctx->state = state;
	return 0;
}

/* The last span took the last chunk with it. */
static void coarse_detach(struct secmmu_ctx *ctx)
{
	struct coarse_state *state = ctx->state;

	xa_destroy(&state->chunks);
	kfree(state);
}

static int coarse_insert(struct secmmu_ctx *ctx, struct secmmu_span *span)
{
	unsigned long index = span->start / CHUNK_BYTES;
	struct coarse_chunk *chunk;

	if (index == span->last / CHUNK_BYTES)
		chunk = chunk_share(ctx, index);
	else
		chunk = chunk_create(ctx, span->start, span->last);
	if (IS_ERR(chunk))
		return PTR_ERR(chunk);
	coarse_span_of(span)->chunk = chunk;
	chunk->users++;
	devlock_lock(&ctx->device.lock);
	spantree_insert(&chunk->spans, span);
	devlock_unlock(&ctx->device.lock);
	return 0;
}

/* Waits for the epoch's end only where the chunk goes with its last span. */
static void coarse_remove(struct secmmu_ctx *ctx, struct secmmu_span *span)
{
	struct coarse_chunk *chunk = coarse_span_of(span)->chunk;
	struct coarse_state *state = ctx->state;

	devlock_lock(&ctx->device.lock);
	spantree_remove(&chunk->spans, span);
	devlock_unlock(&ctx->device.lock);
	if (--chunk->users)
		return;
	if (chunk->shared)
		xa_erase(&state->chunks, span->start / CHUNK_BYTES);
	chunk_destroy(chunk);
}

static int coarse_fault_enter(struct device_fault *fault)
{
	fault->held = NULL;
	return 0;
}

static void coarse_fault_leave(struct device_fault *fault)
{
	chunk_put(fault->held);
}

/*
 * The chunk that a fault watches stays for as long as it does: once an event has
 * dropped the span, another fault may track it anew, and so let go of its chunk.
 * NULL: the span was dropped just now.
 */
static struct coarse_chunk *chunk_hold(struct device_fault *fault)
{
	struct devlock *lock = &fault->ctx->device.lock;
	struct coarse_chunk *chunk = NULL;

	devlock_enter(lock);
	if (fault->span->epoch == fault->epoch) {
		chunk = coarse_span_of(fault->span)->chunk;
		refcount_inc(&chunk->refs);
	}
	devlock_leave(lock);
	return chunk;
}

static int coarse_read_begin(struct device_fault *fault)
{
	struct coarse_chunk *chunk = chunk_hold(fault);

	chunk_put(fault->held);
	fault->held = chunk;
	/* By its epoch this try is known to have collided. */
	if (!chunk)
		return 0;
	fault->watch = &chunk->interval;
	fault->seq = mmu_interval_read_begin(fault->watch);
	return 0;
}

static bool coarse_read_retry(const struct device_fault *fault)
{
	return mmu_interval_read_retry(fault->watch, fault->seq);
}

const struct secmmu_variant variant_coarse = {
	.span_size = sizeof(struct coarse_span),
	.attach = coarse_attach,
	.detach = coarse_detach,
	.insert = coarse_insert,
	.remove = coarse_remove,
	.fault_enter = coarse_fault_enter,
	.fault_leave = coarse_fault_leave,
	.read_begin = coarse_read_begin,
	.read_retry = coarse_read_retry,
};
