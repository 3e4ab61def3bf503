/* SPDX-License-Identifier: GPL-2.0-only */
/* What a hypervisor offers to a kernel that runs on it, as the CPU tells it. */
#ifndef BENCH_SHOOTDOWNS_PARAVIRT_H
#define BENCH_SHOOTDOWNS_PARAVIRT_H

#include <stdbool.h>

/*
 * Does KVM flush for virtual CPUs that do not run, so that the kernel asks fewer CPUs? Whether the kernel
 * makes use of it is not told here: Linux does since 4.16 with CONFIG_PARAVIRT.
 */
bool paravirt_defers_flushes(void);

#endif
