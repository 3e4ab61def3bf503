// SPDX-License-Identifier: GPL-2.0-only
#include "slot_pages.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "util/err.h"
#include "workloads/huge.h"

bool slot_pages_huge(const struct point *point)
{
	return !strcmp(point_value(point, "page")->text, "THP");
}

int slot_pages_possible(const struct crew *crew, const struct point *point)
{
	const char *reason;

	if (!slot_pages_huge(point))
		return 0;
	if (point->workload->huge)
		return err_skipped("page=THP: %s sees to its pages itself", point->workload->name);
	reason = huge_lacks(&crew->workers[0].space);
	return reason ? err_skipped("page=THP %s", reason) : 0;
}

int slot_pages_read(const void *start, size_t len, size_t *huge)
{
	FILE *smaps = fopen("/proc/self/smaps", "re");
	uintptr_t first, end;
	bool inside = false;
	size_t kib;
	char line[512];

	*huge = 0;
	if (!smaps)
		return -errno;
	while (fgets(line, sizeof(line), smaps)) {
		/* The first line of a mapping: "7f0000000000-7f0000200000 rw-p ..." */
		if (sscanf(line, "%" SCNxPTR "-%" SCNxPTR " ", &first, &end) == 2)
			inside = first >= (uintptr_t)start && first < (uintptr_t)start + len;
		else if (inside && sscanf(line, "AnonHugePages: %zu kB", &kib) == 1)
			*huge += kib << 10;
	}
	fclose(smaps);
	return 0;
}

/* Of all slots, before the warm-up and after the cool-down. */
static void sum(const struct crew *crew, size_t *found, size_t *asked)
{
	*found = *asked = 0;
	for (size_t i = 0; i < crew->count; i++) {
		const struct worker *w = &crew->workers[i];

		if (!w->owner)
			continue;
		*found += w->place.slot_huge + w->place.slot_huge_after;
		*asked += 2 * w->space.len;
	}
}

int slot_pages_check(const struct crew *crew, const struct point *point)
{
	size_t found, asked;

	if (!slot_pages_huge(point))
		return 0;
	sum(crew, &found, &asked);
	if (!found)
		return err_skipped("page=THP: no slot of %s has a huge page before its operation",
				   point->workload->name);
	if (found != asked)
		return err_untrusted("page=THP: %zu of %zu KiB of the slots were huge pages, "
				     "before and after together",
				     found >> 10, asked >> 10);
	return 0;
}
