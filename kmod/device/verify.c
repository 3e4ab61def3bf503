// SPDX-License-Identifier: GPL-2.0-only
/* Is each translation what the CPU's page tables say now? Asked while both change. */
#include <linux/delay.h>
#include <linux/errno.h>
#include <linux/ktime.h>
#include <linux/minmax.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/string.h>
#include <linux/xarray.h>
#include <uapi/secmmu.h>
#include "core/compat.h"
#include "core/ctx.h"
#include "fault.h"
#include "snapshot.h"
#include "span.h"
#include "verify.h"

/* How long a callback may come after the change that it is for. */
#define LATE_MS 500

/* No fewer tries than fit into the usual time, which each batch has for itself. */
static const struct fault_limits patient;

/* What a comparison has found; @first is valid if @stale is not 0. */
struct verdict {
	u64 checked;
	u64 stale;
	unsigned long first;
};

/*
 * The translation @device, of a page for which the CPU has @cpu. A translation may
 * be read-only where the CPU's is not; it may be cut into smaller blocks; it may,
 * where callbacks come late, be of another page of zeros; that is all.
 */
static bool entry_is_stale(unsigned long device, unsigned long cpu, bool late)
{
	if (!(cpu & ENTRY_VALID))
		return true;
	if ((device & ENTRY_WRITE) && !(cpu & ENTRY_WRITE))
		return true;
	if (entry_pfn(device) == entry_pfn(cpu))
		return false;
	return !late || (device & ENTRY_WRITE) ||
	       !compat_zero_was_split(entry_pfn(device), entry_pfn(cpu));
}

static bool is_late(const struct device_fault *fault)
{
	return fault->ctx->row->variant->caps & VARIANT_LATE;
}

/* Compare a batch that was looked up; -EAGAIN if the look-up has collided. */
static int verify_compare(struct device_fault *fault, struct verdict *verdict)
{
	struct secmmu_device *device = &fault->ctx->device;
	struct table *table = &fault->span->table;
	bool late = is_late(fault);
	unsigned long entry, i;
	int ret = 0;

	*verdict = (struct verdict){};
	devlock_enter(&device->lock);
	if (fault_collided(fault))
		ret = -EAGAIN;
	for (i = 0; !ret && i < fault->pages; i++) {
		entry = table_load(table, fault->page + i);
		if (!(entry & ENTRY_VALID))
			continue;
		verdict->checked++;
		if (!entry_is_stale(entry, fault->entry[i], late))
			continue;
		if (!verdict->stale++)
			verdict->first = (fault->page + i) << PAGE_SHIFT;
	}
	devlock_leave(&device->lock);
	return ret;
}

/* A try at a batch. */
static int verify_try(struct device_fault *fault, struct verdict *verdict, bool settle)
{
	int ret;

	ret = fault_begin(fault);
	if (ret)
		return ret;
	ret = snapshot_look(fault, settle);
	/*
	 * Nothing is mapped there: then there may be no translation. There was one
	 * when the fault began, but what took the mapping away may have zapped it
	 * since, so this is compared like any other look-up.
	 */
	if (ret == -EFAULT)
		memset(fault->entry, 0, fault->pages * sizeof(fault->entry[0]));
	else if (ret)
		return ret;
	return verify_compare(fault, verdict);
}

/* A batch, until it has not collided. Nobody measures this: it need not be in a hurry. */
static int verify_batch(struct device_fault *fault, struct verdict *verdict, bool settle)
{
	int ret;

	fault_renew(fault, &patient);
	for (;;) {
		ret = verify_try(fault, verdict, settle);
		if (ret == -EAGAIN)
			ret = fault_again(fault);
		if (ret != -EAGAIN)
			return ret;
		usleep_range(50, 200);
	}
}

/*
 * One page that seemed stale, seen again. NUMA balancing makes the CPU's entry
 * inaccessible for a while and leaves the page: nothing is wrong with a read-only
 * translation of it. A fault brings the entry back, or another page if it is gone.
 * And a mapping may be on its way out, see snapshot_look(): then it is waited for.
 */
static int verify_page(struct device_fault *fault, unsigned long page, struct verdict *verdict)
{
	int ret;

	fault->page = page;
	fault->pages = 1;
	ret = verify_batch(fault, verdict, false);
	if (!ret && verdict->stale)
		ret = verify_batch(fault, verdict, true);
	return ret;
}

/* The pages of a batch one by one, to tell which are stale. */
static int verify_pages(struct device_fault *fault, struct verdict *total)
{
	unsigned long page = fault->page;
	unsigned long end = page + fault->pages;
	struct verdict verdict;
	int ret;

	for (; page < end; page++) {
		ret = verify_page(fault, page, &verdict);
		if (ret)
			return ret;
		total->checked += verdict.checked;
		if (verdict.stale && !total->stale++)
			total->first = verdict.first;
	}
	return 0;
}

/* Translations of @page and after it, a batch of them; at most to page @last. */
static int verify_from(struct device_fault *fault, unsigned long page, unsigned long last,
		       struct verdict *total)
{
	unsigned long pages = min(last - page + 1, FAULT_BATCH_MOST);
	struct verdict verdict;
	int ret;

	fault->page = page;
	fault->pages = pages;
	ret = verify_batch(fault, &verdict, false);
	if (ret)
		return ret;
	if (verdict.stale)
		return verify_pages(fault, total);
	total->checked += verdict.checked;
	return 0;
}

/* All translations of the fault's span, added to @total. */
static int verify_span(struct device_fault *fault, struct verdict *total)
{
	unsigned long page = span_page(fault->span->start);
	unsigned long last = span_page(fault->span->last);
	int ret = 0;

	while (!ret && page <= last && table_next(&fault->span->table, &page, last)) {
		ret = fatal_signal_pending(current) ? -EINTR
						    : verify_from(fault, page, last, total);
		page += FAULT_BATCH_MOST;
		cond_resched();
	}
	return ret;
}

/* The same, with patience for callbacks that come late: only what stays stale is. */
static int verify_span_late(struct device_fault *fault, struct verdict *total)
{
	bool late = is_late(fault);
	ktime_t end = ktime_add_ms(ktime_get(), LATE_MS);
	struct verdict verdict;
	int ret;

	for (;;) {
		verdict = (struct verdict){};
		ret = verify_span(fault, &verdict);
		if (ret || !verdict.stale || !late || ktime_after(ktime_get(), end))
			break;
		usleep_range(1000, 2000);
	}
	total->checked += verdict.checked;
	if (verdict.stale && !total->stale)
		total->first = verdict.first;
	total->stale += verdict.stale;
	return ret;
}

static int verify_one(struct secmmu_ctx *ctx, struct secmmu_span *span, struct verdict *total)
{
	struct device_fault *fault;
	int ret;

	fault = fault_alloc(ctx, span, false, FAULT_BATCH_MOST);
	if (!fault)
		return -ENOMEM;
	ret = fault_enter(fault, span_page(span->start), span_page(span->last), &patient);
	if (!ret) {
		ret = verify_span_late(fault, total);
		fault_leave(fault);
	}
	fault_free(fault);
	return ret;
}

/**
 * verify_all() - SECMMU_VERIFY
 * @ctx: attached, its lock held for reading
 * @cmd: the counts are put there
 *
 * Return: 0 or an error of struct secmmu_verify.
 */
int verify_all(struct secmmu_ctx *ctx, struct secmmu_verify *cmd)
{
	struct verdict total = {};
	struct secmmu_span *span;
	unsigned long id;
	int ret = 0;

	xa_for_each(&ctx->spans, id, span) {
		cond_resched();
		if (!xa_marked(&span->table.pages, TABLE_VALID))
			continue;
		if (fatal_signal_pending(current))
			ret = -EINTR;
		if (!ret)
			ret = verify_one(ctx, span, &total);
		if (ret)
			return ret;
	}
	cmd->checked = total.checked;
	cmd->stale = total.stale;
	cmd->first = total.first;
	return 0;
}
