/* SPDX-License-Identifier: GPL-2.0-only */
/* A variant: one way to subscribe to an address space, as some driver does it. */
#ifndef SECMMU_VARIANTS_VARIANT_H
#define SECMMU_VARIANTS_VARIANT_H

#include <linux/bits.h>
#include <linux/types.h>

struct device_fault;
struct secmmu_ctx;
struct secmmu_span;

/* secmmu_variant.caps */
/* Its callbacks can neither sleep nor refuse: the device lock has to be a spinlock. */
#define VARIANT_SPINS	     BIT(0)
/* An mmu_notifier that knows what is in flight for each span: it may take change_pte. */
#define VARIANT_COUNTS_SPANS BIT(1)
/* Both kinds of notifiers in one mm: it may be asked to refuse (SECMMU_DEFECT_REFUSE). */
#define VARIANT_MIXES	     BIT(2)
/* Its callback comes after the page tables have changed, not before. */
#define VARIANT_LATE	     BIT(3)

/**
 * struct secmmu_variant - what a file in variants/ gives to the module
 * @span_size: size of the variant's own span, whose first member is a struct secmmu_span
 * @caps:      VARIANT_*
 * @attach:    subscribe to ctx->mm, which is the caller's; ctx->state is the variant's to use.
 *             On error nothing is left behind. NULL: this kernel cannot do it.
 * @detach:    undo @attach. All spans have been removed; the mm may be dead.
 *             No callback runs after it returns.
 * @insert:    track a span: an invalidation that starts after this returns sees
 *             it, unless core mm itself puts that off. May sleep.
 * @remove:    undo @insert. No callback sees the span after this returns. May sleep.
 * @fault_enter: a fault begins; or NULL. May sleep.
 * @fault_leave: it ends, whatever came of it; not NULL if @fault_enter is not. May sleep.
 * @read_begin: before pages are looked up: note in fault->seq what @read_retry needs,
 *             and in fault->watch what HMM may watch. May wait for invalidations
 *             that are under way, until fault->deadline: 0, or -ETIMEDOUT, or
 *             -EINTR: the caller was killed. With core mm's interval notifiers the wait knows
 *             neither a deadline nor a signal. NULL: no translations can be kept.
 * @read_retry: under the device lock, shared or not: has an invalidation of the
 *             fault's pages begun since, or had one not ended?
 *
 * @attach and @detach are called under secmmu_ctx.lock, @insert and @remove also
 * under secmmu_device.track_lock. A variant's notifier ops are its own: core mm
 * calls them directly, and they call what is in invalidate.h and the probes.
 */
struct secmmu_variant {
	size_t span_size;
	unsigned int caps;
	int (*attach)(struct secmmu_ctx *ctx);
	void (*detach)(struct secmmu_ctx *ctx);
	int (*insert)(struct secmmu_ctx *ctx, struct secmmu_span *span);
	void (*remove)(struct secmmu_ctx *ctx, struct secmmu_span *span);
	int (*fault_enter)(struct device_fault *fault);
	void (*fault_leave)(struct device_fault *fault);
	int (*read_begin)(struct device_fault *fault);
	bool (*read_retry)(const struct device_fault *fault);
};

/* One declaration of them all; the last is there only to end the list. */
#define SECMMU_VARIANT(name, help) variant_##name,
extern const struct secmmu_variant
#include "variants.def"
	variant_end;
#undef SECMMU_VARIANT

/* One row of variants.def. */
struct variant_row {
	const char *name;
	const struct secmmu_variant *variant;
};

const struct variant_row *variant_find(const char *name);

#endif
