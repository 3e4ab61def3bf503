/* SPDX-License-Identifier: GPL-2.0-only */
/* Known defects, in test builds only: the oracle has to find each of them. */
#ifndef SECMMU_DEVICE_DEFECT_H
#define SECMMU_DEVICE_DEFECT_H

#include <linux/bits.h>
#include <linux/types.h>
#include <uapi/secmmu.h>

/**
 * struct defect - what is wrong with a device; constant once it is attached
 * @kind:   which; SECMMU_DEFECT_NONE but in test builds
 * @events: for SECMMU_DEFECT_DEAF: bit 1 << event
 */
struct defect {
	enum secmmu_defect kind;
	u32 events;
};

#ifdef SECMMU_TEST_BUILD
#define DEFECTS_ARE_BUILT true

static inline bool defect_is(const struct defect *defect, enum secmmu_defect kind)
{
	return defect->kind == kind;
}
#else
#define DEFECTS_ARE_BUILT false

static inline bool defect_is(const struct defect *defect, enum secmmu_defect kind)
{
	return kind == SECMMU_DEFECT_NONE;
}
#endif

static inline bool defect_is_deaf(const struct defect *defect, unsigned int event)
{
	return defect_is(defect, SECMMU_DEFECT_DEAF) && event < 32 &&
	       (defect->events & BIT(event));
}

#endif
