/* SPDX-License-Identifier: GPL-2.0-only */
/* Where the project's own files lie: suites, scripts, the module, the cache. */
#ifndef UTIL_PATHS_H
#define UTIL_PATHS_H

#include <stddef.h>

/*
 * Puts the absolute path of @relative, a path from the project's top, into @buf of @size bytes;
 * "" gives the top itself. The top is the nearest folder above the running program that holds
 * suites/, so that it works from any build folder and in the guest. Whether @relative exists is
 * not looked at. 0, or err_setup() when there is no such folder or the path does not fit.
 */
int path_of(char *buf, size_t size, const char *relative);

/*
 * The same for @relative in the user's cache folder: $XDG_CACHE_HOME/shootdown, or
 * ~/.cache/shootdown. The cache folder is made when it does not exist.
 */
int path_of_cache(char *buf, size_t size, const char *relative);

/*
 * The module that was built for the kernel @release: build/kmod/RELEASE/secmmu.ko. 0 when it can
 * be read; -ENOENT, without a sentence, when it was not built.
 */
int path_of_module(char *buf, size_t size, const char *release);

/* The same for its test build, which can have known defects: build/kmod-test/RELEASE/secmmu.ko. */
int path_of_test_module(char *buf, size_t size, const char *release);

#endif
