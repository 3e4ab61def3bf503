/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A process that is to be killed: it has the slot's memory and, where the sample has a device, one
 * of its own, which has translated all of it.
 */
#ifndef WORKLOADS_VICTIM_H
#define WORKLOADS_VICTIM_H

#include "workload.h"

/* The axis that victim_raise() asks for. */
extern const struct param victim_params[];

/* What workspace.local holds. */
enum {
	VICTIM,       /* its process id; 0: there is none */
	VICTIM_PIDFD, /* as pidfd_open(2) has */
	VICTIM_DEVICE /* its device's file; without a device, a token */
};

/*
 * Buries the last one, if there is any, and makes another, which waits for its end. @group: path of
 * a cgroup that it joins before it has memory; NULL for none. 0 or -errno.
 */
int victim_raise(struct workspace *w, const char *group);

/*
 * Waits for the end of the last one, which has been killed, and adds what its device counted to
 * the sample's. 0 or -errno.
 */
int victim_bury(struct workspace *w);

/* As struct workload's fini(): kills the last one and buries it. */
void victim_fini(struct workspace *w);

#endif
