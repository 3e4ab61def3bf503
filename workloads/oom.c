// SPDX-License-Identifier: GPL-2.0-only
/* A process whose memory a device mirrors meets the OOM killer of its memory cgroup. */
#include "workload.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cgroup.h"
#include "machine.h"
#include "victim.h"

/* One for each worker. */
static void group_of(const struct workspace *w, char *path, size_t size)
{
	cgroup_path(path, size, w->index);
}

static int oom_init(struct workspace *w)
{
	char group[CGROUP_PATH];

	group_of(w, group, sizeof(group));
	return cgroup_make(group);
}

/* Nothing of it can be swapped, so that only its end frees memory. */
static int oom_prep(struct workspace *w)
{
	char group[CGROUP_PATH];
	int ret;

	group_of(w, group, sizeof(group));
	ret = victim_bury(w);
	if (!ret)
		ret = cgroup_set(group, "memory.max", "max");
	/* Without swap there is no such limit. */
	cgroup_set(group, "memory.swap.max", "0");
	return ret ? ret : victim_raise(w, group);
}

static int oom_op(struct workspace *w)
{
	char group[CGROUP_PATH];
	siginfo_t info;
	int ret;

	group_of(w, group, sizeof(group));
	ret = cgroup_set(group, "memory.max", "0");
	if (ret)
		return ret;
	return waitid(P_PID, (id_t)w->local[VICTIM], &info, WEXITED | WNOWAIT) ? -errno : 0;
}

static void oom_fini(struct workspace *w)
{
	char group[CGROUP_PATH];

	victim_fini(w);
	group_of(w, group, sizeof(group));
	rmdir(group);
}

const struct workload workload_oom = {
	.name = "oom",
	.help = "memory.max of a process of `pages` pages that a device mirrors is set to 0; needs "
		"root",
	.params = victim_params,
	.lacks = cgroup_lacks,
	.needs = "cgroup",
	.init = oom_init,
	.prep = oom_prep,
	.op = oom_op,
	.fini = oom_fini,
	.slow_ms = 1100,
};
