/* SPDX-License-Identifier: GPL-2.0-only */
/* Loads and unloads secmmu.ko. */
#ifndef BENCH_SUBSCRIBER_MODULE_H
#define BENCH_SUBSCRIBER_MODULE_H

#include <stdbool.h>
#include <stddef.h>

/* Is it loaded? */
bool module_loaded(void);

/* From now on module_load() takes the file @path; NULL: the one that was built for this kernel. */
void module_choose(const char *path);

/*
 * Loads the module that was built for this kernel, or was chosen, with variant=@variant. 0 or -errno with a
 * sentence.
 */
int module_load(const char *variant);

/* Unloads it. 0, also when it is not loaded, or -errno with a sentence. */
int module_unload(void);

/*
 * Reads the word in /sys/module/secmmu/@name ("srcversion", "parameters/variant"); "" when it is
 * not there.
 */
void module_word(const char *name, char *word, size_t size);

#endif
