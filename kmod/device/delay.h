/* SPDX-License-Identifier: GPL-2.0-only */
/* A delay in each callback, on purpose: what is injected has to come back from the measurement. */
#ifndef SECMMU_DEVICE_DELAY_H
#define SECMMU_DEVICE_DELAY_H

#include <linux/compiler.h>
#include <linux/types.h>
#include <uapi/secmmu.h>
#include "core/compat.h"

/**
 * struct delay - constant while attached
 * @turns:  of compat_spin()
 * @cycles: of compat_clock()
 */
struct delay {
	u32 turns;
	u64 cycles;
};

int delay_init(struct delay *delay, const struct secmmu_attach *attach);
void delay_wait(u64 cycles);

/*
 * In each callback that begins an invalidation, within what the probes time. The turns have no
 * branch around them: all that they cost but themselves is there without any, too.
 */
static inline void delay_take(const struct delay *delay)
{
	compat_spin(delay->turns);
	if (unlikely(delay->cycles))
		delay_wait(delay->cycles);
}

#endif
