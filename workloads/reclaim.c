// SPDX-License-Identifier: GPL-2.0-only
/* memory.reclaim of a cgroup: the kernel looks for pages that it can take away, by their age. */
#include "workload.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "cgroup.h"
#include "machine.h"

static const char *reclaim_lacks(const struct workspace *w)
{
	const char *reason = machine_lacks_swap(w);

	return reason ? reason : cgroup_lacks(w);
}

/* The process has one cgroup, which its first worker makes. */
static int reclaim_init(struct workspace *w)
{
	char group[CGROUP_PATH];
	int ret = 0;

	cgroup_path(group, sizeof(group), 0);
	if (!w->index)
		ret = cgroup_make(group);
	if (!ret && !w->index)
		ret = cgroup_join(group);
	return ret ? ret : slot_map(w);
}

static int reclaim_prep(struct workspace *w)
{
	slot_touch(w);
	return 0;
}

/* As much as the slot has. Less than that: -EAGAIN, and what could be had was had. */
static int reclaim_op(struct workspace *w)
{
	char group[CGROUP_PATH], bytes[32];
	int ret;

	cgroup_path(group, sizeof(group), 0);
	snprintf(bytes, sizeof(bytes), "%zu", w->len);
	ret = cgroup_set(group, "memory.reclaim", bytes);
	return ret == -EAGAIN ? 0 : ret;
}

static void reclaim_fini(struct workspace *w)
{
	char group[CGROUP_PATH];

	if (w->index)
		return;
	cgroup_path(group, sizeof(group), 0);
	cgroup_leave();
	rmdir(group);
}

const struct workload workload_reclaim = {
	.name = "reclaim",
	.help = "memory.reclaim of as much as `pages` written pages are; needs swap and root",
	.events = { { "CLEAR", AT_TIMES } },
	.lacks = reclaim_lacks,
	.needs = "swap cgroup",
	.init = reclaim_init,
	.prep = reclaim_prep,
	.op = reclaim_op,
	.fini = reclaim_fini,
	.slow_ms = 1000,
};
