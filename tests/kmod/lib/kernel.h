/* SPDX-License-Identifier: GPL-2.0-only */
/* In what the kernels differ that tests see: known by release, so that a wrong look into headers is found. */
#ifndef TESTS_KMOD_LIB_KERNEL_H
#define TESTS_KMOD_LIB_KERNEL_H

#include <stdbool.h>

enum kernel_fact {
	KERNEL_TELLS_VMA, /* which VMA an event is of: so that mprotect() can be told from PROT_NONE */
	KERNEL_HAS_CHANGE_PTE,
	KERNEL_HAS_TWO_PASS, /* interval notifiers */
	/* a secondary TLB is flushed where the CPU's is: not where no page was */
	KERNEL_FLUSHES_WITH_CPU,
	KERNEL_COLLAPSES_FLUSHES,    /* above 33 pages, to all there is */
	KERNEL_TELLS_EMPTY_MPROTECT, /* an event where no page is mapped */
	KERNEL_REAPS_AS_CLEAR,       /* process_mrelease(); else as UNMAP */
};

bool kernel_fact(enum kernel_fact fact);

/*
 * How many times as long as on Debian's kernel something may take here. More than 1 on a kernel that checks
 * each access to memory and each lock: where a test repeats itself, or goes through combinations, it
 * takes a sample of them there.
 */
int kernel_slowness(void);

/* How often a test does what it does @times on Debian's kernel: a quarter of that on a slow one. */
int kernel_times(int times);

#endif
