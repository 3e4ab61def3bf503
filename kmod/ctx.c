// SPDX-License-Identifier: GPL-2.0-only
/* A context's life: it attaches one variant to one mm, and undoes all when it goes. */
#include <linux/err.h>
#include <linux/sched.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>
#include "ctx.h"
#include "span.h"

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
	mutex_init(&ctx->lock);
	xa_init_flags(&ctx->spans, XA_FLAGS_ALLOC1 | XA_FLAGS_ACCOUNT);
	ctx->mm = current->mm;
	mmgrab(ctx->mm);
	return ctx;
}

/* Called once nobody else can reach the context. Any task may, also after the mm's death. */
void ctx_destroy(struct secmmu_ctx *ctx)
{
	mutex_lock(&ctx->lock);
	if (ctx->row)
		ctx_detach(ctx);
	mutex_unlock(&ctx->lock);
	mutex_destroy(&ctx->lock);
	mmdrop(ctx->mm);
	kfree(ctx);
}

/**
 * ctx_attach() - subscribe to the context's mm
 * @ctx:   not attached, its lock held; its mm is the caller's
 * @row:   the variant that does it
 * @timed: let the probes read the clock
 *
 * Return: 0, -ENOMEM, -EINTR: a signal came first; or what the variant says.
 */
int ctx_attach(struct secmmu_ctx *ctx, const struct variant_row *row, bool timed)
{
	int ret;

	ret = probe_init(&ctx->probe, timed);
	if (ret)
		return ret;
	ret = row->variant->attach(ctx);
	if (ret)
		goto err_probe;
	ctx->row = row;
	return 0;

err_probe:
	probe_destroy(&ctx->probe);
	return ret;
}

/* Drop all spans and unsubscribe; the caller holds the lock of @ctx, which is attached. */
void ctx_detach(struct secmmu_ctx *ctx)
{
	span_drop_all(ctx);
	ctx->row->variant->detach(ctx);
	ctx->row = NULL;
	probe_destroy(&ctx->probe);
}
