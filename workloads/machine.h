/* SPDX-License-Identifier: GPL-2.0-only */
/* What this machine has that some workloads need. */
#ifndef WORKLOADS_MACHINE_H
#define WORKLOADS_MACHINE_H

#include <linux/mempolicy.h>

struct workspace;

/* As struct workload's lacks(): swap; two nodes with memory that the slot may move between; root. */
const char *machine_lacks_swap(const struct workspace *w);
const char *machine_lacks_nodes(const struct workspace *w);
const char *machine_lacks_root(const struct workspace *w);

/* The first two nodes with memory that this process may use; as far as there are. How many. */
int machine_nodes(int nodes[2]);

/* The number that the file @path holds, as sysctls do; -1: it cannot be read. */
long long machine_knob(const char *path);

/* Writes @text to the file @path in one go. 0 or -errno. */
int machine_write(const char *path, const char *text);

#endif
