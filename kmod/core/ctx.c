// SPDX-License-Identifier: GPL-2.0-only
/* A context's life: it attaches one variant to one mm, and undoes all when it goes. */
#include <linux/err.h>
#include <linux/sched.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>
#include "ctx.h"
#include "device/span.h"

/**
 * ctx_create() - a context for the caller's address space
 *
 * Return: the context; or ERR_PTR: -EINVAL the caller is a kernel thread and has none; -ENOMEM.
 */
struct secmmu_ctx *ctx_create(void)
{
	struct secmmu_ctx *ctx;

	if (!current->mm)
		return ERR_PTR(-EINVAL);
	ctx = kzalloc(sizeof(*ctx), SECMMU_GFP);
	if (!ctx)
		return ERR_PTR(-ENOMEM);
	init_rwsem(&ctx->lock);
	xa_init_flags(&ctx->spans, XA_FLAGS_ALLOC1 | XA_FLAGS_ACCOUNT);
	ctx->mm = current->mm;
	mmgrab(ctx->mm);
	return ctx;
}

/* Called once nobody else can reach the context. Any task may, also after the mm's death. */
void ctx_destroy(struct secmmu_ctx *ctx)
{
	down_write(&ctx->lock);
	if (ctx->row)
		ctx_detach(ctx);
	up_write(&ctx->lock);
	mmdrop(ctx->mm);
	kfree(ctx);
}

/**
 * ctx_attach() - subscribe to the context's mm
 * @ctx:    not attached, its lock held; its mm is the caller's
 * @row:    the variant that does it
 * @attach: what the caller wants; its flags and name have been checked
 *
 * Return: 0, -EINTR: a signal came first; an error of struct secmmu_attach.
 */
int ctx_attach(struct secmmu_ctx *ctx, const struct variant_row *row,
	       const struct secmmu_attach *attach)
{
	int ret;

	ret = secdev_init(&ctx->device, row->variant, attach);
	if (ret)
		return ret;
	ret = probe_init(&ctx->probe, !(attach->flags & SECMMU_ATTACH_UNTIMED));
	if (ret)
		goto err_device;
	ret = row->variant->attach(ctx);
	if (ret)
		goto err_probe;
	ctx->row = row;
	return 0;

err_probe:
	probe_destroy(&ctx->probe);
err_device:
	secdev_destroy(&ctx->device);
	return ret;
}

/* Drop all spans and unsubscribe. @ctx is attached; the caller holds its lock for writing. */
void ctx_detach(struct secmmu_ctx *ctx)
{
	span_drop_all(ctx);
	ctx->row->variant->detach(ctx);
	ctx->row = NULL;
	probe_destroy(&ctx->probe);
	secdev_destroy(&ctx->device);
}
