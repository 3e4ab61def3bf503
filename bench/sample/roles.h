/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which workers a sample has: those that do the workload, those that play the device, and others that
 * meet what the workload does.
 */
#ifndef BENCH_SAMPLE_ROLES_H
#define BENCH_SAMPLE_ROLES_H

#include "bench/loop/arena.h"
#include "bench/loop/worker.h"
#include "bench/subscriber/backend.h"

/* What a crew is hired for. @state is the backend's. */
struct hire {
	const struct point *point;
	const struct arena *arena;
	const struct backend *backend;
	void *state;
};

/*
 * Makes the workers of @crew, not yet started: `threads` invalidators, one for each slot; then
 * those of loads.def, which take the slots in turn. @crew->topo is set. 0, or -errno
 * with a sentence: -ENOTSUP (skipped) where there are too few CPUs, no device, or no range around
 * the slots.
 */
int roles_hire(struct crew *crew, const struct hire *hire);

/* Frees what roles_hire() made; the workers have ended. */
void roles_dismiss(struct crew *crew);

/* Do the times of @worker belong to the metric @name, "op" or a load of loads.def? */
bool role_is(const struct worker *worker, const char *name);

/* Does the sample have any worker that plays the device? */
bool roles_play_device(const struct crew *crew);

#endif
