// SPDX-License-Identifier: GPL-2.0-only
#include "kvm_machine.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/kvm.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "util/err.h"

/* The only one that there has been since 2.6.22. */
enum {
	API_VERSION = 12
};

static int open_kvm(void)
{
	int fd = open("/dev/kvm", O_RDWR | O_CLOEXEC), version;

	if (fd < 0)
		return err_skipped("the variant 'kvm' needs /dev/kvm, which cannot be opened: %s",
				   strerror(errno));
	version = ioctl(fd, KVM_GET_API_VERSION, 0);
	if (version == API_VERSION)
		return fd;
	close(fd);
	return err_skipped("/dev/kvm speaks version %d of its interface, not %d", version,
			   API_VERSION);
}

int kvm_machine_open(struct kvm_machine *machine)
{
	int slots;

	*machine = (struct kvm_machine){ .fd = -1, .stats = -1 };
	machine->kvm = open_kvm();
	if (machine->kvm < 0)
		return machine->kvm;
	slots = ioctl(machine->kvm, KVM_CHECK_EXTENSION, KVM_CAP_NR_MEMSLOTS);
	machine->most = slots > 0 ? (size_t)slots : 0;
	machine->fd = ioctl(machine->kvm, KVM_CREATE_VM, 0);
	if (machine->fd < 0) {
		int ret = err_skipped("KVM makes no machine here: %s", strerror(errno));

		kvm_machine_close(machine);
		return ret;
	}
	if (ioctl(machine->fd, KVM_CHECK_EXTENSION, KVM_CAP_BINARY_STATS_FD) > 0)
		machine->stats = ioctl(machine->fd, KVM_GET_STATS_FD, 0);
	return 0;
}

bool kvm_is_here(void)
{
	struct kvm_machine machine;

	if (kvm_machine_open(&machine)) {
		err_clear();
		return false;
	}
	kvm_machine_close(&machine);
	return true;
}

void kvm_machine_close(struct kvm_machine *machine)
{
	if (machine->stats >= 0)
		close(machine->stats);
	if (machine->fd >= 0)
		close(machine->fd);
	if (machine->kvm >= 0)
		close(machine->kvm);
}

int kvm_machine_slot(const struct kvm_machine *machine, size_t slot, uint64_t gpa, char *start,
		     size_t len)
{
	struct kvm_userspace_memory_region region = {
		.slot = (__u32)slot,
		.guest_phys_addr = gpa,
		.memory_size = len,
		.userspace_addr = (uintptr_t)start,
	};

	return ioctl(machine->fd, KVM_SET_USER_MEMORY_REGION, &region) ? -errno : 0;
}
