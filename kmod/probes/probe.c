// SPDX-License-Identifier: GPL-2.0-only
/* Per-CPU probes: recording takes no lock, allocates nothing and never sleeps. */
#include <linux/build_bug.h>
#include <linux/cpumask.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/overflow.h>
#include <linux/preempt.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/smp.h>
#include <linux/stddef.h>
#include <linux/string.h>
#include <linux/topology.h>
#include "core/ctx.h"
#include "probe.h"

/* The ABI counts events in the order of the kernel's enum. */
static_assert(SECMMU_COUNT_UNMAP + MMU_NOTIFY_EXCLUSIVE == SECMMU_COUNT_EXCLUSIVE);

/* The shares of all CPUs, each on its CPU's node. A percpu allocation may not be this large. */
struct probe_set {
	/* NULL for a CPU that is not possible */
	DECLARE_FLEX_ARRAY(struct probe_cpu *, cpu);
};

static void probe_cpu_clear(struct probe_cpu *share)
{
	unsigned int i;

	memset(share, 0, sizeof(*share));
	for (i = 0; i < SECMMU_HISTS; i++)
		loghist_init(&share->hist[i]);
}

static void probe_set_clear(struct probe_set *set)
{
	unsigned int cpu;

	for_each_possible_cpu(cpu) {
		probe_cpu_clear(set->cpu[cpu]);
		cond_resched();
	}
}

static void probe_set_free(struct probe_set *set)
{
	unsigned int cpu;

	if (!set)
		return;
	for_each_possible_cpu(cpu)
		kvfree(set->cpu[cpu]);
	kfree(set);
}

static struct probe_set *probe_set_alloc(void)
{
	struct probe_set *set;
	unsigned int cpu;

	set = kzalloc(struct_size(set, cpu, nr_cpu_ids), SECMMU_GFP);
	if (!set)
		return NULL;
	for_each_possible_cpu(cpu) {
		set->cpu[cpu] = kvmalloc_node(sizeof(*set->cpu[cpu]), SECMMU_GFP,
					      cpu_to_node(cpu));
		if (!set->cpu[cpu])
			goto err_free;
	}
	probe_set_clear(set);
	return set;

err_free:
	probe_set_free(set);
	return NULL;
}

/* The set in use, for holders of secmmu_ctx.lock: only a holder for writing replaces it. */
static struct probe_set *probe_live(const struct probe *probe)
{
	return rcu_dereference_protected(probe->live, true);
}

/**
 * probe_init() - get probes ready for a context's callbacks
 * @probe: all zero
 * @timed: read the clock and fill histograms
 *
 * Return: 0 or -ENOMEM.
 */
int probe_init(struct probe *probe, bool timed)
{
	struct probe_set *set;

	set = probe_set_alloc();
	if (!set)
		return -ENOMEM;
	probe->spare = probe_set_alloc();
	if (!probe->spare)
		goto err_free;
	RCU_INIT_POINTER(probe->live, set);
	probe->timed = timed;
	return 0;

err_free:
	probe_set_free(set);
	return -ENOMEM;
}

/* No callback may be running any more. */
void probe_destroy(struct probe *probe)
{
	probe_set_free(probe_live(probe));
	probe_set_free(probe->spare);
	memset(probe, 0, sizeof(*probe));
}

/**
 * probe_reset() - empty the probes
 * @probe: the caller holds secmmu_ctx.lock
 *
 * A callback that records meanwhile does so as a whole into one of the sets: the
 * old one, then it is forgotten, or the new one, then it is kept.
 */
void probe_reset(struct probe *probe)
{
	struct probe_set *old = probe_live(probe);

	/* pairs with rcu_dereference_sched() in probe_get() */
	rcu_assign_pointer(probe->live, probe->spare);
	synchronize_rcu();
	probe_set_clear(old);
	probe->spare = old;
}

/* Add one CPU's counters to @sum. All are sums but the one that is a maximum. */
static void probe_add_counters(const struct probe_cpu *share, u64 *sum)
{
	u64 most = READ_ONCE(share->counter[SECMMU_COUNT_RETRIES_MOST]);
	u64 before = sum[SECMMU_COUNT_RETRIES_MOST];
	unsigned int i;

	for (i = 0; i < SECMMU_COUNTERS; i++)
		sum[i] += READ_ONCE(share->counter[i]);
	sum[SECMMU_COUNT_RETRIES_MOST] = max(before, most);
}

/* Callbacks may write while this reads: each figure is whole, but they may not belong together. */
void probe_sum_counters(const struct probe *probe, u64 *sum)
{
	const struct probe_set *set = probe_live(probe);
	unsigned int cpu;

	memset(sum, 0, SECMMU_COUNTERS * sizeof(*sum));
	for_each_possible_cpu(cpu)
		probe_add_counters(set->cpu[cpu], sum);
}

/* As probe_sum_counters(). */
void probe_sum_hist(const struct probe *probe, enum secmmu_hist which, struct loghist *sum)
{
	const struct probe_set *set = probe_live(probe);
	unsigned int cpu;

	memset(sum, 0, sizeof(*sum));
	loghist_init(sum);
	for_each_possible_cpu(cpu)
		loghist_add(sum, &set->cpu[cpu]->hist[which]);
}

/* Preemption off keeps the share this CPU's, and the set from being cleared. */
struct probe_cpu *probe_get(struct probe *probe)
{
	preempt_disable();
	return rcu_dereference_sched(probe->live)->cpu[smp_processor_id()];
}

/* Count @more of something. */
void probe_count(struct probe *probe, enum secmmu_counter which, unsigned long more)
{
	probe_get(probe)->counter[which] += more;
	probe_put();
}

/* Record the time since @began, which probe_clock() said. */
void probe_time(struct probe *probe, enum secmmu_hist which, u64 began)
{
	u64 ended = probe_clock(probe);

	if (!probe->timed)
		return;
	loghist_record(&probe_get(probe)->hist[which], ended - began);
	probe_put();
}

/**
 * probe_event() - count an event by its type
 * @share:     from probe_get()
 * @event:     why core mm invalidates; one that this module does not know is not counted
 * @bytes:     length of its range
 * @blockable: the callback may sleep
 */
void probe_event(struct probe_cpu *share, unsigned int event, unsigned long bytes, bool blockable)
{
	if (event > MMU_NOTIFY_EXCLUSIVE)
		return;
	share->counter[SECMMU_COUNT_UNMAP + event]++;
	share->counter[SECMMU_COUNT_BYTES_UNMAP + event] += bytes;
	share->counter[SECMMU_COUNT_NONBLOCKABLE] += !blockable;
}

/**
 * probe_start() - record a call of a start callback that does nothing else
 * @probe: of the context
 * @began: probe_clock() at the callback's beginning
 * @range: what core mm said
 */
void probe_start(struct probe *probe, u64 began, const struct mmu_notifier_range *range)
{
	u64 ended = probe_clock(probe);
	struct probe_cpu *share = probe_get(probe);

	share->counter[SECMMU_COUNT_START]++;
	probe_event(share, range->event, range->end - range->start,
		    mmu_notifier_range_blockable(range));
	if (probe->timed)
		loghist_record(&share->hist[SECMMU_HIST_START], ended - began);
	probe_put();
}

/**
 * probe_end() - record a call of the end callback
 * @probe:  of the context
 * @began:  probe_clock() at the callback's beginning
 * @window: the same for the start callback of this invalidation; 0: not known
 */
void probe_end(struct probe *probe, u64 began, u64 window)
{
	u64 ended = probe_clock(probe);
	struct probe_cpu *share = probe_get(probe);

	share->counter[SECMMU_COUNT_END]++;
	if (probe->timed)
		loghist_record(&share->hist[SECMMU_HIST_END], ended - began);
	if (window)
		loghist_record(&share->hist[SECMMU_HIST_WINDOW], ended - window);
	probe_put();
}
