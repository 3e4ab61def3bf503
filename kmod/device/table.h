/* SPDX-License-Identifier: GPL-2.0-only */
/* The device's page table of one span. */
#ifndef SECMMU_DEVICE_TABLE_H
#define SECMMU_DEVICE_TABLE_H

#include <linux/atomic.h>
#include <linux/bits.h>
#include <linux/gfp.h>
#include <linux/types.h>
#include <linux/xarray.h>

/**
 * struct table - page number -> translation
 * @pages: indexed from the span's first page; each slot that exists holds an entry
 *         (below) as a value, and the mark TABLE_VALID while that is a translation
 * @base:  number of the span's first page; constant
 * @slots: how many slots exist
 * @holds: translations hold references to their pages: only where a defect could
 *         leave a stale one, so that it leads to what the page was, and does no harm
 *
 * What is installed and zapped is the device lock's matter: shared to install and
 * to look up, exclusive to zap. xa_lock, below it, keeps the structure whole while
 * other faults install or allocate slots. A slot, once allocated, stays until the
 * table goes, as a GPU keeps its page tables: no invalidation frees memory, and a
 * refault allocates none.
 */
struct table {
	struct xarray pages;
	unsigned long base;
	atomic_long_t slots;
	bool holds;
};

#define TABLE_VALID XA_MARK_0

/* Entries. 0 is a slot that never held a translation. */
#define ENTRY_VALID	  BIT(0)
#define ENTRY_WRITE	  BIT(1)
#define ENTRY_BEEN	  BIT(2) /* was valid at some time */
#define ENTRY_ORDER_SHIFT 3
#define ENTRY_ORDER_MASK  GENMASK(7, ENTRY_ORDER_SHIFT)
#define ENTRY_PFN_SHIFT	  8

static inline unsigned long entry_make(unsigned long pfn, unsigned int order, bool write)
{
	return pfn << ENTRY_PFN_SHIFT | (unsigned long)order << ENTRY_ORDER_SHIFT |
	       ENTRY_BEEN | (write ? ENTRY_WRITE : 0) | ENTRY_VALID;
}

static inline unsigned long entry_pfn(unsigned long entry)
{
	return entry >> ENTRY_PFN_SHIFT;
}

/* The CPU maps it as part of an aligned block of 2^order pages, all of which was in the fault. */
static inline unsigned int entry_order(unsigned long entry)
{
	return (entry & ENTRY_ORDER_MASK) >> ENTRY_ORDER_SHIFT;
}

static inline bool entry_permits(unsigned long entry, bool write)
{
	return (entry & ENTRY_VALID) && (!write || (entry & ENTRY_WRITE));
}

/* What an invalidation does to translations. */
enum table_op {
	TABLE_ZAP,
	TABLE_READ_ONLY,
};

void table_init(struct table *table, unsigned long base, bool holds);
void table_destroy(struct table *table);
int table_reserve(struct table *table, unsigned long page, unsigned long count,
		  atomic_long_t *total);
unsigned long table_load(struct table *table, unsigned long page);
unsigned long table_install(struct table *table, unsigned long page, unsigned long count,
			    const unsigned long *entries);
unsigned long table_invalidate(struct table *table, unsigned long first, unsigned long last,
			       enum table_op op, bool one_page);
bool table_replace(struct table *table, unsigned long page, unsigned long entry);
bool table_next(struct table *table, unsigned long *page, unsigned long last);

#endif
