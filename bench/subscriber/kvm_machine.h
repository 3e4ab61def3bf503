/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A virtual machine of KVM in this process, for its memory slots: KVM subscribes to the address
 * space of whoever makes one.
 */
#ifndef BENCH_SUBSCRIBER_KVM_MACHINE_H
#define BENCH_SUBSCRIBER_KVM_MACHINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * @kvm:   /dev/kvm
 * @fd:    the machine
 * @stats: its statistics; -1: this kernel has none
 * @most:  memory slots that it may have
 */
struct kvm_machine {
	int kvm, fd, stats;
	size_t most;
};

/* May this user make a machine here? */
bool kvm_is_here(void);

/*
 * Makes one. 0, or -errno with a sentence: -ENOTSUP (skipped) where there is no KVM that this user
 * may use.
 */
int kvm_machine_open(struct kvm_machine *machine);

/* Gives it up; KVM unsubscribes when its virtual CPUs have gone as well. */
void kvm_machine_close(struct kvm_machine *machine);

/*
 * Makes @len bytes of ours at @start the memory slot @slot of the machine, at its physical address
 * @gpa; @len 0 takes the slot away. 0 or -errno.
 */
int kvm_machine_slot(const struct kvm_machine *machine, size_t slot, uint64_t gpa, char *start,
		     size_t len);

#endif
