/* SPDX-License-Identifier: GPL-2.0-only */
/* Can this machine measure secmmu itself, or does a guest have to? */
#ifndef BENCH_MACHINE_CAN_MEASURE_H
#define BENCH_MACHINE_CAN_MEASURE_H

#include <stddef.h>

enum where {
	WHERE_NATIVE,
	WHERE_VM
};

/*
 * @asked: "auto", "native" or "vm". Puts the place into @where and, into @why of @size bytes, one
 * sentence for the user with its reason. 0; err_usage() for any other @asked; err_setup() when
 * "native" was asked for and something is missing. Whether a guest can be started is for vm_run()
 * to find out.
 */
int where_decide(const char *asked, enum where *where, char *why, size_t size);

/*
 * Whether the running kernel can take secmmu: 0, or -ENODEV with the obstacle in @why, a
 * clause like "this kernel (6.18.44) has no loadable modules".
 */
int where_native(char *why, size_t size);

#endif
