/* SPDX-License-Identifier: GPL-2.0-only */
/* Threads that use one file in all ways at once, over and over, until they are told to stop. */
#ifndef TESTS_KMOD_LIB_CROWD_H
#define TESTS_KMOD_LIB_CROWD_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

#include "dev.h"

#define CROWD_PAGES 32

/* What a thread does; several of each kind may be in a crowd. */
enum crowd_job {
	CROWD_FAULT,
	CROWD_WRITE,
	CROWD_READ,
	CROWD_INSERT,
	CROWD_VERIFY,
	CROWD_INVALIDATE,
	CROWD_JOBS
};

/**
 * struct crowd - a file, its memory, and who uses it
 * @fd:       of an attached device; -1: only invalidations
 * @arena:    CROWD_PAGES pages
 * @id:       of a range over all of them
 * @patience_ns: deadline of each fault and access; 0: one second
 * @expects:  an errno besides those that the device itself may give: the thread then ends. 0: none
 * @busy:     threads that are in a command now. May lie in shared memory: that of a killed process.
 * @commands: that were answered
 */
struct crowd {
	int fd;
	char *arena;
	__u32 id;
	__u64 patience_ns;
	int expects;
	atomic_int *busy;
	atomic_ulong commands;
	atomic_bool stop;
	int count;
	pthread_t threads[16];
};

/* Attaches @variant to a new file; lock, engine and events go by @round, where the variant can. */
int crowd_open(const char *variant, int round);
/* A file for @crowd over a new arena, or over the one that it has. */
void crowd_attach(struct crowd *crowd, const char *variant, int round);
/* One thread for each job. */
void crowd_start(struct crowd *crowd, const enum crowd_job *jobs, int count);
void crowd_join(struct crowd *crowd);
void crowd_stop(struct crowd *crowd);

/* Two that fault, one of each other job. */
void crowd_start_all(struct crowd *crowd);

/* Nothing is stale, and what the device writes is in memory. */
void crowd_check(const struct crowd *crowd, const char *variant);

#endif
