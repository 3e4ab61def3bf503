// SPDX-License-Identifier: GPL-2.0-only
/*
 * A device fault. The pages are looked up without any lock that an invalidation waits for, so one
 * may come in between; then the fault has collided, and tries again:
 *
 *	fault				invalidation
 *	read_begin()
 *	look up pages
 *					start: device lock, zap, note it, unlock
 *					change page tables
 *	device lock
 *	read_retry(): true
 *	unlock, again from the top
 *					end
 */
#include <linux/errno.h>
#include <linux/jiffies.h>
#include <linux/ktime.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/overflow.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <asm/barrier.h>
#include "core/ctx.h"
#include "fault.h"
#include "snapshot.h"
#include "span.h"
#include "track.h"

/**
 * fault_alloc() - get ready for faults in a span
 * @ctx:   its lock is held for reading, until fault_free()
 * @span:  in which they will be
 * @write: the device wants to write
 * @pages: most of them at once
 *
 * Return: a fault, or NULL: no memory.
 */
struct device_fault *fault_alloc(struct secmmu_ctx *ctx, struct secmmu_span *span, bool write,
				 unsigned long pages)
{
	struct device_fault *fault;

	pages = min(pages, FAULT_BATCH_MOST);
	fault = kvmalloc(struct_size(fault, entry, pages), SECMMU_GFP);
	if (!fault)
		return NULL;
	memset(fault, 0, sizeof(*fault));
	fault->ctx = ctx;
	fault->span = span;
	fault->write = write;
	fault->own.mm = ctx->mm;
	return fault;
}

void fault_free(struct device_fault *fault)
{
	kvfree(fault);
}

unsigned long fault_jiffies_left(const struct device_fault *fault)
{
	u64 now = ktime_get_ns();

	return now < fault->deadline ? nsecs_to_jiffies(fault->deadline - now) + 1 : 0;
}

/* From now on it has its full patience. */
void fault_renew(struct device_fault *fault, const struct fault_limits *limits)
{
	fault->deadline = ktime_get_ns() + fault_patience_ns(limits);
}

/*
 * A fault of the pages of numbers @first to @last begins, with its full patience. What the variant
 * says; if not 0, there is no leaving.
 */
int fault_enter(struct device_fault *fault, unsigned long first, unsigned long last,
		const struct fault_limits *limits)
{
	const struct secmmu_variant *variant = fault->ctx->row->variant;

	fault->first = first << PAGE_SHIFT;
	fault->last = (last << PAGE_SHIFT) + PAGE_SIZE - 1;
	fault->max_tries = limits->max_tries;
	fault_renew(fault, limits);
	fault->retries = 0;
	return variant->fault_enter ? variant->fault_enter(fault) : 0;
}

void fault_leave(struct device_fault *fault)
{
	const struct secmmu_variant *variant = fault->ctx->row->variant;

	if (variant->fault_leave)
		variant->fault_leave(fault);
}

/**
 * fault_begin() - begin a try
 * @fault: entered
 *
 * Return: 0: look up the pages now, then ask fault_collided(); -ETIMEDOUT, -EINTR, or an error
 * of tracking the span anew.
 */
int fault_begin(struct device_fault *fault)
{
	struct probe *probe = &fault->ctx->probe;
	u64 began;
	int ret;

	for (;;) {
		/* Pairs with smp_store_release() in track_enter(): the variant has the span. */
		fault->epoch = smp_load_acquire(&fault->span->epoch);
		if (fault->epoch & 1)
			break;
		if (!fault_jiffies_left(fault))
			return -ETIMEDOUT;
		ret = track_again(fault->ctx, fault->span);
		if (ret)
			return ret;
	}
	fault->watch = &fault->own;
	began = probe_clock(probe);
	ret = fault->ctx->row->variant->read_begin(fault);
	probe_time(probe, SECMMU_HIST_READ_WAIT, began);
	return ret;
}

/* May what was looked up since fault_begin() be wrong? Under the device lock, shared or not. */
bool fault_collided(const struct device_fault *fault)
{
	if (defect_is(&fault->ctx->device.defect, SECMMU_DEFECT_NO_RETRY))
		return !span_is_tracked(fault->span);
	return fault->span->epoch != fault->epoch ||
	       fault->ctx->row->variant->read_retry(fault);
}

/* It has: -EAGAIN if there is to be another try, else why not. */
int fault_again(struct device_fault *fault)
{
	fault->retries++;
	if (fatal_signal_pending(current))
		return -EINTR;
	if (fault->max_tries && fault->retries >= fault->max_tries)
		return -EBUSY;
	if (!fault_jiffies_left(fault))
		return -ETIMEDOUT;
	cond_resched();
	return -EAGAIN;
}

/* Install what the look-up has found, unless the fault has collided: then -EAGAIN. */
static int fault_install(struct device_fault *fault)
{
	struct secmmu_ctx *ctx = fault->ctx;
	unsigned long refaults = 0;
	struct probe_cpu *share;
	bool collided;

	devlock_enter(&ctx->device.lock);
	collided = fault_collided(fault);
	if (!collided)
		refaults = table_install(&fault->span->table, fault->page, fault->pages,
					 fault->entry);
	devlock_leave(&ctx->device.lock);
	if (collided)
		return -EAGAIN;
	share = probe_get(&ctx->probe);
	share->counter[SECMMU_COUNT_FAULT_PAGES] += fault->pages;
	share->counter[SECMMU_COUNT_REFAULTS] += refaults;
	probe_put();
	return 0;
}

static int fault_try(struct device_fault *fault)
{
	int ret;

	ret = fault_begin(fault);
	if (ret)
		return ret;
	ret = snapshot_take(fault);
	if (ret)
		return ret;
	ret = fault_install(fault);
	snapshot_drop(fault);
	return ret;
}

/* Pages @page to @last of the span, or as many of them as make a batch. */
static int fault_batch(struct device_fault *fault, unsigned long page, unsigned long last)
{
	/* Batches end where a huge page does, so that each is in one batch. */
	unsigned long end = min(last + 1, (page | (FAULT_BATCH_MOST - 1)) + 1);
	int ret;

	ret = table_reserve(&fault->span->table, page, end - page, &fault->ctx->device.slots);
	if (ret)
		return ret;
	do {
		fault->page = page;
		fault->pages = end - page;
		ret = fault_try(fault);
		if (ret == -EAGAIN)
			ret = fault_again(fault);
	} while (ret == -EAGAIN);
	return ret;
}

/* A fault has ended, with @ret; it began at @began. */
static void fault_count(struct device_fault *fault, int ret, u64 began)
{
	struct probe *probe = &fault->ctx->probe;
	u64 ended = probe_clock(probe);
	struct probe_cpu *share = probe_get(probe);
	u64 *most = &share->counter[SECMMU_COUNT_RETRIES_MOST];

	share->counter[SECMMU_COUNT_FAULTS] += !ret;
	share->counter[SECMMU_COUNT_GIVEN_UP] += ret == -EBUSY || ret == -ETIMEDOUT;
	share->counter[SECMMU_COUNT_RETRIES] += fault->retries;
	*most = max_t(u64, *most, fault->retries);
	if (probe->timed && !ret) {
		loghist_record(&share->hist[SECMMU_HIST_FAULT], ended - began);
		loghist_record(&share->hist[SECMMU_HIST_RETRIES], fault->retries);
	}
	probe_put();
}

/**
 * fault_pages() - install translations
 * @fault:  from fault_alloc()
 * @first:  number of the first page
 * @last:   number of the last page; both lie in the span
 * @limits: how long to try
 *
 * Return: 0 or an error of struct secmmu_fault; fault->retries is set in any case.
 */
int fault_pages(struct device_fault *fault, unsigned long first, unsigned long last,
		const struct fault_limits *limits)
{
	u64 began = probe_clock(&fault->ctx->probe);
	unsigned long page = first;
	int ret;

	ret = fault_enter(fault, first, last, limits);
	if (ret)
		return ret;
	for (;;) {
		ret = fault_batch(fault, page, last);
		page += fault->pages;
		if (ret || page > last)
			break;
		cond_resched();
		if (fatal_signal_pending(current)) {
			ret = -EINTR;
			break;
		}
	}
	fault_leave(fault);
	fault_count(fault, ret, began);
	return ret;
}
