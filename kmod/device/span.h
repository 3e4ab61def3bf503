/* SPDX-License-Identifier: GPL-2.0-only */
/* A span: a range of addresses that a context tracks. ("Range" is what core mm invalidates.) */
#ifndef SECMMU_DEVICE_SPAN_H
#define SECMMU_DEVICE_SPAN_H

#include <linux/mm.h>
#include <linux/mmu_notifier.h>
#include <linux/types.h>
#include "table.h"

struct secmmu_ctx;
struct secmmu_insert;
struct secmmu_remove;

/**
 * struct secmmu_span - one tracked range
 * @start: first byte
 * @last:  last byte
 * @id:    its place in secmmu_ctx.spans
 * @inserted: the variant has it in its books; under secmmu_device.track_lock
 * @epoch: odd while it is tracked: translations may be installed, and are kept
 *         right. Written under the device lock: an invalidation that drops the
 *         tracking makes it even, tracking anew makes it odd again, so a fault that
 *         saw an older value has collided.
 * @table: its translations; none while @epoch is even
 *
 * The variant embeds it in a struct of its own, secmmu_variant.span_size bytes
 * long, as the first member. @start, @last and @id are constant.
 */
struct secmmu_span {
	unsigned long start;
	unsigned long last;
	u32 id;
	bool inserted;
	unsigned long epoch;
	struct table table;
};

static inline unsigned long span_page(unsigned long address)
{
	return address >> PAGE_SHIFT;
}

/* Under the device lock. */
static inline bool span_is_tracked(const struct secmmu_span *span)
{
	return span->epoch & 1;
}

/* Do the @length bytes at @start lie in @span? Neither overflows where it is so. */
static inline bool span_covers(const struct secmmu_span *span, u64 start, u64 length)
{
	return length && start >= span->start && start <= span->last &&
	       length - 1 <= span->last - start;
}

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
