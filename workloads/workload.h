/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The contract of a workload: the one operation that it does. It never creates threads, reads
 * clocks, parses options or prints.
 */
#ifndef WORKLOADS_WORKLOAD_H
#define WORKLOADS_WORKLOAD_H

#include <stddef.h>

enum param_kind {
	PARAM_COUNT, /* a whole number */
	PARAM_SIZE,  /* bytes; K, M and G are powers of 1024 */
	PARAM_CHOICE /* one of a few words */
};

/* One axis of a suite: what it means, and which values it may have. */
struct param {
	const char *name;
	const char *unit; /* "" for a count or a choice */
	enum param_kind kind;
	const char *preset;         /* the value where no suite gives one */
	long long min, max;         /* of PARAM_COUNT and PARAM_SIZE, both included */
	const char *const *choices; /* of PARAM_CHOICE, NULL-terminated */
	const char *help;
};

/* The part of a worker that a workload sees. */
struct workspace {
	char *slot; /* the worker's own memory: @len bytes, not mapped until arena_map_slot() */
	size_t len; /* a multiple of the page size */
	size_t page_size;   /* bytes */
	const void *params; /* for param_count() and param_choice() */
	long long local[4]; /* the workload's own, for one worker */
};

/*
 * The value of the axis @name: a count or a number of bytes; it must be the engine's or in
 * @params of the workload.
 */
long long param_count(const struct workspace *w, const char *name);

/* The word of the axis @name. */
const char *param_choice(const struct workspace *w, const char *name);

/* Maps the slot readable and writable, without pages, over whatever is there. 0 or -errno. */
int slot_map(const struct workspace *w);

/* Writes one byte into each page of the slot. */
void slot_touch(const struct workspace *w);

struct workload {
	const char *name, *help;
	const char *events; /* what it makes core mm emit, each operation at least once: "CLEAR";
			       "" for nothing */
	const struct param
		*params; /* its own axes; ends with a row without a name; NULL for none */
	int (*init)(
		struct workspace *w); /* in each worker, pinned, before the barrier; 0 or -errno */
	int (*prep)(struct workspace *w); /* before each operation, not timed; NULL for nothing; 0
					     or -errno */
	int (*op)(
		struct workspace *w); /* one operation: the only code that is timed; 0 or -errno */
	void (*fini)(struct workspace *w); /* in each worker, at the end; NULL for nothing */
};

/* All workloads, in the order of workloads.def; NULL past the end. */
const struct workload *workload_at(size_t i);

/* The workload called @name, or NULL. */
const struct workload *workload_find(const char *name);

#endif
