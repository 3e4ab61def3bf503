/* SPDX-License-Identifier: GPL-2.0-only */
/* A context: what one open file of /dev/secmmu holds. */
#ifndef SECMMU_CORE_CTX_H
#define SECMMU_CORE_CTX_H

#include <linux/cache.h>
#include <linux/gfp.h>
#include <linux/rwsem.h>
#include <linux/types.h>
#include <linux/xarray.h>
#include "device/device.h"
#include "probes/probe.h"
#include "variants/variant.h"

struct mm_struct;

/*
 * All that a file holds is charged to the process that asked for it. Where that
 * goes over the limit of its cgroup, the command fails; nobody is killed for it.
 */
#define SECMMU_GFP (GFP_KERNEL_ACCOUNT | __GFP_RETRY_MAYFAIL | __GFP_NOWARN)

/**
 * struct secmmu_ctx - one open file
 * @mm:         the address space that opened the file, held by mmgrab(): it may
 *              lose its last user and its page tables, but the struct stays
 * @row:        the variant that is attached, or NULL
 * @state:      the variant's own
 * @probe:      what its callbacks record; valid while attached
 * @lock:       all fields but @mm. Commands that change them hold it for writing;
 *              those of the device's own work (faults, accesses) for reading, from
 *              many threads at once. Order: @lock, then device.track_lock, then
 *              mmap_lock (page faults of user copies; mmu_notifier and interval
 *              registration), then whatever core mm takes around a callback, then
 *              device.lock. A callback never takes @lock.
 * @device:     valid while attached
 * @spans:      id -> struct secmmu_span
 * @span_count: how many
 *
 * Callbacks read what is before @lock, which faults write: it begins a cache line.
 */
struct secmmu_ctx {
	struct mm_struct *mm;
	const struct variant_row *row;
	void *state;
	struct probe probe;
	struct rw_semaphore lock ____cacheline_aligned_in_smp;
	struct secmmu_device device;
	struct xarray spans;
	u32 span_count;
};

struct secmmu_ctx *ctx_create(void);
void ctx_destroy(struct secmmu_ctx *ctx);
int ctx_attach(struct secmmu_ctx *ctx, const struct variant_row *row,
	       const struct secmmu_attach *attach);
void ctx_detach(struct secmmu_ctx *ctx);

#endif
