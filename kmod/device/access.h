/* SPDX-License-Identifier: GPL-2.0-only */
/* The device uses memory. */
#ifndef SECMMU_DEVICE_ACCESS_H
#define SECMMU_DEVICE_ACCESS_H

struct secmmu_access;
struct secmmu_ctx;
struct secmmu_span;

int access_span(struct secmmu_ctx *ctx, struct secmmu_span *span, struct secmmu_access *cmd);

#endif
