// SPDX-License-Identifier: GPL-2.0-only
/* The device reads and writes memory by its own translations, and faults for those it lacks. */
#include <linux/errno.h>
#include <linux/highmem.h>
#include <linux/ktime.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/page-flags.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <uapi/secmmu.h>
#include "access.h"
#include "core/ctx.h"
#include "fault.h"
#include "span.h"

/**
 * struct access - one SECMMU_ACCESS
 * @cmd:    what the caller wants; counts are added to it
 * @fault:  for what is missing
 * @bounce: one page, since user memory cannot be touched under the device lock
 */
struct access {
	struct secmmu_access *cmd;
	struct device_fault *fault;
	u8 *bounce;
};

/*
 * A page that the device has written must be dirty before it can be dropped. A
 * page of a file system is dirty for as long as a writable mapping of it stands: to
 * clean it, core mm write-protects it first, and we hear of that. Anonymous memory
 * and shared memory may be mapped writable and clean (MADV_FREE, a read fault);
 * of those the device's write is all there is to know. The reference keeps the
 * page for set_page_dirty_lock(), which may sleep.
 */
static struct page *page_to_dirty(struct page *page, bool write)
{
	struct folio *folio = page_folio(page);

	if (!write || !(folio_test_anon(folio) || folio_test_swapbacked(folio)))
		return NULL;
	get_page(page);
	return page;
}

/*
 * Move bytes of a page, under the device lock. memfd_secret() takes pages out of the kernel's own
 * mapping, and HMM looks them up all the same: such a page the device can not reach.
 */
static int access_move(struct access *access, struct page *page, unsigned int offset,
		       unsigned int length, bool write)
{
	u8 *bytes = kmap_local_page(page);
	int ret = 0;
	u8 first;

	if (copy_from_kernel_nofault(&first, bytes + offset, sizeof(first)))
		ret = -EFAULT;
	else if (write)
		memcpy(bytes + offset, access->bounce, length);
	else
		memcpy(access->bounce, bytes + offset, length);
	kunmap_local(bytes);
	return ret;
}

/* The bytes of one page at one moment, if there is a translation for it: else -ENXIO. */
static int access_once(struct access *access, unsigned long address, unsigned int length)
{
	bool write = access->cmd->flags & SECMMU_ACCESS_WRITE;
	struct secmmu_ctx *ctx = access->fault->ctx;
	struct page *page, *dirty = NULL;
	unsigned long entry;
	int ret;

	devlock_enter(&ctx->device.lock);
	entry = table_load(&access->fault->span->table, span_page(address));
	if (!entry_permits(entry, write)) {
		devlock_leave(&ctx->device.lock);
		return -ENXIO;
	}
	page = pfn_to_page(entry_pfn(entry));
	ret = access_move(access, page, offset_in_page(address), length, write);
	if (!ret)
		dirty = page_to_dirty(page, write);
	devlock_leave(&ctx->device.lock);
	if (dirty) {
		set_page_dirty_lock(dirty);
		put_page(dirty);
	}
	return ret;
}

/* As access_once(), with faults; between a fault and its use the translation may go again. */
static int access_page(struct access *access, unsigned long address, unsigned int length)
{
	struct fault_limits limits = {
		.max_tries = access->cmd->max_tries,
		.deadline_ns = access->cmd->deadline_ns,
	};
	unsigned long page = span_page(address);
	u64 began = ktime_get_ns();
	int ret;

	for (;;) {
		ret = access_once(access, address, length);
		if (ret != -ENXIO || (access->cmd->flags & SECMMU_ACCESS_NOFAULT))
			return ret;
		access->cmd->faults++;
		ret = fault_pages(access->fault, page, page, &limits);
		access->cmd->retries += access->fault->retries;
		if (ret)
			return ret;
		if (fatal_signal_pending(current))
			return -EINTR;
		if (ktime_get_ns() - began > fault_patience_ns(&limits))
			return -ETIMEDOUT;
		cond_resched();
	}
}

/* Bytes of one page between user memory and the device's. */
static int access_piece(struct access *access, u64 done, unsigned int length)
{
	struct secmmu_access *cmd = access->cmd;
	void __user *udata = u64_to_user_ptr(cmd->data + done);
	int ret;

	if ((cmd->flags & SECMMU_ACCESS_WRITE) && copy_from_user(access->bounce, udata, length))
		return -EFAULT;
	ret = access_page(access, cmd->start + done, length);
	if (ret)
		return ret;
	probe_count(&access->fault->ctx->probe, SECMMU_COUNT_ACCESSES, 1);
	if (!(cmd->flags & SECMMU_ACCESS_WRITE) && copy_to_user(udata, access->bounce, length))
		return -EFAULT;
	return 0;
}

static int access_all(struct access *access)
{
	struct secmmu_access *cmd = access->cmd;
	unsigned int length;
	u64 done = 0;
	int ret = 0;

	while (!ret && done < cmd->length) {
		length = min_t(u64, cmd->length - done,
			       PAGE_SIZE - offset_in_page(cmd->start + done));
		ret = access_piece(access, done, length);
		done += length;
	}
	return ret;
}

/**
 * access_span() - SECMMU_ACCESS
 * @ctx:  attached, its lock held for reading
 * @span: covers what is accessed
 * @cmd:  checked; faults and retries are counted in it
 *
 * Return: 0 or an error of struct secmmu_access.
 */
int access_span(struct secmmu_ctx *ctx, struct secmmu_span *span, struct secmmu_access *cmd)
{
	struct access access = { .cmd = cmd };
	int ret = -ENOMEM;

	cmd->faults = 0;
	cmd->retries = 0;
	access.bounce = kmalloc(PAGE_SIZE, SECMMU_GFP);
	if (!access.bounce)
		return -ENOMEM;
	access.fault = fault_alloc(ctx, span, cmd->flags & SECMMU_ACCESS_WRITE, 1);
	if (access.fault) {
		ret = access_all(&access);
		fault_free(access.fault);
	}
	kfree(access.bounce);
	return ret;
}
