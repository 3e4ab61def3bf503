// SPDX-License-Identifier: GPL-2.0-only
#include "ksm.h"

#include <errno.h>
#include <stddef.h>
#include <sys/mman.h>
#include <time.h>

#include "machine.h"
#include "workload.h"

/* ksmd wakes up every 20 ms, and merges what it has met twice. */
enum {
	LOOKS = 40000,
	LOOK_NS = 500000
};

static const char merged[] = "/proc/self/ksm_merging_pages";

const char *ksm_lacks(const struct workspace *w)
{
	if (machine_knob("/sys/kernel/mm/ksm/run") != 1)
		return "needs same-page merging (/sys/kernel/mm/ksm/run is not 1)";
	if (machine_knob(merged) < 0)
		return "needs /proc/self/ksm_merging_pages (Linux 5.19)";
	if (param_count(w, "threads") != 1 || w->len < 2 * w->page_size)
		return "needs threads=1, and pages of at least 2";
	return NULL;
}

static int wait_for(long long pages)
{
	const struct timespec look = { .tv_nsec = LOOK_NS };

	for (int i = 0; i < LOOKS; i++) {
		if (machine_knob(merged) == pages)
			return 0;
		nanosleep(&look, NULL);
	}
	return -ETIMEDOUT;
}

int ksm_part(const struct workspace *w)
{
	if (madvise(w->slot, w->len, MADV_UNMERGEABLE))
		return -errno;
	slot_touch(w);
	return wait_for(0);
}

int ksm_wait(const struct workspace *w)
{
	return wait_for((long long)(w->len / w->page_size));
}
