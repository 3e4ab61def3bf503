/* SPDX-License-Identifier: GPL-2.0-only WITH Linux-syscall-note */
/* ABI of /dev/secmmu, a simulated secondary MMU. */
#ifndef UAPI_SECMMU_H
#define UAPI_SECMMU_H

#include <linux/ioctl.h>
#include <linux/types.h>

#define SECMMU_DEVICE   "/dev/secmmu"
#define SECMMU_NAME_LEN 16

/**
 * DOC: Rules that hold for each command
 *
 * The argument points to a struct that begins with @size, the size of the
 * caller's struct in bytes, and @flags. A larger struct from a newer caller is
 * taken as long as the bytes that this module does not know are zero.
 *
 * An open file belongs to the address space that opened it. Everything that the
 * file holds goes when it is closed, however that comes about.
 *
 * Errors of each command, besides its own: ENOTTY unknown command; EFAULT bad
 * pointer; EINVAL @size below the command's first version, an unknown flag, or a
 * reserved field that is not zero; E2BIG unknown bytes that are not zero, or @size
 * above 4096; EPERM the caller's address space is not the one that opened the
 * file; EINTR a signal whose handler does not restart system calls came first, or
 * the caller was killed. A command that fails has changed nothing, but may have
 * written to what is "out" in its argument.
 */
enum {
	SECMMU_CMD_INFO = 0x80,
	SECMMU_CMD_ATTACH,
	SECMMU_CMD_INSERT,
	SECMMU_CMD_REMOVE,
	SECMMU_CMD_STATS,
	SECMMU_CMD_RESET,
};

#define SECMMU_TYPE   'S'
#define SECMMU_INFO   _IO(SECMMU_TYPE, SECMMU_CMD_INFO)
#define SECMMU_ATTACH _IO(SECMMU_TYPE, SECMMU_CMD_ATTACH)
#define SECMMU_INSERT _IO(SECMMU_TYPE, SECMMU_CMD_INSERT)
#define SECMMU_REMOVE _IO(SECMMU_TYPE, SECMMU_CMD_REMOVE)
#define SECMMU_STATS  _IO(SECMMU_TYPE, SECMMU_CMD_STATS)
#define SECMMU_RESET  _IO(SECMMU_TYPE, SECMMU_CMD_RESET)

/**
 * struct secmmu_info - what this module is (SECMMU_INFO)
 * @size:       sizeof(struct secmmu_info)
 * @flags:      in: 0
 * @variant:    out: the variant that the module was loaded with
 * @clock_khz:  out: frequency of the clock that stamps the probes, in kHz; 0 if the kernel does
 *              not know it
 * @max_ranges: out: most ranges that one file may hold
 */
struct secmmu_info {
	__u32 size;
	__u32 flags;
	char variant[SECMMU_NAME_LEN];
	__u32 clock_khz;
	__u32 max_ranges;
};

/* Count calls and ranges, but read no clock: what the probes cost is the difference. */
#define SECMMU_ATTACH_UNTIMED (1u << 0)

/**
 * struct secmmu_attach - subscribe to the caller's address space (SECMMU_ATTACH)
 * @size:    sizeof(struct secmmu_attach)
 * @flags:   SECMMU_ATTACH_*
 * @variant: in: name of the variant, padded with zero bytes; empty: the one that the module was
 *           loaded with; out: the name of the variant that is attached
 *
 * Errors: EBUSY attached already; ENOENT unknown variant; EOPNOTSUPP this kernel cannot do it;
 * ENOMEM; EINVAL @variant is not terminated, or not padded.
 */
struct secmmu_attach {
	__u32 size;
	__u32 flags;
	char variant[SECMMU_NAME_LEN];
};

/**
 * struct secmmu_range - a span of addresses that the device mirrors
 * @start:    first byte, a multiple of the page size
 * @length:   in bytes, a multiple of the page size, not 0; @start + @length does not overflow
 *            and lies within the user's part of the address space
 * @id:       out: names the range in SECMMU_REMOVE
 * @reserved: 0
 *
 * Ranges may overlap. They need not be mapped.
 */
struct secmmu_range {
	__aligned_u64 start;
	__aligned_u64 length;
	__u32 id;
	__u32 reserved;
};

/**
 * struct secmmu_insert - track ranges (SECMMU_INSERT)
 * @size:     sizeof(struct secmmu_insert)
 * @flags:    0
 * @ranges:   in, out: address of @count struct secmmu_range; their @id is written
 * @count:    how many, not 0
 * @reserved: 0
 *
 * All of them or none. Errors: ENOTCONN not attached; EINVAL @count is 0, or a range is empty,
 * unaligned or overflows; ENOSPC more than the module's limit; ENOMEM, also where a limit of the
 * caller's memory cgroup is met.
 */
struct secmmu_insert {
	__u32 size;
	__u32 flags;
	__aligned_u64 ranges;
	__u32 count;
	__u32 reserved;
};

/**
 * struct secmmu_remove - stop tracking ranges (SECMMU_REMOVE)
 * @size:     sizeof(struct secmmu_remove)
 * @flags:    0
 * @ids:      in: address of @count __u32
 * @count:    how many, not 0
 * @reserved: 0
 *
 * All of them or none. No callback sees them once the call has returned. Errors: ENOTCONN not
 * attached; EINVAL @count is 0, or an id stands twice; ENOENT no such range.
 */
struct secmmu_remove {
	__u32 size;
	__u32 flags;
	__aligned_u64 ids;
	__u32 count;
	__u32 reserved;
};

/*
 * Counters. Events are counted by type with each call that COUNT_START counts, in the order of the
 * kernel's enum: a variant that core mm calls once for each range counts an event that often.
 */
enum secmmu_counter {
	SECMMU_COUNT_START, /* calls of the start (or the interval) callback */
	SECMMU_COUNT_END,   /* calls of the end callback */
	SECMMU_COUNT_HITS,  /* ranges that overlapped an invalidation */
	SECMMU_COUNT_UNMAP,
	SECMMU_COUNT_CLEAR,
	SECMMU_COUNT_PROTECTION_VMA,
	SECMMU_COUNT_PROTECTION_PAGE,
	SECMMU_COUNT_SOFT_DIRTY,
	SECMMU_COUNT_RELEASE,
	SECMMU_COUNT_MIGRATE,
	SECMMU_COUNT_EXCLUSIVE,
	SECMMU_COUNTERS
};

/* Histograms, in cycles of the clock of SECMMU_INFO. */
enum secmmu_hist {
	SECMMU_HIST_START, /* time in the start (or the interval) callback */
	SECMMU_HIST_END,   /* time in the end callback */
	SECMMU_HISTS
};

/**
 * struct secmmu_stats - read the probes (SECMMU_STATS)
 * @size:          sizeof(struct secmmu_stats)
 * @flags:         0
 * @counters:      address of an array of __u64, indexed by enum secmmu_counter; may be 0 if
 *                 @counter_count is
 * @hists:         address of an array of struct loghist (loghist.h), indexed by enum secmmu_hist;
 *                 may be 0 if @hist_count is
 * @counter_count: in: length of @counters; out: how many were written
 * @hist_count:    in: length of @hists; out: how many were written
 *
 * Sums over all CPUs since attach or the last reset. A callback that runs meanwhile may be counted
 * in part. Errors: ENOTCONN not attached; ENOMEM.
 */
struct secmmu_stats {
	__u32 size;
	__u32 flags;
	__aligned_u64 counters;
	__aligned_u64 hists;
	__u32 counter_count;
	__u32 hist_count;
};

/**
 * struct secmmu_reset - empty the probes (SECMMU_RESET)
 * @size:  sizeof(struct secmmu_reset)
 * @flags: 0
 *
 * Each callback is counted wholly before or wholly after. Errors: ENOTCONN not attached.
 */
struct secmmu_reset {
	__u32 size;
	__u32 flags;
};

#endif
