// SPDX-License-Identifier: GPL-2.0-only
/* What SECMMU_ATTACH may ask of a device, and what the device's TLB flush costs. */
#include <linux/bits.h>
#include <linux/delay.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/ktime.h>
#include <linux/math64.h>
#include <linux/mmu_notifier.h>
#include <linux/processor.h>
#include <linux/time64.h>
#include "core/compat.h"
#include "device.h"
#include "variants/variant.h"

#define EVENTS_ALL (BIT(MMU_NOTIFY_EXCLUSIVE + 1) - 1)

static bool values_are_known(const struct secmmu_attach *attach)
{
	bool deaf = attach->defect == SECMMU_DEFECT_DEAF;

	return attach->lock < SECMMU_LOCKS && attach->events < SECMMU_EVENTS_MODES &&
	       attach->engine < SECMMU_ENGINES && attach->flush_ns <= SECMMU_FLUSH_MOST_NS &&
	       attach->defect < SECMMU_DEFECTS &&
	       !(attach->defect_events & ~(deaf ? EVENTS_ALL : 0));
}

/* What the variant's callbacks can do at all. */
static bool variant_can(const struct secmmu_variant *variant, const struct secmmu_attach *attach)
{
	bool sleeps = attach->lock != SECMMU_LOCK_SPIN ||
		      (attach->flags & SECMMU_ATTACH_FLUSH_SLEEP);

	if (sleeps && (variant->caps & VARIANT_SPINS))
		return false;
	if ((attach->flags & SECMMU_ATTACH_CHANGE_PTE) && !(variant->caps & VARIANT_COUNTS_SPANS))
		return false;
	if (attach->defect == SECMMU_DEFECT_REFUSE && !(variant->caps & VARIANT_MIXES))
		return false;
	/* Without a retry nothing keeps the page from being freed but the look-up's reference. */
	return attach->defect != SECMMU_DEFECT_NO_RETRY || attach->engine == SECMMU_ENGINE_GUP;
}

/**
 * secdev_init() - get a device ready
 * @device:  all zero
 * @variant: that will subscribe for it
 * @attach:  its flags have been checked
 *
 * Return: 0, or an error of struct secmmu_attach: -EINVAL, -EOPNOTSUPP.
 */
int secdev_init(struct secmmu_device *device, const struct secmmu_variant *variant,
		const struct secmmu_attach *attach)
{
	int ret;

	if (!values_are_known(attach) || !variant_can(variant, attach))
		return -EINVAL;
	if (!variant->attach)
		return -EOPNOTSUPP;
	if ((attach->flags & SECMMU_ATTACH_CHANGE_PTE) && !COMPAT_HAS_CHANGE_PTE)
		return -EOPNOTSUPP;
	if (attach->defect && !DEFECTS_ARE_BUILT)
		return -EOPNOTSUPP;
	ret = delay_init(&device->delay, attach);
	if (ret)
		return ret;
	devlock_init(&device->lock, attach->lock);
	mutex_init(&device->track_lock);
	device->events = attach->events;
	device->engine = attach->engine;
	device->flush_ns = attach->flush_ns;
	device->flush_sleep = attach->flags & SECMMU_ATTACH_FLUSH_SLEEP;
	device->change_pte = attach->flags & SECMMU_ATTACH_CHANGE_PTE;
	device->defect.kind = attach->defect;
	device->defect.events = attach->defect_events;
	return 0;
}

/* All spans have been removed. */
void secdev_destroy(struct secmmu_device *device)
{
	mutex_destroy(&device->track_lock);
	devlock_destroy(&device->lock);
	memset(device, 0, sizeof(*device));
}

/* The device begins to flush its TLB. Returns when it will be done, by ktime_get_ns(). */
u64 secdev_flush_start(const struct secmmu_device *device)
{
	return device->flush_ns ? ktime_get_ns() + device->flush_ns : 0;
}

/*
 * Wait until the flush is done. Without the device lock: no access uses a
 * translation that has been zapped, so nothing else needs to wait with us.
 */
void secdev_flush_wait(const struct secmmu_device *device, u64 end, bool may_sleep)
{
	u64 now, us;

	if (!device->flush_ns)
		return;
	for (;;) {
		now = ktime_get_ns();
		if (now >= end)
			return;
		us = DIV_ROUND_UP_ULL(end - now, NSEC_PER_USEC);
		if (device->flush_sleep && may_sleep)
			usleep_range(us, us + 1);
		else
			cpu_relax();
	}
}
