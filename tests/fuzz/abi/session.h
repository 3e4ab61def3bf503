/* SPDX-License-Identifier: GPL-2.0-only */
/* What all that runs programs needs: the module, the counts, the holder, and a look at what is left. */
#ifndef TESTS_FUZZ_ABI_SESSION_H
#define TESTS_FUZZ_ABI_SESSION_H

#include <stdbool.h>

#include "program.h"

struct counts;

extern struct counts *session_counts;

/* Loads the module from this file. */
void session_begin(const char *module);
/* Unloads it; could it be? */
bool session_end(void);
/* In a process that runs programs; see run.h. */
void session_enter(void);
/* Nothing holds the module any more, and the kernel has no complaint; else that is said, @when. */
bool session_is_clean(const char *when);
/* Does the kernel hold more memory of processes that are gone than it may? */
bool session_lost_pages(void);
/* A program failed just now: says so, and with how little it still does. */
void session_explain(struct program *program, const char *name);

#endif
