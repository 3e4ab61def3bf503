// SPDX-License-Identifier: GPL-2.0-only
/* Control: the same commands, but nothing is subscribed. */
#include "core/ctx.h"
#include "device/span.h"

static int none_attach(struct secmmu_ctx *ctx)
{
	return 0;
}

static void none_detach(struct secmmu_ctx *ctx)
{
}

static int none_insert(struct secmmu_ctx *ctx, struct secmmu_span *span)
{
	return 0;
}

static void none_remove(struct secmmu_ctx *ctx, struct secmmu_span *span)
{
}

const struct secmmu_variant variant_none = {
	.span_size = sizeof(struct secmmu_span),
	.attach = none_attach,
	.detach = none_detach,
	.insert = none_insert,
	.remove = none_remove,
};
