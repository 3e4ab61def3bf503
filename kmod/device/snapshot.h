/* SPDX-License-Identifier: GPL-2.0-only */
/* Looking pages up in the CPU's page tables. */
#ifndef SECMMU_DEVICE_SNAPSHOT_H
#define SECMMU_DEVICE_SNAPSHOT_H

struct device_fault;

int snapshot_take(struct device_fault *fault);
void snapshot_drop(struct device_fault *fault);
int snapshot_look(struct device_fault *fault, bool settle);

#endif
