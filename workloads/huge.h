/* SPDX-License-Identifier: GPL-2.0-only */
/* Slots of huge pages. */
#ifndef WORKLOADS_HUGE_H
#define WORKLOADS_HUGE_H

#include <stdbool.h>

struct workspace;

/* As struct workload's lacks(): whole huge pages in a slot, and a kernel that makes them. */
const char *huge_lacks(const struct workspace *w);

/* Writes to each page of the slot, which is mapped and empty. Were all of them huge? */
bool huge_touch(const struct workspace *w);

#endif
