/* SPDX-License-Identifier: GPL-2.0-only */
/* The oracle: memory whose every word says whether it may still be seen. */
#ifndef TESTS_KMOD_ORACLE_ORACLE_H
#define TESTS_KMOD_ORACLE_ORACLE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "tests/kmod/lib/dev.h"

#define FIELD_PAGES 512 /* as many as a huge page has */

/**
 * struct field - pages that one thread invalidates, and all others access
 * @base:  2 MiB aligned
 * @number: which field it is
 * @huge:  of huge pages
 * @least: for each page: what is older than this generation may not be seen any more.
 *         Published after the call that took it away has returned.
 * @newest: the generation that is being written, or was last
 * @fd:    of the device
 * @ids:   of the tracked ranges, of FIELD_PAGES / FIELD_RANGES pages each
 */
#define FIELD_RANGES 4
struct field {
	char *base;
	unsigned int number;
	bool huge;
	_Atomic uint32_t least[FIELD_PAGES];
	_Atomic uint32_t newest[FIELD_PAGES];
	int fd;
	__u32 ids[FIELD_RANGES];
};

/* What the device is to be, and what is expected. */
struct trial {
	const char *variant;
	struct secmmu_attach attach;
	bool huge;
	unsigned long invalidations; /* how many, or until something stale was seen */
	unsigned int seconds;        /* at most */
};

/* What was seen. */
struct verdict {
	atomic_ulong invalidations;
	atomic_ulong accesses;
	atomic_ulong faults;
	atomic_ulong given_up; /* faults that ran out of time */
	atomic_ulong stale_reads;
	atomic_ulong stale_writes;
	atomic_ulong stale_verified;
	atomic_ulong broken; /* errors that there should not be */
	__u64 retries;
	__u64 checked;
};

void oracle_try(const struct trial *trial, struct verdict *verdict);

static inline unsigned long verdict_stale(struct verdict *verdict)
{
	return atomic_load(&verdict->stale_reads) + atomic_load(&verdict->stale_writes) +
	       atomic_load(&verdict->stale_verified);
}

/* Has this kernel huge pages? */
bool field_can_be_huge(void);
void field_map(struct field *field, unsigned int number, bool huge);
void field_unmap(struct field *field);
/* One change of some pages by its owner; how many calls that were. False: a write landed too late. */
bool field_change(struct field *field, unsigned int *seed, unsigned long *calls);
/* May the word @seen have been read from @page, where the page's generations were these before? */
bool field_permits(struct field *field, unsigned int page, uint32_t least, uint32_t newest,
		   uint64_t seen);

#endif
