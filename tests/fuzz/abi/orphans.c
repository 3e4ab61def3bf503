// SPDX-License-Identifier: GPL-2.0-only
/*
 * Pages of memory that no process has any more, and that are not free: somebody holds a reference to
 * them. kmemleak knows nothing of pages.
 */
#include "orphans.h"

#include <fcntl.h>
#include <linux/kernel-page-flags.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>

#define BATCH 8192

/* Of anonymous memory, which nothing but processes has: there is no cache of it. */
static long count(const uint64_t *flags, const uint64_t *maps, size_t pages)
{
	const uint64_t mask = 1ull << KPF_ANON | 1ull << KPF_KSM | 1ull << KPF_SWAPCACHE;
	long orphans = 0;
	size_t i;

	for (i = 0; i < pages; i++)
		orphans += (flags[i] & mask) == 1ull << KPF_ANON && !maps[i];
	return orphans;
}

long orphans_count(void)
{
	static uint64_t flags[BATCH], maps[BATCH];
	int flags_fd = open("/proc/kpageflags", O_RDONLY | O_CLOEXEC);
	int maps_fd = open("/proc/kpagecount", O_RDONLY | O_CLOEXEC);
	off_t at = 0;
	ssize_t got = -1;
	long orphans = 0;

	while (flags_fd >= 0 && maps_fd >= 0) {
		got = pread(flags_fd, flags, sizeof(flags), at);
		if (got <= 0 || pread(maps_fd, maps, (size_t)got, at) != got)
			break;
		orphans += count(flags, maps, (size_t)got / sizeof(flags[0]));
		at += got;
	}
	if (flags_fd >= 0)
		close(flags_fd);
	if (maps_fd >= 0)
		close(maps_fd);
	return got ? -1 : orphans;
}
