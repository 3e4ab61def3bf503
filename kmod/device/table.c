// SPDX-License-Identifier: GPL-2.0-only
/* The device's page table: slots are made ahead, filled by faults, emptied by invalidations. */
#include <linux/err.h>
#include <linux/errno.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include "core/ctx.h"
#include "core/param.h"
#include "table.h"

/* @base: number of the page that is the table's first; @holds: see struct table. */
void table_init(struct table *table, unsigned long base, bool holds)
{
	xa_init_flags(&table->pages, XA_FLAGS_ACCOUNT);
	table->base = base;
	table->holds = holds;
	atomic_long_set(&table->slots, 0);
}

/* Nobody else knows the table any more. */
void table_destroy(struct table *table)
{
	if (table->holds)
		table_invalidate(table, table->base, ULONG_MAX, TABLE_ZAP, false);
	xa_destroy(&table->pages);
}

/* Allocate the slot of @index unless there is one. */
static int table_reserve_one(struct table *table, unsigned long index, atomic_long_t *total)
{
	void *old;

	if (atomic_long_inc_return(total) > (long)param_max_pages) {
		atomic_long_dec(total);
		return -ENOSPC;
	}
	old = xa_cmpxchg(&table->pages, index, NULL, xa_mk_value(0), SECMMU_GFP);
	if (!old) {
		atomic_long_inc(&table->slots);
		return 0;
	}
	atomic_long_dec(total);
	return xa_err(old);
}

/**
 * table_reserve() - make sure that pages have slots
 * @table: of a span; the caller holds no lock that a callback takes
 * @page:  number of the first page
 * @count: of pages
 * @total: slots of the whole context, limited by max_pages
 *
 * Return: 0, -ENOSPC, -ENOMEM, or -EINTR: the caller was killed. Slots that were allocated stay.
 */
int table_reserve(struct table *table, unsigned long page, unsigned long count,
		  atomic_long_t *total)
{
	unsigned long index = page - table->base;
	unsigned long end = index + count;
	int ret;

	for (; index < end; index++) {
		if (xa_load(&table->pages, index))
			continue;
		if (fatal_signal_pending(current))
			return -EINTR;
		ret = table_reserve_one(table, index, total);
		/* Somebody else may have made it, with what was left. */
		if (ret == -ENOSPC && xa_load(&table->pages, index))
			continue;
		if (ret)
			return ret;
	}
	return 0;
}

/* The entry of a page; 0 if it has no slot. Under the device lock, shared or not. */
unsigned long table_load(struct table *table, unsigned long page)
{
	void *entry = xa_load(&table->pages, page - table->base);

	return entry ? xa_to_value(entry) : 0;
}

/* The page of @entry is known not to be free now. */
static void table_hold(const struct table *table, unsigned long entry)
{
	if (table->holds)
		get_page(pfn_to_page(entry_pfn(entry)));
}

static void table_drop(const struct table *table, unsigned long entry)
{
	if (table->holds && (entry & ENTRY_VALID))
		put_page(pfn_to_page(entry_pfn(entry)));
}

/* Write a slot that exists, which allocates nothing. Under xa_lock. */
static void table_store(struct xa_state *xas, unsigned long entry)
{
	xas_store(xas, xa_mk_value(entry));
	if (entry & ENTRY_VALID)
		xas_set_mark(xas, TABLE_VALID);
	else
		xas_clear_mark(xas, TABLE_VALID);
}

/**
 * table_install() - fill slots with translations
 * @table:   the slots have been reserved
 * @page:    number of the first page
 * @count:   of pages
 * @entries: for each page
 *
 * Under the device lock, shared or not, once the fault is known not to have collided.
 *
 * Return: how many pages have none now but had one at some time: refaults.
 */
unsigned long table_install(struct table *table, unsigned long page, unsigned long count,
			    const unsigned long *entries)
{
	XA_STATE(xas, &table->pages, page - table->base);
	unsigned long refaults = 0;
	unsigned long old, i;

	xas_lock(&xas);
	for (i = 0; i < count; i++) {
		xas_set(&xas, page - table->base + i);
		old = xa_to_value(xas_load(&xas));
		refaults += (old & (ENTRY_BEEN | ENTRY_VALID)) == ENTRY_BEEN;
		table_hold(table, entries[i]);
		table_store(&xas, entries[i]);
		table_drop(table, old);
	}
	xas_unlock(&xas);
	return refaults;
}

/* The first and last index of the block that the translation of @index belongs to; or @index. */
static void table_block(struct table *table, unsigned long index, unsigned long *first,
			unsigned long *last)
{
	void *value = xa_load(&table->pages, index);
	unsigned long entry = value ? xa_to_value(value) : 0;
	unsigned long pages = 1;

	if (entry & ENTRY_VALID)
		pages = 1ul << entry_order(entry);
	*first = ((table->base + index) & ~(pages - 1)) - table->base;
	*last = *first + pages - 1;
}

/* An invalidation inside a huge translation concerns all of it: extend the range to its edges. */
static void table_extend(struct table *table, unsigned long *index, unsigned long *last)
{
	unsigned long first, ignored, end;

	table_block(table, *index, &first, &ignored);
	*index = first;
	table_block(table, *last, &ignored, &end);
	*last = max(*last, end);
}

/* What @op leaves of @entry. */
static unsigned long table_apply(struct table *table, unsigned long entry, enum table_op op)
{
	if (op == TABLE_READ_ONLY)
		return entry & ~ENTRY_WRITE;
	table_drop(table, entry);
	return ENTRY_BEEN;
}

/**
 * table_invalidate() - zap or downgrade translations
 * @table:    of a span
 * @first:    number of the first page
 * @last:     number of the last page; no slots lie beyond the span's, so it may be any
 * @op:       what to do
 * @one_page: the defect: of huge translations, only the page at @first
 *
 * Under the device lock, exclusively. Allocates nothing and never sleeps.
 *
 * Return: how many translations it changed.
 */
unsigned long table_invalidate(struct table *table, unsigned long first, unsigned long last,
			       enum table_op op, bool one_page)
{
	unsigned long index = first - table->base;
	unsigned long end = last - table->base;
	XA_STATE(xas, &table->pages, 0);
	unsigned long changed = 0;
	unsigned long entry, left;
	void *value;

	/* The device lock keeps faults from installing: if there is no mark, none comes. */
	if (!xa_marked(&table->pages, TABLE_VALID))
		return 0;
	if (!one_page)
		table_extend(table, &index, &end);
	xas_set(&xas, index);
	xas_lock(&xas);
	xas_for_each_marked(&xas, value, end, TABLE_VALID) {
		entry = xa_to_value(value);
		if (one_page && entry_order(entry) && xas.xa_index != index)
			continue;
		left = table_apply(table, entry, op);
		if (left == entry)
			continue;
		table_store(&xas, left);
		changed++;
	}
	xas_unlock(&xas);
	return changed;
}

/**
 * table_replace() - put a translation where an invalidation has just zapped one
 * @table: of a span
 * @page:  number of the page
 * @entry: the translation
 *
 * Under the device lock, exclusively. Return: whether there was a place for it.
 */
bool table_replace(struct table *table, unsigned long page, unsigned long entry)
{
	XA_STATE(xas, &table->pages, page - table->base);
	bool fits = false;
	void *value;

	xas_lock(&xas);
	value = xas_load(&xas);
	if (value && xa_to_value(value) == ENTRY_BEEN) {
		table_hold(table, entry);
		table_store(&xas, entry);
		fits = true;
	}
	xas_unlock(&xas);
	return fits;
}

/* Go on from @page to the first page with a translation, up to @last: false if there is none. */
bool table_next(struct table *table, unsigned long *page, unsigned long last)
{
	unsigned long index = *page - table->base;

	if (!xa_find(&table->pages, &index, last - table->base, TABLE_VALID))
		return false;
	*page = table->base + index;
	return true;
}
