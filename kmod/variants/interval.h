/* SPDX-License-Identifier: GPL-2.0-only */
/* What the variants with interval notifiers have in common. */
#ifndef SECMMU_VARIANTS_INTERVAL_H
#define SECMMU_VARIANTS_INTERVAL_H

#include <linux/list.h>
#include <linux/mmu_notifier.h>
#include "core/ctx.h"

/*
 * Insert @interval over the bytes @start to @last of the context's mm, and count
 * whether core mm puts that off: it does while an epoch of the mm lasts, by its
 * list of deferred work, and once on that list the item never looks unused again.
 */
static inline int interval_insert(struct secmmu_ctx *ctx, struct mmu_interval_notifier *interval,
				  unsigned long start, unsigned long last,
				  const struct mmu_interval_notifier_ops *ops)
{
	int ret;

	INIT_HLIST_NODE(&interval->deferred_item);
	ret = mmu_interval_notifier_insert(interval, ctx->mm, start, last - start + 1, ops);
	if (!ret && !hlist_unhashed_lockless(&interval->deferred_item))
		probe_count(&ctx->probe, SECMMU_COUNT_DEFERRED, 1);
	return ret;
}

#endif
