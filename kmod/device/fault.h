/* SPDX-License-Identifier: GPL-2.0-only */
/* A device fault: collision-retry, from the look-up of pages to the translations. */
#ifndef SECMMU_DEVICE_FAULT_H
#define SECMMU_DEVICE_FAULT_H

#include <linux/ktime.h>
#include <linux/minmax.h>
#include <linux/mmu_notifier.h>
#include <linux/time64.h>
#include <linux/types.h>

struct secmmu_ctx;
struct secmmu_span;

/* As many pages are looked up and installed at once: one huge page. */
#define FAULT_BATCH_MOST 512ul

/**
 * struct device_fault - a fault, in one thread
 * @ctx:       its lock is held for reading
 * @span:      in which it is
 * @first:     first byte
 * @last:      last byte
 * @write:     the device wants to write
 * @max_tries: collisions that it takes; 0: any number
 * @deadline:  when to give up, by ktime_get_ns()
 * @retries:   tries that collided
 * @epoch:     of the span, when this try began
 * @seq:       the variant's: what read_begin saw
 * @watch:     what HMM watches, with @seq, to give up early: the variant's interval
 *             notifier, or @own
 * @held:      the variant's: what keeps @watch there
 * @own:       the variant's for this fault; nobody else changes it where it has no use for it
 * @refs:      the look-up took references: they are dropped once this try is over
 * @page:      number of the first page of this batch
 * @pages:     how many
 * @entry:     in and out of the look-up: for each page, a translation for the table
 */
struct device_fault {
	struct secmmu_ctx *ctx;
	struct secmmu_span *span;
	unsigned long first;
	unsigned long last;
	bool write;
	u32 max_tries;
	u64 deadline;
	u32 retries;
	unsigned long epoch;
	unsigned long seq;
	struct mmu_interval_notifier *watch;
	void *held;
	struct mmu_interval_notifier own;
	bool refs;
	unsigned long page;
	unsigned long pages;
	unsigned long entry[];
};

/* What a caller may say about a fault's patience; see struct secmmu_fault. */
struct fault_limits {
	u32 max_tries;
	u64 deadline_ns;
};

/* How long it tries, in ns. */
static inline u64 fault_patience_ns(const struct fault_limits *limits)
{
	return min_t(u64, limits->deadline_ns ?: NSEC_PER_SEC, KTIME_MAX / 2);
}

struct device_fault *fault_alloc(struct secmmu_ctx *ctx, struct secmmu_span *span, bool write,
				 unsigned long pages);
void fault_free(struct device_fault *fault);
int fault_pages(struct device_fault *fault, unsigned long first, unsigned long last,
		const struct fault_limits *limits);

/* The same steps, for a reader that installs nothing. */
int fault_enter(struct device_fault *fault, unsigned long first, unsigned long last,
		const struct fault_limits *limits);
void fault_renew(struct device_fault *fault, const struct fault_limits *limits);
void fault_leave(struct device_fault *fault);
int fault_begin(struct device_fault *fault);
bool fault_collided(const struct device_fault *fault);
int fault_again(struct device_fault *fault);

/* For variants: jiffies left until the deadline, at least 1; 0: it has passed. */
unsigned long fault_jiffies_left(const struct device_fault *fault);

#endif
