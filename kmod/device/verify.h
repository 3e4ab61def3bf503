/* SPDX-License-Identifier: GPL-2.0-only */
/* Comparing the device's page tables with the CPU's. */
#ifndef SECMMU_DEVICE_VERIFY_H
#define SECMMU_DEVICE_VERIFY_H

struct secmmu_ctx;
struct secmmu_verify;

int verify_all(struct secmmu_ctx *ctx, struct secmmu_verify *cmd);

#endif
