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
 * file (INFO, STATS and RESET reach no memory but the caller's: any holder of the
 * file may use them); EINTR a signal whose handler does not restart system calls came first, or
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
	SECMMU_CMD_FAULT,
	SECMMU_CMD_ACCESS,
	SECMMU_CMD_VERIFY,
};

#define SECMMU_TYPE   'S'
#define SECMMU_INFO   _IO(SECMMU_TYPE, SECMMU_CMD_INFO)
#define SECMMU_ATTACH _IO(SECMMU_TYPE, SECMMU_CMD_ATTACH)
#define SECMMU_INSERT _IO(SECMMU_TYPE, SECMMU_CMD_INSERT)
#define SECMMU_REMOVE _IO(SECMMU_TYPE, SECMMU_CMD_REMOVE)
#define SECMMU_STATS  _IO(SECMMU_TYPE, SECMMU_CMD_STATS)
#define SECMMU_RESET  _IO(SECMMU_TYPE, SECMMU_CMD_RESET)
#define SECMMU_FAULT  _IO(SECMMU_TYPE, SECMMU_CMD_FAULT)
#define SECMMU_ACCESS _IO(SECMMU_TYPE, SECMMU_CMD_ACCESS)
#define SECMMU_VERIFY _IO(SECMMU_TYPE, SECMMU_CMD_VERIFY)

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
#define SECMMU_ATTACH_UNTIMED     (1u << 0)
/* The device's TLB flush sleeps instead of spinning, where the callback may sleep. */
#define SECMMU_ATTACH_FLUSH_SLEEP (1u << 1)
/* Where the kernel calls change_pte, replace the one translation instead of dropping it. */
#define SECMMU_ATTACH_CHANGE_PTE  (1u << 2)

/* The device lock: it guards the translations and the variant's books, in callbacks and faults. */
enum secmmu_lock {
	SECMMU_LOCK_SPIN,
	SECMMU_LOCK_RWSEM, /* faults share it, invalidations do not */
	SECMMU_LOCK_MUTEX,
	SECMMU_LOCKS
};

/*
 * What a callback makes of an event's type. AWARE: unmap drops the range's tracking, clear only the
 * translations, protection makes them read-only in place. BLIND: each is taken as an unmap, and the
 * next fault has to track the range anew.
 */
enum secmmu_events {
	SECMMU_EVENTS_AWARE,
	SECMMU_EVENTS_BLIND,
	SECMMU_EVENTS_MODES
};

/* How a fault looks pages up. */
enum secmmu_engine {
	SECMMU_ENGINE_HMM, /* hmm_range_fault() */
	SECMMU_ENGINE_GUP, /* get_user_pages_fast(); references go once the translation stands */
	SECMMU_ENGINES
};

/* Known defects, in test builds only: that the oracle finds each shows that it can see. */
enum secmmu_defect {
	SECMMU_DEFECT_NONE,
	SECMMU_DEFECT_NO_RETRY, /* a fault does not look whether it collided */
	SECMMU_DEFECT_ONE_PAGE, /* an event inside a huge translation zaps one page of it */
	SECMMU_DEFECT_DEAF,     /* the events of the mask @defect_events are ignored */
	SECMMU_DEFECT_REFUSE,   /* `mixed` refuses each non-blockable event: see core mm's epoch */
	SECMMU_DEFECTS
};

/**
 * struct secmmu_attach - subscribe to the caller's address space (SECMMU_ATTACH)
 * @size:          sizeof(struct secmmu_attach)
 * @flags:         SECMMU_ATTACH_*
 * @variant:       in: name of the variant, padded with zero bytes; empty: the one that the module
 *                 was loaded with; out: the name of the variant that is attached
 * @lock:          enum secmmu_lock
 * @events:        enum secmmu_events
 * @engine:        enum secmmu_engine
 * @flush_ns:      how long the device's own TLB flush takes, once for each callback that hit a
 *                 translation; at most SECMMU_FLUSH_MOST_NS
 * @defect:        enum secmmu_defect; not 0 only in test builds
 * @defect_events: bit 1 << event (in the kernel's order), for SECMMU_DEFECT_DEAF; else 0
 * @delay_ns:      each callback that begins an invalidation takes so much longer by the probes'
 *                 clock, within what they time, though not less than it takes to read it twice;
 *                 at most SECMMU_DELAY_MOST_NS
 * @delay_insns:   each executes so many instructions more; at most SECMMU_DELAY_MOST_INSNS, even
 *
 * The delays are for those who want to see that what is injected comes back.
 *
 * The first version ended with @variant.
 * Errors: EBUSY attached already; ENOENT unknown variant; EOPNOTSUPP this kernel or this build
 * cannot do it, as on a machine whose clock's rate or instructions are not known (delays); ENOMEM;
 * EINVAL @variant is not terminated, an unknown value, or a combination that
 * the variant cannot do: a sleeping lock or flush where callbacks may not sleep, or
 * SECMMU_ATTACH_CHANGE_PTE without an mmu_notifier that counts per range,
 * SECMMU_DEFECT_NO_RETRY without SECMMU_ENGINE_GUP.
 */
struct secmmu_attach {
	__u32 size;
	__u32 flags;
	char variant[SECMMU_NAME_LEN];
	__u32 lock;
	__u32 events;
	__u32 engine;
	__u32 flush_ns;
	__u32 defect;
	__u32 defect_events;
	__u32 delay_ns;
	__u32 delay_insns;
};

#define SECMMU_FLUSH_MOST_NS    1000000u
#define SECMMU_DELAY_MOST_NS    1000000u
#define SECMMU_DELAY_MOST_INSNS 1000000u

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
	SECMMU_COUNT_BYTES_UNMAP, /* length of the events' ranges, by type */
	SECMMU_COUNT_BYTES_CLEAR,
	SECMMU_COUNT_BYTES_PROTECTION_VMA,
	SECMMU_COUNT_BYTES_PROTECTION_PAGE,
	SECMMU_COUNT_BYTES_SOFT_DIRTY,
	SECMMU_COUNT_BYTES_RELEASE,
	SECMMU_COUNT_BYTES_MIGRATE,
	SECMMU_COUNT_BYTES_EXCLUSIVE,
	SECMMU_COUNT_NONBLOCKABLE, /* start callbacks that might not sleep */
	SECMMU_COUNT_REFUSED,      /* of these, refused because the device lock was taken */
	SECMMU_COUNT_SKIPPED,      /* MIGRATE and EXCLUSIVE of the device's own */
	SECMMU_COUNT_ZAPPED,       /* translations dropped */
	SECMMU_COUNT_DOWNGRADED,   /* translations made read-only in place */
	SECMMU_COUNT_REPLACED,     /* translations replaced by change_pte */
	SECMMU_COUNT_FLUSHES,      /* TLB flushes of the device */
	SECMMU_COUNT_UNTRACKED,    /* ranges whose tracking an event dropped */
	SECMMU_COUNT_RETRACKED,    /* ranges that a fault tracked anew */
	SECMMU_COUNT_FAULTS,       /* faults that ended with translations */
	SECMMU_COUNT_FAULT_PAGES,  /* translations that they installed */
	SECMMU_COUNT_REFAULTS,     /* of these, those that there had been before */
	SECMMU_COUNT_RETRIES,      /* tries that collided with an invalidation */
	SECMMU_COUNT_RETRIES_MOST, /* most retries of one fault: a maximum, not a sum */
	SECMMU_COUNT_GIVEN_UP,     /* faults that used up their tries or their time */
	SECMMU_COUNT_ACCESSES,     /* pages that the device read or wrote */
	SECMMU_COUNT_DEFERRED,     /* inserts that core mm put off until the epoch's end */
	SECMMU_COUNTERS
};

/* Histograms, in cycles of the clock of SECMMU_INFO, but for RETRIES. */
enum secmmu_hist {
	SECMMU_HIST_START,     /* time in the start (or the interval) callback */
	SECMMU_HIST_END,       /* time in the end callback */
	SECMMU_HIST_LOCK_WAIT, /* time that a callback waited for the device lock */
	SECMMU_HIST_WINDOW,  /* from start to end of an invalidation, where the variant sees both */
	SECMMU_HIST_FAULT,   /* time of a fault, with its retries */
	SECMMU_HIST_RETRIES, /* retries of a fault, a count */
	SECMMU_HIST_READ_WAIT, /* time in read_begin: until invalidations under way have ended */
	SECMMU_HIST_INSERT,    /* time to track a range */
	SECMMU_HIST_REMOVE,    /* time to stop tracking a range */
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

/* The device wants to write. */
#define SECMMU_FAULT_WRITE (1u << 0)

/**
 * struct secmmu_fault - a device fault: install translations (SECMMU_FAULT)
 * @size:        sizeof(struct secmmu_fault)
 * @flags:       SECMMU_FAULT_*
 * @start:       first byte, a multiple of the page size
 * @length:      in bytes, a multiple of the page size, not 0; all of it lies in the range
 * @id:          of the range, from SECMMU_INSERT
 * @max_tries:   how often to try, in all; 0: no limit but the deadline
 * @deadline_ns: how long to try, in ns from the call; 0: one second. It counts when a try has
 *               collided; with an interval notifier, core mm waits as long as it takes
 * @retries:     out: tries that collided with an invalidation
 * @reserved:    0
 *
 * From as many threads at once as there are. @retries is written on ETIMEDOUT and EBUSY, too. What
 * was installed before an error stays. Errors: ENOTCONN not attached; ENOENT no such range; EINVAL
 * the span is empty, unaligned or not within the range; EFAULT nothing is mapped there, or not so
 * that it may be read (or written), or the process has no memory for a page of its own there
 * (SECMMU_ENGINE_HMM does not tell these apart; with SECMMU_ENGINE_GUP it is ENOMEM); EBUSY
 * @max_tries were used up; ETIMEDOUT @deadline_ns was; ENOSPC more pages than the module's limit,
 * max_pages; EOPNOTSUPP the variant keeps no translations; ENOMEM.
 */
struct secmmu_fault {
	__u32 size;
	__u32 flags;
	__aligned_u64 start;
	__aligned_u64 length;
	__u32 id;
	__u32 max_tries;
	__aligned_u64 deadline_ns;
	__u32 retries;
	__u32 reserved;
};

/* Write the bytes of @data to memory, instead of reading memory into @data. */
#define SECMMU_ACCESS_WRITE   (1u << 0)
/* Use the translations that there are; do not fault. */
#define SECMMU_ACCESS_NOFAULT (1u << 1)

/**
 * struct secmmu_access - the device reads or writes memory by its translations (SECMMU_ACCESS)
 * @size:        sizeof(struct secmmu_access)
 * @flags:       SECMMU_ACCESS_*
 * @start:       first byte, any
 * @length:      in bytes, not 0, at most SECMMU_ACCESS_MOST; all of it lies in the range
 * @data:        address of @length bytes
 * @id:          of the range, from SECMMU_INSERT
 * @max_tries:   of each fault, as in struct secmmu_fault
 * @deadline_ns: of each fault, as in struct secmmu_fault
 * @faults:      out: faults that it took
 * @retries:     out: their retries
 *
 * The bytes of one page are moved at one moment, under the device lock (which accesses share if it
 * is an rwsem), as an access that the flush of an invalidation waits for. Pages come one after the
 * other; what was moved before an error stays moved. Errors: as SECMMU_FAULT; EFAULT, too, where
 * the kernel itself cannot reach the memory (memfd_secret); and ENXIO with SECMMU_ACCESS_NOFAULT:
 * there is no translation, or none to write by.
 */
struct secmmu_access {
	__u32 size;
	__u32 flags;
	__aligned_u64 start;
	__aligned_u64 length;
	__aligned_u64 data;
	__u32 id;
	__u32 max_tries;
	__aligned_u64 deadline_ns;
	__u32 faults;
	__u32 retries;
};

#define SECMMU_ACCESS_MOST (1u << 20)

/**
 * struct secmmu_verify - compare the translations with the CPU's page tables (SECMMU_VERIFY)
 * @size:    sizeof(struct secmmu_verify)
 * @flags:   0
 * @checked: out: translations compared
 * @stale:   out: those that lead to another page than the CPU's do, or may be written where the
 *           CPU's may not
 * @first:   out: the address of the first stale one; 0 if @stale is 0
 *
 * Compares while invalidations go on, by the same collision-retry as a fault. What seems stale is
 * looked at once more when nobody else changes the caller's mappings, so that what is about to be
 * invalidated does not count; and where callbacks come after the change (variant tlb), again and
 * again for half a second. So @stale is 0 as long as each callback has come. Errors: ENOTCONN not
 * attached; ETIMEDOUT pages were invalidated for a second without a pause; ENOMEM.
 */
struct secmmu_verify {
	__u32 size;
	__u32 flags;
	__aligned_u64 checked;
	__aligned_u64 stale;
	__aligned_u64 first;
};

#endif
