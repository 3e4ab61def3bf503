/* SPDX-License-Identifier: GPL-2.0-only */
/* A variant: one way to subscribe to an address space, as some driver does it. */
#ifndef SECMMU_VARIANT_H
#define SECMMU_VARIANT_H

#include <linux/types.h>

struct secmmu_ctx;
struct secmmu_span;

/**
 * struct secmmu_variant - what a file in variants/ gives to the module
 * @span_size: size of the variant's own span, whose first member is a struct secmmu_span
 * @attach:    subscribe to ctx->mm, which is the caller's; ctx->state is the variant's to use.
 *             On error nothing is left behind.
 * @detach:    undo @attach. All spans have been removed; the mm may be dead.
 *             No callback runs after it returns.
 * @insert:    track a span: an invalidation that starts after this returns sees
 *             it, unless core mm itself puts that off. May sleep.
 * @remove:    undo @insert. No callback sees the span after this returns. May sleep.
 *
 * All are called under secmmu_ctx.lock, and in no other way than by ctx.c and
 * span.c. A variant's notifier ops are its own: core mm calls them directly, and
 * they call nothing of ours but the probes.
 */
struct secmmu_variant {
	size_t span_size;
	int (*attach)(struct secmmu_ctx *ctx);
	void (*detach)(struct secmmu_ctx *ctx);
	int (*insert)(struct secmmu_ctx *ctx, struct secmmu_span *span);
	void (*remove)(struct secmmu_ctx *ctx, struct secmmu_span *span);
};

#define SECMMU_VARIANT(name, help) extern const struct secmmu_variant variant_##name;
#include "variants.def"
#undef SECMMU_VARIANT

/* One row of variants.def. */
struct variant_row {
	const char *name;
	const struct secmmu_variant *variant;
};

const struct variant_row *variant_find(const char *name);

#endif
