// SPDX-License-Identifier: GPL-2.0-only
#include "huge.h"

#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>

#include "machine.h"
#include "workload.h"

const char *huge_lacks(const struct workspace *w)
{
	long long size = machine_knob("/sys/kernel/mm/transparent_hugepage/hpage_pmd_size");
	char mode[64] = "";
	FILE *file = fopen("/sys/kernel/mm/transparent_hugepage/enabled", "re");

	if (file) {
		if (!fgets(mode, sizeof(mode), file))
			mode[0] = '\0';
		fclose(file);
	}
	if (size <= 0 || !*mode || strstr(mode, "[never]"))
		return "needs transparent huge pages (transparent_hugepage/enabled is never)";
	return w->len % (size_t)size ? "needs whole huge pages (pages=512 on x86)" : NULL;
}

static long faults(void)
{
	struct rusage usage;

	getrusage(RUSAGE_THREAD, &usage);
	return usage.ru_minflt;
}

/* A huge page is a fault or two; small ones, a fault each. */
bool huge_touch(const struct workspace *w)
{
	long before;

	madvise(w->slot, w->len, MADV_HUGEPAGE);
	before = faults();
	slot_touch(w);
	return faults() - before < (long)(w->len / w->page_size / 2);
}
