/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Differences between kernels and machines: nothing outside this file knows of any, but that a
 * variant asks COMPAT_HAS_* where a kernel cannot do all that it is about.
 */
#ifndef SECMMU_CORE_COMPAT_H
#define SECMMU_CORE_COMPAT_H

#include <linux/mm.h>
#include <linux/mmu_notifier.h>
#include <linux/pgtable.h>
#include <linux/timex.h>
#include <linux/types.h>

#ifndef CONFIG_MMU_NOTIFIER
#error "secmmu needs a kernel with CONFIG_MMU_NOTIFIER"
#endif
#ifndef CONFIG_64BIT
#error "secmmu needs a 64-bit kernel: its counters are read while they are written"
#endif

#ifdef CONFIG_X86
#include <asm/tsc.h>

/* rdtsc_ordered() does not start before the loads in front of it have ended. */
static inline u64 compat_clock(void)
{
	return rdtsc_ordered();
}

static inline u32 compat_clock_khz(void)
{
	return tsc_khz;
}

#define COMPAT_HAS_SPIN true

/* So many turns of COMPAT_SPIN_INSNS instructions each, and as many more for none. */
static inline void compat_spin(u32 turns)
{
	asm volatile("1: sub $1, %0\n\t"
		     "jnc 1b"
		     : "+r" (turns) : : "cc");
}
#else
static inline u64 compat_clock(void)
{
	return get_cycles();
}

/* Unknown: no interface tells the rate of get_cycles() on all machines. */
static inline u32 compat_clock_khz(void)
{
	return 0;
}

#define COMPAT_HAS_SPIN false

/* Nobody has counted the instructions of such a loop here. */
static inline void compat_spin(u32 turns)
{
}
#endif

#define COMPAT_SPIN_INSNS 2

/* COMPAT_HAS_*: Kbuild looks into the kernel's headers. */

/* Of struct mmu_notifier_ops: a page gets another entry. Nobody calls it where it is not there. */
#if COMPAT_HAS_CHANGE_PTE
#define COMPAT_CHANGE_PTE(callback) .change_pte = callback,
#else
#define COMPAT_CHANGE_PTE(callback)
#endif

/* The same: the CPU's TLB is flushed. */
#if COMPAT_HAS_INVALIDATE_RANGE
#define COMPAT_FLUSH_WITH_CPU(callback) .invalidate_range = callback,
#else
#define COMPAT_FLUSH_WITH_CPU(callback) .arch_invalidate_secondary_tlbs = callback,
#endif

/*
 * For get_user_pages_fast(). Without this flag, kernels that have it hand out, to be read, a page
 * that NUMA balancing has made inaccessible; for its entry core mm owes no flush when it goes.
 */
#if COMPAT_HAS_HONOR_NUMA_FAULT
#define COMPAT_GUP_FLAGS FOLL_HONOR_NUMA_FAULT
#else
#define COMPAT_GUP_FLAGS 0
#endif

/* Sparse's: newer kernels check locks with clang instead, and have no such macro. */
#ifndef __cond_lock
#define __cond_lock(lock, taken) (taken)
#endif

/*
 * The CPU has the zero page now; did it have the huge zero page before, of which @device is a
 * part? Kernels with invalidate_range() split that one without calling it: both read as zero, the
 * old one stays for as long as the mm lives, and a write is told before it leads elsewhere.
 */
static inline bool compat_zero_was_split(unsigned long device, unsigned long cpu)
{
#if COMPAT_HAS_INVALIDATE_RANGE
	struct page *head = compound_head(pfn_to_page(device));

	return is_zero_pfn(cpu) && compound_order(head) == PMD_SHIFT - PAGE_SHIFT &&
	       !READ_ONCE(head->mapping);
#else
	return false;
#endif
}

/* After a change of protection: may what @range covers still be read, as far as can be told? */
static inline bool compat_range_is_readable(const struct mmu_notifier_range *range)
{
#if COMPAT_HAS_RANGE_VMA
	/* mprotect() has set the new flags before it says what it will do. */
	return range->vma && (range->vma->vm_flags & VM_READ);
#else
	return false;
#endif
}

#endif
