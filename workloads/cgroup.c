// SPDX-License-Identifier: GPL-2.0-only
#include "cgroup.h"

#include <errno.h>
#include <glob.h>
#include <stdio.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "machine.h"

#define ROOT "/sys/fs/cgroup"

void cgroup_path(char *path, size_t size, size_t index)
{
	snprintf(path, size, ROOT "/shootdown.%d.%zu", (int)getpid(), index);
}

/* A group that is not empty yet is busy: what runs in it is killed, and takes a moment. */
static void sweep(const char *path)
{
	const struct timespec moment = { .tv_nsec = 10000000 };

	cgroup_set(path, "cgroup.kill", "1");
	for (int i = 0; i < 100 && rmdir(path) && errno == EBUSY; i++)
		nanosleep(&moment, NULL);
}

void cgroup_sweep(pid_t pid)
{
	char pattern[CGROUP_PATH];
	glob_t found;

	snprintf(pattern, sizeof(pattern), ROOT "/shootdown.%d.*", (int)pid);
	if (!glob(pattern, GLOB_NOSORT, NULL, &found))
		for (size_t i = 0; i < found.gl_pathc; i++)
			sweep(found.gl_pathv[i]);
	globfree(&found);
}

int cgroup_set(const char *path, const char *file, const char *text)
{
	char name[CGROUP_PATH + 32];

	snprintf(name, sizeof(name), "%s/%s", path, file);
	return machine_write(name, text);
}

int cgroup_make(const char *path)
{
	return mkdir(path, 0755) && errno != EEXIST ? -errno : 0;
}

int cgroup_join(const char *path)
{
	return cgroup_set(path, "cgroup.procs", "0");
}

int cgroup_leave(void)
{
	return cgroup_join(ROOT);
}

/* What can be done is seen in a new group: only there are the controllers' files. */
const char *cgroup_lacks(const struct workspace *w)
{
	char path[CGROUP_PATH], file[CGROUP_PATH + 32];
	int missing;

	(void)w;
	cgroup_path(path, sizeof(path), 0);
	if (cgroup_make(path))
		return "needs root, and cgroup v2 at " ROOT;
	snprintf(file, sizeof(file), "%s/memory.reclaim", path);
	missing = access(file, W_OK);
	rmdir(path);
	return missing ? "needs the memory controller in " ROOT "/cgroup.subtree_control, and "
			 "memory.reclaim (Linux 5.19)"
		       : NULL;
}
