/* SPDX-License-Identifier: GPL-2.0-only */
/* What KVM counts of a machine and of its virtual CPUs: its binary statistics (Linux 5.14). */
#ifndef BENCH_SUBSCRIBER_KVM_STATS_H
#define BENCH_SUBSCRIBER_KVM_STATS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * A statistic that is a metric of ours, "kvm.NAME".
 *
 * @vcpu:  of a virtual CPU; else of a machine
 * @level: what there is, not what has happened
 */
struct kvm_stat {
	const char *name;
	bool vcpu, level;
	const char *help;
};

/* The @i-th; NULL past the end. */
const struct kvm_stat *kvm_stat_at(size_t i);

enum {
	KVM_STATS = 10
};

/* Values in the order of kvm_stat_at(). @known: this kernel has it, and somebody counted. */
struct kvm_counts {
	uint64_t value[KVM_STATS];
	bool known[KVM_STATS];
};

/*
 * Adds what the statistics' file @fd says to @counts. 0; -ENOEXEC where it is not of the form of
 * Documentation/virt/kvm/api.rst, 4.133; or -errno.
 */
int kvm_stats_add(int fd, struct kvm_counts *counts);

/* Is it known that there is no translation? */
bool kvm_counts_no_pages(const struct kvm_counts *counts);

#endif
