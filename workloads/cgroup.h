/* SPDX-License-Identifier: GPL-2.0-only */
/* Memory cgroups of a sample's own, right below the root of cgroup v2. */
#ifndef WORKLOADS_CGROUP_H
#define WORKLOADS_CGROUP_H

#include <stddef.h>
#include <sys/types.h>

struct workspace;

enum {
	CGROUP_PATH = 64
};

/* As struct workload's lacks(): root, and cgroup v2 with a memory controller that can reclaim. */
const char *cgroup_lacks(const struct workspace *w);

/* The path of this process's @index-th. */
void cgroup_path(char *path, size_t size, size_t index);

/* Makes it. 0 or -errno. */
int cgroup_make(const char *path);

/* Removes those that the process @pid has left, with whatever still runs in them. */
void cgroup_sweep(pid_t pid);

/* Writes @text to its file @file. 0 or -errno. */
int cgroup_set(const char *path, const char *file, const char *text);

/* This process goes into it; back to the root. 0 or -errno. */
int cgroup_join(const char *path);
int cgroup_leave(void);

#endif
