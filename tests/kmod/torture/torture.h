/* SPDX-License-Identifier: GPL-2.0-only */
/* What the tables of the torture share. */
#ifndef TESTS_KMOD_TORTURE_TORTURE_H
#define TESTS_KMOD_TORTURE_TORTURE_H

#include <stdbool.h>
#include <sys/types.h>

#include "tests/kmod/lib/tests.h"

/* Far longer than anything takes that is meant to end at once, emulated and on a busy host. */
#define PROMPT_MS 20000

/* How often each test repeats what it does (ROUNDS), and cycles of load and unload (CYCLES). */
extern int rounds;
extern int cycles;

extern const struct test tests_kin[];
extern const struct test tests_close[];
extern const struct test tests_unload[];
extern const struct test tests_kill[];
extern const struct test tests_oom[];
extern const struct test tests_swap[];

/* A number below @below; the sequence is the same in each run (SEED). */
unsigned int chance(unsigned int below);

/* Sleeps up to @ms milliseconds, by chance. */
void nap(unsigned int ms);

/* Starts this program anew: it calls VERIFY on @fd, closes it, and ends with the errno. */
void exec_with(int fd);

/*
 * What became of the child: its exit code, or -SIGNAL, or -ETIME: it was still there after @ms, and
 * accordingly longer on a slow kernel.
 */
int child_end(pid_t pid, int ms);

/* Milliseconds of the monotonic clock. */
long long now_ms(void);

#endif
