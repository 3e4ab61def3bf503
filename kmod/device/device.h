/* SPDX-License-Identifier: GPL-2.0-only */
/* The simulated device: how it was asked to be, and what its spans share. */
#ifndef SECMMU_DEVICE_DEVICE_H
#define SECMMU_DEVICE_DEVICE_H

#include <linux/atomic.h>
#include <linux/cache.h>
#include <linux/mutex.h>
#include <linux/types.h>
#include <uapi/secmmu.h>
#include "defect.h"
#include "delay.h"
#include "devlock.h"

struct secmmu_variant;

/**
 * struct secmmu_device - one context's device
 * @lock:        translations, the spans' epochs, and the variant's books
 * @events:      AWARE or BLIND. This and all up to @delay is constant while attached.
 * @engine:      how faults look pages up
 * @flush_ns:    how long a TLB flush takes
 * @flush_sleep: it sleeps where that is allowed
 * @change_pte:  replace translations where core mm says by what
 * @defect:      what is wrong with it
 * @delay:       how long each of its callbacks is delayed
 * @track_lock:  tracking anew, as any fault may: secmmu_variant.insert and .remove.
 *               Below secmmu_ctx.lock, above mmap_lock. No callback takes it.
 * @slots:       table slots of all spans, at most max_pages
 *
 * What each callback writes, what each only reads, and what faults alone write lie in cache lines
 * of their own, or callbacks would wait for each other, and for faults, without a need.
 */
struct secmmu_device {
	struct devlock lock ____cacheline_aligned_in_smp;
	enum secmmu_events events ____cacheline_aligned_in_smp;
	enum secmmu_engine engine;
	u32 flush_ns;
	bool flush_sleep;
	bool change_pte;
	struct defect defect;
	struct delay delay;
	struct mutex track_lock ____cacheline_aligned_in_smp; /* secmmu_span.inserted */
	atomic_long_t slots;
};

int secdev_init(struct secmmu_device *device, const struct secmmu_variant *variant,
		const struct secmmu_attach *attach);
void secdev_destroy(struct secmmu_device *device);
u64 secdev_flush_start(const struct secmmu_device *device);
void secdev_flush_wait(const struct secmmu_device *device, u64 end, bool may_sleep);

#endif
