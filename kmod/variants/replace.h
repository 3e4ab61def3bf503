/* SPDX-License-Identifier: GPL-2.0-only */
/* change_pte: core mm says by what it replaces one page, where the kernel still has that. */
#ifndef SECMMU_VARIANTS_REPLACE_H
#define SECMMU_VARIANTS_REPLACE_H

#include <linux/pgtable.h>
#include <linux/types.h>
#include "core/ctx.h"
#include "device/span.h"

/*
 * Core mm calls it between start and end, under the page-table lock and before it
 * sets the entry. The start has zapped the page. If that invalidation is the only
 * one in flight for the span, nothing else can be changing the page, and the
 * translation may be what the CPU's entry will be: any later change starts with
 * another zap. Under the device lock, exclusively.
 */
static inline void replace_page(struct secmmu_ctx *ctx, struct secmmu_span *span,
				unsigned long address, pte_t pte)
{
	if (!span_is_tracked(span) || !pte_present(pte))
		return;
	if (table_replace(&span->table, span_page(address),
			  entry_make(pte_pfn(pte), 0, pte_write(pte))))
		probe_count(&ctx->probe, SECMMU_COUNT_REPLACED, 1);
}

#endif
