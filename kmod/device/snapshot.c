// SPDX-License-Identifier: GPL-2.0-only
/* Looking pages up: by hmm_range_fault(), or by get_user_pages_fast(), which takes references. */
#include <linux/errno.h>
#include <linux/hmm.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/mmap_lock.h>
#include <linux/string.h>
#include "core/compat.h"
#include "core/ctx.h"
#include "fault.h"
#include "snapshot.h"
#include "table.h"

/*
 * The largest aligned block of at most 2^@order pages around @page that lies within the batch: only
 * what was looked up together is known to belong together.
 */
static unsigned int block_order(const struct device_fault *fault, unsigned long page,
				unsigned int order)
{
	unsigned long first, pages;

	for (; order; order--) {
		pages = 1ul << order;
		first = page & ~(pages - 1);
		if (first >= fault->page && first + pages <= fault->page + fault->pages)
			break;
	}
	return order;
}

/* What HMM says about a page, as an entry; 0 if there is no page. */
static unsigned long entry_of_hmm(const struct device_fault *fault, unsigned long i)
{
	unsigned long hmm = fault->entry[i];

	if (!(hmm & HMM_PFN_VALID) || (hmm & HMM_PFN_ERROR))
		return 0;
	return entry_make(page_to_pfn(hmm_pfn_to_page(hmm)),
			  block_order(fault, fault->page + i, hmm_pfn_to_map_order(hmm)),
			  hmm & HMM_PFN_WRITE);
}

static int hmm_errno(int ret)
{
	switch (ret) {
	case 0:
	case -ENOMEM:
	case -EINTR:
		return ret;
	case -EBUSY:
		return -EAGAIN;
	default:
		return -EFAULT;
	}
}

/*
 * The mm's lock, to read; @settle: after all who had it have gone, those too who
 * let others in before they have finished. Nobody comes between, for it is only
 * made weaker.
 */
static int snapshot_lock(struct mm_struct *mm, bool settle)
{
	if (!settle)
		return mmap_read_lock_killable(mm);
	if (mmap_write_lock_killable(mm))
		return -EINTR;
	mmap_write_downgrade(mm);
	return 0;
}

/* By HMM; @flags: what each page must have, HMM_PFN_REQ_*; 0: do not fault. */
static int snapshot_hmm(struct device_fault *fault, unsigned long flags, bool settle)
{
	struct hmm_range range = {
		.notifier = fault->watch,
		.notifier_seq = fault->seq,
		.start = fault->page << PAGE_SHIFT,
		.end = (fault->page + fault->pages) << PAGE_SHIFT,
		.hmm_pfns = fault->entry,
		.default_flags = flags,
		.dev_private_owner = fault->ctx,
	};
	unsigned long i;
	int ret;

	/* A variant without an interval notifier has nothing to watch: @own never changes. */
	if (fault->watch == &fault->own && !fault->own.ops)
		fault->own.invalidate_seq = fault->seq;
	/* Some of their bits are input, and ask for nothing when they are 0. */
	memset(fault->entry, 0, fault->pages * sizeof(fault->entry[0]));
	if (snapshot_lock(fault->ctx->mm, settle))
		return -EINTR;
	ret = hmm_errno(hmm_range_fault(&range));
	mmap_read_unlock(fault->ctx->mm);
	if (ret)
		return ret;
	for (i = 0; i < fault->pages; i++)
		fault->entry[i] = entry_of_hmm(fault, i);
	fault->refs = false;
	return 0;
}

/*
 * By get_user_pages_fast(), which may find fewer pages than it was asked for. It
 * does not say how large a page the CPU maps, nor whether one that was looked up
 * for reading might be written.
 */
static int snapshot_gup(struct device_fault *fault)
{
	unsigned int flags = COMPAT_GUP_FLAGS | (fault->write ? FOLL_WRITE : 0);
	struct page **pages = (struct page **)fault->entry;
	int i, got;

	BUILD_BUG_ON(sizeof(*pages) != sizeof(*fault->entry));
	got = get_user_pages_fast(fault->page << PAGE_SHIFT, fault->pages, flags, pages);
	if (got == -ENOMEM || got == -EINTR)
		return got;
	if (got == -ERESTARTSYS)
		return -EINTR;
	if (got <= 0)
		return -EFAULT;
	for (i = 0; i < got; i++)
		fault->entry[i] = entry_make(page_to_pfn(pages[i]), 0, fault->write);
	fault->pages = got;
	fault->refs = true;
	return 0;
}

/**
 * snapshot_take() - look up the pages of a fault's batch, and make them be there
 * @fault: between fault_begin() and fault_collided()
 *
 * Return: 0: fault->entry has them, and fault->pages says how many there are;
 * -EAGAIN: it has collided; -EFAULT, -ENOMEM, -EINTR.
 */
int snapshot_take(struct device_fault *fault)
{
	unsigned long flags = HMM_PFN_REQ_FAULT;

	if (fault->ctx->device.engine == SECMMU_ENGINE_GUP)
		return snapshot_gup(fault);
	if (fault->write)
		flags |= HMM_PFN_REQ_WRITE;
	return snapshot_hmm(fault, flags, false);
}

/* After snapshot_take() was successful. From now on nothing but invalidations keeps pages. */
void snapshot_drop(struct device_fault *fault)
{
	unsigned long i;

	if (!fault->refs)
		return;
	for (i = 0; i < fault->pages; i++)
		put_page(pfn_to_page(entry_pfn(fault->entry[i])));
}

/**
 * snapshot_look() - look up the pages of a batch as the CPU has them
 * @fault:  between fault_begin() and fault_collided()
 * @settle: first wait for those that are changing the mm's mappings, and make pages be there
 *          that are not
 *
 * munmap() takes a mapping out of the mm, and then lets others in before it invalidates: a
 * look in between finds no page, where a translation of it is still right.
 *
 * Return: as snapshot_take(); what is not there has the entry 0. No references are taken.
 */
int snapshot_look(struct device_fault *fault, bool settle)
{
	return snapshot_hmm(fault, settle ? HMM_PFN_REQ_FAULT : 0, settle);
}
