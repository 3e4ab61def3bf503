// SPDX-License-Identifier: GPL-2.0-only
/* How long a callback is delayed: in instructions, or by the clock that stamps the probes. */
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/math64.h>
#include <linux/minmax.h>
#include <linux/preempt.h>
#include <linux/time64.h>
#include "delay.h"

#define CALLS  16
#define ROUNDS 32

/* Not cpu_relax(): a turn of it may take longer than the shortest delay. */
noinline void delay_wait(u64 cycles)
{
	u64 began = compat_clock();

	while (compat_clock() - began < cycles)
		;
}

/* What delay_wait() takes by itself: the least, where nothing came between. */
static u64 wait_cost(void)
{
	u64 least = U64_MAX, began;
	unsigned int round, i;

	preempt_disable();
	for (round = 0; round < ROUNDS; round++) {
		began = compat_clock();
		for (i = 0; i < CALLS; i++)
			delay_wait(1);
		least = min(least, compat_clock() - began);
	}
	preempt_enable();
	return least / CALLS;
}

static u64 without_cost(u64 cycles)
{
	u64 cost = wait_cost();

	return cycles > cost ? cycles - cost : 1;
}

/**
 * delay_init() - what ATTACH asks for
 * @delay:  to be set
 * @attach: its flags have been checked
 *
 * Return: 0; -EINVAL: longer than may be, or no whole number of turns; -EOPNOTSUPP: this machine
 * cannot count its instructions, or the rate of its clock is not known.
 */
int delay_init(struct delay *delay, const struct secmmu_attach *attach)
{
	if (attach->delay_ns > SECMMU_DELAY_MOST_NS ||
	    attach->delay_insns > SECMMU_DELAY_MOST_INSNS ||
	    attach->delay_insns % COMPAT_SPIN_INSNS)
		return -EINVAL;
	if ((attach->delay_insns && !COMPAT_HAS_SPIN) || (attach->delay_ns && !compat_clock_khz()))
		return -EOPNOTSUPP;
	delay->turns = attach->delay_insns / COMPAT_SPIN_INSNS;
	if (attach->delay_ns)
		delay->cycles = without_cost(DIV_ROUND_CLOSEST_ULL((u64)attach->delay_ns *
								    compat_clock_khz(),
								    NSEC_PER_MSEC));
	return 0;
}
