/* SPDX-License-Identifier: GPL-2.0-only */
/* A virtual CPU that touches and copies memory of its machine, as a device would. */
#ifndef BENCH_SUBSCRIBER_KVM_VCPU_H
#define BENCH_SUBSCRIBER_KVM_VCPU_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct kvm_machine;
struct kvm_vcpu;

/*
 * Makes one in the calling thread, which is to be the one that uses it; it sees @len bytes from the
 * machine's physical address @gpa on. @id: no other of this machine has it; @slot: a free memory
 * slot. *@vcpu is to be closed. 0 or -errno; -EOPNOTSUPP: this machine's KVM runs no code of ours.
 */
int kvm_vcpu_open(struct kvm_vcpu **vcpu, const struct kvm_machine *machine, unsigned int id,
		  size_t slot, uint64_t gpa, size_t len);

void kvm_vcpu_close(struct kvm_vcpu *vcpu);

/* The file of its statistics; -1: none. */
int kvm_vcpu_stats(const struct kvm_vcpu *vcpu);

/*
 * Reads @pages pages of 4 KiB from @offset on, or writes them what they hold. 0; -EFAULT where one
 * is not mapped, or may not be written; -EIO when it cannot go on.
 */
int kvm_vcpu_touch(struct kvm_vcpu *vcpu, size_t offset, size_t pages, bool write);

/*
 * Copies @len bytes, at most KVM_VCPU_MOST, from @offset on to @data, or with @write from @data.
 * As kvm_vcpu_touch().
 */
int kvm_vcpu_copy(struct kvm_vcpu *vcpu, size_t offset, void *data, size_t len, bool write);

enum {
	KVM_VCPU_MOST = 2048
};

#endif
