// SPDX-License-Identifier: GPL-2.0-only
#include "machine.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "workload.h"

enum {
	NODES = 1024 /* MAX_NUMNODES of the largest kernels */
};

/* The first line is the heading. */
const char *machine_lacks_swap(const struct workspace *w)
{
	FILE *file = fopen("/proc/swaps", "re");
	char line[512];
	int lines = 0;

	(void)w;
	while (file && fgets(line, sizeof(line), file))
		lines++;
	if (file)
		fclose(file);
	return lines > 1 ? NULL : "needs swap";
}

int machine_nodes(int nodes[2])
{
	unsigned long mask[NODES / 8 / sizeof(unsigned long)] = { 0 };
	const int bits = 8 * sizeof(mask[0]);
	int found = 0;

	if (syscall(SYS_get_mempolicy, NULL, mask, (unsigned long)NODES, NULL, MPOL_F_MEMS_ALLOWED))
		return 0;
	for (int node = 0; node < NODES && found < 2; node++)
		if (mask[node / bits] >> (node % bits) & 1)
			nodes[found++] = node;
	return found;
}

const char *machine_lacks_nodes(const struct workspace *w)
{
	int nodes[2];

	if (w->node >= 0)
		return "moves its pages, so that `memory` may not bind them";
	return machine_nodes(nodes) == 2 ? NULL : "needs two NUMA nodes with memory";
}

const char *machine_lacks_root(const struct workspace *w)
{
	(void)w;
	return geteuid() ? "needs root" : NULL;
}

long long machine_knob(const char *path)
{
	FILE *file = fopen(path, "re");
	long long value;
	int got;

	if (!file)
		return -1;
	got = fscanf(file, "%lld", &value);
	fclose(file);
	return got == 1 ? value : -1;
}

int machine_write(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC), ret = 0;

	if (fd < 0)
		return -errno;
	if (write(fd, text, strlen(text)) < 0)
		ret = -errno;
	close(fd);
	return ret;
}
