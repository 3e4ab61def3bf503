// SPDX-License-Identifier: GPL-2.0-only
/* The spans of a context: many go in or out in one command, all of them or none. */
#include <linux/err.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <linux/xarray.h>
#include <uapi/secmmu.h>
#include "core/ctx.h"
#include "core/param.h"
#include "span.h"
#include "track.h"

/*
 * Marks the spans that a command is at work on: those not yet inserted, or those
 * about to be removed. No span has it between two commands.
 */
#define SPAN_BUSY XA_MARK_1

/* 100,000 spans take a while: let others run, and let the killed go. */
static int span_breathe(void)
{
	cond_resched();
	return fatal_signal_pending(current) ? -EINTR : 0;
}

static bool span_is_valid(const struct secmmu_ctx *ctx, const struct secmmu_range *range)
{
	u64 limit = ctx->mm->task_size;

	if (range->reserved || !range->length)
		return false;
	if (!PAGE_ALIGNED(range->start) || !PAGE_ALIGNED(range->length))
		return false;
	return range->length <= limit && range->start <= limit - range->length;
}

static void span_free(struct secmmu_ctx *ctx, struct secmmu_span *span)
{
	xa_erase(&ctx->spans, span->id);
	ctx->span_count--;
	atomic_long_sub(atomic_long_read(&span->table.slots), &ctx->device.slots);
	table_destroy(&span->table);
	kfree(span);
}

/* A span for @range under a new id, marked busy; the variant does not know it yet. */
static struct secmmu_span *span_alloc(struct secmmu_ctx *ctx, const struct secmmu_range *range)
{
	struct secmmu_span *span;
	int ret;

	span = kzalloc(ctx->row->variant->span_size, SECMMU_GFP);
	if (!span)
		return ERR_PTR(-ENOMEM);
	span->start = range->start;
	span->last = range->start + range->length - 1;
	table_init(&span->table, span_page(span->start),
		   !defect_is(&ctx->device.defect, SECMMU_DEFECT_NONE));
	ret = xa_alloc(&ctx->spans, &span->id, span, xa_limit_32b, SECMMU_GFP);
	if (ret)
		goto err_free;
	xa_set_mark(&ctx->spans, span->id, SPAN_BUSY);
	ctx->span_count++;
	return span;

err_free:
	kfree(span);
	return ERR_PTR(ret);
}

/* Read one of the caller's ranges, make its span, and tell the caller its id. */
static int span_read(struct secmmu_ctx *ctx, struct secmmu_range __user *urange)
{
	struct secmmu_span *span;
	struct secmmu_range range;

	if (copy_from_user(&range, urange, sizeof(range)))
		return -EFAULT;
	if (!span_is_valid(ctx, &range))
		return -EINVAL;
	span = span_alloc(ctx, &range);
	if (IS_ERR(span))
		return PTR_ERR(span);
	return put_user(span->id, &urange->id);
}

/* Free the busy spans, which the variant does not know. */
static void span_free_busy(struct secmmu_ctx *ctx)
{
	struct secmmu_span *span;
	unsigned long id;

	xa_for_each_marked(&ctx->spans, id, span, SPAN_BUSY) {
		span_free(ctx, span);
		cond_resched();
	}
}

/* Take those out of the variant again that come before @end; all stay busy. */
static void span_remove_before(struct secmmu_ctx *ctx, unsigned long end)
{
	struct secmmu_span *span;
	unsigned long id;

	xa_for_each_marked(&ctx->spans, id, span, SPAN_BUSY) {
		if (id == end)
			break;
		track_remove(ctx, span);
		cond_resched();
	}
}

/* Give the busy spans to the variant, all or none. */
static int span_insert_busy(struct secmmu_ctx *ctx)
{
	struct secmmu_span *span;
	unsigned long id;
	int ret;

	xa_for_each_marked(&ctx->spans, id, span, SPAN_BUSY) {
		ret = span_breathe();
		if (!ret)
			ret = track_insert(ctx, span);
		if (ret)
			goto err_remove;
	}
	return 0;

err_remove:
	span_remove_before(ctx, id);
	return ret;
}

static void span_clear_busy(struct secmmu_ctx *ctx)
{
	struct secmmu_span *span;
	unsigned long id;

	xa_for_each_marked(&ctx->spans, id, span, SPAN_BUSY) {
		xa_clear_mark(&ctx->spans, id, SPAN_BUSY);
		cond_resched();
	}
}

/**
 * span_insert_all() - SECMMU_INSERT
 * @ctx: attached, its lock held
 * @cmd: its flags and reserved fields have been checked
 *
 * Return: 0 or an error of struct secmmu_insert; then no span has been added.
 */
int span_insert_all(struct secmmu_ctx *ctx, const struct secmmu_insert *cmd)
{
	struct secmmu_range __user *uranges = u64_to_user_ptr(cmd->ranges);
	u32 i;
	int ret;

	if (!cmd->count)
		return -EINVAL;
	if (cmd->count > param_max_ranges - ctx->span_count)
		return -ENOSPC;
	for (i = 0; i < cmd->count; i++) {
		ret = span_breathe();
		if (!ret)
			ret = span_read(ctx, &uranges[i]);
		if (ret)
			goto err_free;
	}
	ret = span_insert_busy(ctx);
	if (ret)
		goto err_free;
	span_clear_busy(ctx);
	return 0;

err_free:
	span_free_busy(ctx);
	return ret;
}

/* Mark the span that the caller's id at @uid names. */
static int span_pick(struct secmmu_ctx *ctx, const u32 __user *uid)
{
	u32 id;

	if (get_user(id, uid))
		return -EFAULT;
	if (!xa_load(&ctx->spans, id))
		return -ENOENT;
	if (xa_get_mark(&ctx->spans, id, SPAN_BUSY))
		return -EINVAL;
	xa_set_mark(&ctx->spans, id, SPAN_BUSY);
	return 0;
}

/**
 * span_remove_all() - SECMMU_REMOVE
 * @ctx: attached, its lock held
 * @cmd: its flags and reserved fields have been checked
 *
 * Return: 0 or an error of struct secmmu_remove; then no span has been removed.
 */
int span_remove_all(struct secmmu_ctx *ctx, const struct secmmu_remove *cmd)
{
	const u32 __user *uids = u64_to_user_ptr(cmd->ids);
	struct secmmu_span *span;
	unsigned long id;
	u32 i;
	int ret;

	if (!cmd->count)
		return -EINVAL;
	for (i = 0; i < cmd->count; i++) {
		ret = span_breathe();
		if (!ret)
			ret = span_pick(ctx, &uids[i]);
		if (ret)
			goto err_clear;
	}
	/* From here on nothing can fail. */
	xa_for_each_marked(&ctx->spans, id, span, SPAN_BUSY) {
		track_remove(ctx, span);
		span_free(ctx, span);
		cond_resched();
	}
	return 0;

err_clear:
	span_clear_busy(ctx);
	return ret;
}

/* Remove all there are, without any way to fail: the file is being closed. */
void span_drop_all(struct secmmu_ctx *ctx)
{
	struct secmmu_span *span;
	unsigned long id;

	xa_for_each(&ctx->spans, id, span) {
		track_remove(ctx, span);
		span_free(ctx, span);
		cond_resched();
	}
}
