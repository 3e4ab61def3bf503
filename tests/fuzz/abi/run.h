/* SPDX-License-Identifier: GPL-2.0-only */
/* A program runs in a process of its own, which may come to any end. */
#ifndef TESTS_FUZZ_ABI_RUN_H
#define TESTS_FUZZ_ABI_RUN_H

#include <stdbool.h>

#include "program.h"

struct counts;

/* Once in each process that runs programs. */
void run_begin(struct counts *counts, int holder);
/* Did it do nothing that it must not? */
bool run_program(const struct program *program);
/* Else, what it did. */
const char *run_failure(void);

#endif
