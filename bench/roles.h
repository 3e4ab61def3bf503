/* SPDX-License-Identifier: GPL-2.0-only */
/* Which workers a sample has: those that do the workload, and those that play the device. */
#ifndef BENCH_ROLES_H
#define BENCH_ROLES_H

#include "arena.h"
#include "backend.h"
#include "worker.h"

/* What a crew is hired for. @state is the backend's. */
struct hire {
	const struct point *point;
	const struct arena *arena;
	const struct backend *backend;
	void *state;
};

/*
 * Makes the workers of @crew, not yet started: `threads` invalidators, one for each slot; then
 * faulters, accessors, trackers, which take the slots in turn. @crew->topo is set. 0, or -errno
 * with a sentence: -ENOTSUP (skipped) where there are too few CPUs, no device, or no range around
 * the slots.
 */
int roles_hire(struct crew *crew, const struct hire *hire);

/* Frees what roles_hire() made; the workers have ended. */
void roles_dismiss(struct crew *crew);

/* The role whose histogram is the metric @name: "op", "access", "track". */
bool role_is(const struct worker *worker, const char *name);

/* Does the sample have any worker that plays the device? */
bool roles_play_device(const struct crew *crew);

#endif
