// SPDX-License-Identifier: GPL-2.0-only
#include "paravirt.h"

#if defined(__x86_64__)
#include <cpuid.h>
#include <string.h>

/* The leaves, bits and the signature of Documentation/virt/kvm/x86/cpuid.rst. */
enum {
	KVM_LEAVES = 0x40000000,
	KVM_FEATURES = KVM_LEAVES + 1,
	BIT_STEAL_TIME = 1 << 5,
	BIT_PV_TLB_FLUSH = 1 << 9,
	HINT_REALTIME = 1 << 0 /* virtual CPUs always run */
};

static bool is_guest(void)
{
	unsigned int a, b, c, d;

	__cpuid(1, a, b, c, d);
	return c & 1U << 31; /* reserved for hypervisors by both makers */
}

bool paravirt_defers_flushes(void)
{
	const unsigned int needed = BIT_STEAL_TIME | BIT_PV_TLB_FLUSH;
	unsigned int a, d, name[3];

	if (!is_guest())
		return false;
	__cpuid(KVM_LEAVES, a, name[0], name[1], name[2]);
	if (a < KVM_FEATURES || memcmp(name, "KVMKVMKVM\0\0", sizeof(name)))
		return false;
	__cpuid(KVM_FEATURES, a, name[0], name[1], d);
	return (a & needed) == needed && !(d & HINT_REALTIME);
}
#else
bool paravirt_defers_flushes(void)
{
	return false;
}
#endif
