/* SPDX-License-Identifier: GPL-2.0-only */
/* Of what size the pages of slots are: as the axis `page` asks, and as the kernel says. */
#ifndef BENCH_LOOP_SLOT_PAGES_H
#define BENCH_LOOP_SLOT_PAGES_H

#include <stdbool.h>
#include <stddef.h>

#include "bench/plan/plan.h"
#include "worker.h"

/* Does @point ask for huge pages? */
bool slot_pages_huge(const struct point *point);

/*
 * Can the slots of @crew have them? 0, or err_skipped(): this kernel makes none, or @point's slots are
 * no multiple of one.
 */
int slot_pages_possible(const struct crew *crew, const struct point *point);

/*
 * How many of the @len bytes at @start are mapped as huge pages now, in *@huge: AnonHugePages of
 * /proc/self/smaps, of the mappings that begin there. 0 or -errno.
 */
int slot_pages_read(const void *start, size_t len, size_t *huge);

/*
 * Compares what workers found with what @point asks for. 0; err_skipped() where no slot had a huge
 * page, as with a workload of files; err_untrusted() where some were small.
 */
int slot_pages_check(const struct crew *crew, const struct point *point);

#endif
