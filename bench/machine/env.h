/* SPDX-License-Identifier: GPL-2.0-only */
/* The machine that is measured: every setting that can change a figure. */
#ifndef BENCH_MACHINE_ENV_H
#define BENCH_MACHINE_ENV_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

struct topo;

/* The facts of run.json's "machine". What cannot be read is left out. */
json_t *env_describe(const struct topo *topo, double clock_hz);

/* Are this machine's instructions emulated, so that times are the emulator's? */
bool env_emulated(void);

/* The CPU's name; false, and @name untouched, when the kernel does not say it. */
bool env_cpu(char *name, size_t size);

#endif
