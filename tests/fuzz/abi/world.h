/* SPDX-License-Identifier: GPL-2.0-only */
/* A program that runs: what its process has, and what the processes of a run share. */
#ifndef TESTS_FUZZ_ABI_WORLD_H
#define TESTS_FUZZ_ABI_WORLD_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

#include "layout.h"
#include "model.h"
#include "program.h"
#include "result.h"

/* What has gone wrong: how often, and how the first time. Shared by the processes concerned. */
struct failure {
	atomic_int count;
	char text[512];
};

/* True for the first one, which is to be told in @failure->text. */
static inline bool failure_is_first(struct failure *failure)
{
	return atomic_fetch_add(&failure->count, 1) == 0;
}

/* A word that another thread, @tid, changes as long as @value is not 0. */
struct flip {
	atomic_int tid;
	_Atomic uint64_t address;
	_Atomic uint32_t value;
	_Atomic uint32_t seen; /* how often it was changed */
	atomic_bool busy;      /* it may be changed just now, whatever @value is now */
};

/**
 * struct world - the process that runs a program
 * @lock:    what is known of memory and files
 * @wild:    what calls return cannot be predicted
 * @child:   this process was forked by the program
 * @slot:    for each descriptor its file, or -1
 * @holder:  the socket of the process that takes files; see holder.h
 * @running: threads that have calls left
 */
struct world {
	const struct program *program;
	struct counts *counts;
	struct failure *failure;
	pthread_mutex_t lock;
	bool wild;
	bool child;
	struct memory memory;
	struct model_file file[FILES];
	int slot[FILES];
	int holder;
	atomic_uint running;
	bool has_flipper;
	struct flip flip;
	struct request request[THREADS_MOST];
};

/* Says what is wrong, and with which call. */
void world_fail(struct world *world, const struct call *call, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static inline void world_lock(struct world *world)
{
	pthread_mutex_lock(&world->lock);
}

static inline void world_unlock(struct world *world)
{
	pthread_mutex_unlock(&world->lock);
}

/* The file that `file` means: that descriptor, or the next open one. -1: none is open. */
int world_slot(const struct world *world, uint64_t number);

/* argument.c: what the module will see. Writes it to where the call wants it. */
void argument_make(const struct call *call, const struct model_file *file, struct request *request);
/* call.c: an ioctl, and whether it went as it must. */
void call_ioctl(struct world *world, const struct call *call);
/* file.c: descriptors come and go. */
void file_call(struct world *world, const struct call *call);
/* process.c: the calls of one thread, from number @from on, @most of them. */
void process_run(struct world *world, unsigned int thread, size_t from, size_t most);
/* The second half of OP_exec; the exit code. */
int process_after_exec(int fd);

#endif
