/* SPDX-License-Identifier: GPL-2.0-only */
/* Who subscribes to the address space of a sample: nobody, the simulated secondary MMU, or KVM. */
#ifndef BENCH_SUBSCRIBER_BACKEND_H
#define BENCH_SUBSCRIBER_BACKEND_H

#include <jansson.h>
#include <stdbool.h>

#include "bench/plan/plan.h"
#include "bench/results/record.h"

struct arena;

/* Names of all variants of all backends, each once; NULL-terminated. */
extern const char *const backend_variants[];

/* One line on the variant @name; it must be one of backend_variants. */
const char *backend_help(const char *name);

struct backend {
	const char *name;

	/* It is secmmu.ko's. */
	bool module;

	/* What a virtual machine of ours is given for it, by the names of vm/provide; or NULL. */
	const char *needs;

	/* Why a metric that nobody has given is absent, as half a sentence. */
	const char *silent;

	/*
	 * Before the samples that use @variant: what they need on this machine. With SELECT_LOAD
	 * the module is loaded anew. NULL for nothing. 0 or -errno with a sentence.
	 */
	int (*prepare)(const char *variant, enum select select);

	/*
	 * After all samples: puts back what prepare() did, if it was called; a module that was
	 * loaded before is not loaded again. NULL for nothing.
	 */
	void (*finish)(void);

	/* What run.json says of it; NULL where there is nothing to say. */
	json_t *(*describe)(void);

	/*
	 * In the sample's own process, before any worker: subscribe, and track the ranges of
	 * @arena. *@state is for the calls below. 0 or -errno with a sentence.
	 */
	int (*attach)(const struct point *point, enum select select, const struct arena *arena,
		      void **state);

	/*
	 * Gives the worker of @w, whose memory is the slot @slot, its device and its range. NULL:
	 * there is no device. 0 or -errno with a sentence.
	 */
	int (*equip)(void *state, const struct arena *arena, size_t slot, struct workspace *w);

	/* Empties the probes; no worker runs. NULL for nothing. */
	int (*reset)(void *state);

	/*
	 * Adds metrics, histograms and events since the reset, which was @seconds ago, to @record;
	 * no worker runs. NULL for nothing.
	 */
	int (*read)(void *state, struct record *record, double seconds);

	/*
	 * Adds the number of translations that the device should not have to @stale; no worker
	 * runs. NULL: there is no device.
	 */
	int (*verify)(void *state, unsigned long long *stale);

	/* Unsubscribes. NULL for nothing. */
	void (*detach)(void *state);
};

/* The backend that has the variant @name. With SELECT_LOAD the module has them all. */
const struct backend *backend_find(const char *name, enum select select);

/* After all samples: each backend puts back what its prepare() did. */
void backend_finish(void);

extern const struct backend backend_none, backend_secmmu, backend_kvm;

#endif
