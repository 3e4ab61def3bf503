/* SPDX-License-Identifier: GPL-2.0-only */
/* The module from outside: load, unload, /sys/module, the kernel's log. */
#ifndef TESTS_KMOD_LIB_MODULE_H
#define TESTS_KMOD_LIB_MODULE_H

#include <stddef.h>

/* Which file to load; SECMMU_KO or the program's argument. */
extern const char *module_file;

/* 0 or -errno. */
int module_load(const char *params);
int module_unload(void);

/* Reads /sys/module/secmmu/@file without its newline; 0 or -errno. */
int module_read(const char *file, char *text, size_t size);

/* How many hold the module, after up to 20 s for it to become @want; -ENOENT: not loaded. */
int module_refs(int want);

/* From now on; and what the kernel has logged since, cut to @size. */
void log_begin(void);
void log_since(char *text, size_t size);

#endif
