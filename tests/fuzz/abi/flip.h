/* SPDX-License-Identifier: GPL-2.0-only */
/* A word that another thread changes while a call is made with it; see F_flip in program.h. */
#ifndef TESTS_FUZZ_ABI_FLIP_H
#define TESTS_FUZZ_ABI_FLIP_H

#include <stdbool.h>
#include <stdint.h>

struct call;
struct request;
struct world;

/* Of the word; 0: there is none. */
uint64_t flip_address(const struct call *call, const struct request *request);
/* From now on it changes, and since flip_stop() not any more. */
void flip_start(struct world *world, const struct call *call, const struct request *request);
void flip_stop(struct world *world);
/*
 * An INSERT, of which a word of a range was changed, was successful: is the range that there is now the
 * one from before the change, or the one from after it? Asks by faults.
 */
bool flip_was_taken_once(int fd, const struct call *call, const struct request *request);

#endif
