/* SPDX-License-Identifier: GPL-2.0-only */
/* Tracking: whether the variant has a span in its books. */
#ifndef SECMMU_DEVICE_TRACK_H
#define SECMMU_DEVICE_TRACK_H

struct secmmu_ctx;
struct secmmu_span;

int track_insert(struct secmmu_ctx *ctx, struct secmmu_span *span);
void track_remove(struct secmmu_ctx *ctx, struct secmmu_span *span);
int track_again(struct secmmu_ctx *ctx, struct secmmu_span *span);

#endif
