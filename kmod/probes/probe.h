/* SPDX-License-Identifier: GPL-2.0-only */
/* What a context's callbacks did and how long they took: counters and histograms per CPU. */
#ifndef SECMMU_PROBES_PROBE_H
#define SECMMU_PROBES_PROBE_H

#include <linux/mmu_notifier.h>
#include <linux/preempt.h>
#include <linux/types.h>
#include <loghist.h>
#include <uapi/secmmu.h>
#include "core/compat.h"

struct probe_set;

/**
 * struct probe - the probes of one context
 * @live:  where callbacks record. They read it with preemption off, which is an
 *         RCU read-side critical section.
 * @spare: an empty set, to become @live at the next reset; under secmmu_ctx.lock for writing
 * @timed: read the clock and fill histograms; constant once callbacks can run
 */
struct probe {
	struct probe_set __rcu *live;
	struct probe_set *spare;
	bool timed;
};

int probe_init(struct probe *probe, bool timed);
void probe_destroy(struct probe *probe);
void probe_reset(struct probe *probe);
void probe_sum_counters(const struct probe *probe, u64 *sum);
void probe_sum_hist(const struct probe *probe, enum secmmu_hist which, struct loghist *sum);

/* The time now in cycles, for the caller to give back when its callback is done; 0 if untimed. */
static inline u64 probe_clock(const struct probe *probe)
{
	return probe->timed ? compat_clock() : 0;
}

/* One CPU's share. Its only writer runs on that CPU with preemption off. */
struct probe_cpu {
	u64 counter[SECMMU_COUNTERS];
	struct loghist hist[SECMMU_HISTS];
};

/* This CPU's share, to record in until probe_put(). In between one may not sleep. */
struct probe_cpu *probe_get(struct probe *probe);

static inline void probe_put(void)
{
	preempt_enable();
}

void probe_count(struct probe *probe, enum secmmu_counter which, unsigned long more);
void probe_time(struct probe *probe, enum secmmu_hist which, u64 began);
void probe_event(struct probe_cpu *share, unsigned int event, unsigned long bytes, bool blockable);
void probe_start(struct probe *probe, u64 began, const struct mmu_notifier_range *range);
void probe_end(struct probe *probe, u64 began, u64 window);

#endif
