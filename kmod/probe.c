// SPDX-License-Identifier: GPL-2.0-only
/* Per-CPU probes: recording takes no lock, allocates nothing and never sleeps. */
#include <linux/build_bug.h>
#include <linux/cpumask.h>
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
#include "ctx.h"
#include "probe.h"

/* The ABI counts events in the order of the kernel's enum. */
static_assert(SECMMU_COUNT_UNMAP + MMU_NOTIFY_EXCLUSIVE == SECMMU_COUNT_EXCLUSIVE);

/* One CPU's share. Its only writer runs on that CPU with preemption off. */
struct probe_cpu {
	u64 counter[SECMMU_COUNTERS];
	struct loghist hist[SECMMU_HISTS];
};

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

/* The set in use, for the holder of secmmu_ctx.lock: only probe_reset() replaces it. */
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

	/* pairs with rcu_dereference_sched() in probe_share() */
	rcu_assign_pointer(probe->live, probe->spare);
	synchronize_rcu();
	probe_set_clear(old);
	probe->spare = old;
}

/* Callbacks may write while this reads: each figure is whole, but they may not belong together. */
void probe_sum_counters(const struct probe *probe, u64 *sum)
{
	const struct probe_set *set = probe_live(probe);
	unsigned int cpu, i;

	memset(sum, 0, SECMMU_COUNTERS * sizeof(*sum));
	for_each_possible_cpu(cpu)
		for (i = 0; i < SECMMU_COUNTERS; i++)
			sum[i] += READ_ONCE(set->cpu[cpu]->counter[i]);
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

/* This CPU's share; with preemption off, which also keeps the set from being cleared. */
static struct probe_cpu *probe_share(struct probe *probe)
{
	return rcu_dereference_sched(probe->live)->cpu[smp_processor_id()];
}

/**
 * probe_start() - record a call of the start (or the interval) callback
 * @probe: of the context
 * @began: probe_clock() at the callback's beginning
 * @event: why core mm invalidates; one that this module does not know is not counted by type
 * @hits:  how many spans were concerned
 */
void probe_start(struct probe *probe, u64 began, enum mmu_notifier_event event,
		 unsigned long hits)
{
	u64 ended = probe_clock(probe);
	struct probe_cpu *share;

	preempt_disable();
	share = probe_share(probe);
	share->counter[SECMMU_COUNT_START]++;
	share->counter[SECMMU_COUNT_HITS] += hits;
	if ((unsigned int)event <= MMU_NOTIFY_EXCLUSIVE)
		share->counter[SECMMU_COUNT_UNMAP + event]++;
	if (probe->timed)
		loghist_record(&share->hist[SECMMU_HIST_START], ended - began);
	preempt_enable();
}

/**
 * probe_end() - record a call of the end callback
 * @probe: of the context
 * @began: probe_clock() at the callback's beginning
 */
void probe_end(struct probe *probe, u64 began)
{
	u64 ended = probe_clock(probe);
	struct probe_cpu *share;

	preempt_disable();
	share = probe_share(probe);
	share->counter[SECMMU_COUNT_END]++;
	if (probe->timed)
		loghist_record(&share->hist[SECMMU_HIST_END], ended - began);
	preempt_enable();
}
