/* SPDX-License-Identifier: GPL-2.0-only */
/* The shortest program that still fails. */
#ifndef TESTS_FUZZ_ABI_MINIMISE_H
#define TESTS_FUZZ_ABI_MINIMISE_H

#include <stdbool.h>

#include "program.h"

/* Does it fail? One whose threads race is tried several times. */
bool minimise_fails(const struct program *program);
/* @program fails; afterwards it is as short as could be, and fails still. */
void minimise(struct program *program);

#endif
