/* SPDX-License-Identifier: GPL-2.0-only */
/* A span: a range of addresses that a context tracks. ("Range" is what core mm invalidates.) */
#ifndef SECMMU_SPAN_H
#define SECMMU_SPAN_H

#include <linux/mmu_notifier.h>
#include <linux/types.h>

struct secmmu_ctx;
struct secmmu_insert;
struct secmmu_remove;

/**
 * struct secmmu_span - one tracked range
 * @start: first byte
 * @last:  last byte
 * @id:    its place in secmmu_ctx.spans
 *
 * The variant embeds it in a struct of its own, secmmu_variant.span_size bytes
 * long, as the first member. Nothing in it changes while the variant has it.
 */
struct secmmu_span {
	unsigned long start;
	unsigned long last;
	u32 id;
};

/* Does an invalidation of @range concern @span? The same test as the kernel's interval tree. */
static inline bool span_overlaps(const struct secmmu_span *span,
				 const struct mmu_notifier_range *range)
{
	return span->start <= range->end - 1 && range->start <= span->last;
}

int span_insert_all(struct secmmu_ctx *ctx, const struct secmmu_insert *cmd);
int span_remove_all(struct secmmu_ctx *ctx, const struct secmmu_remove *cmd);
void span_drop_all(struct secmmu_ctx *ctx);

#endif
