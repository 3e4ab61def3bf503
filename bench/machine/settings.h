/* SPDX-License-Identifier: GPL-2.0-only */
/* The machine's settings that change a figure: how each stands, and what it does to a result. */
#ifndef BENCH_MACHINE_SETTINGS_H
#define BENCH_MACHINE_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>

enum {
	SETTING_LEN = 160
};

/*
 * @path:    the file that tells it, from the root of the file system; a pattern where each CPU
 *           has one
 * @good:    the values that disturb least, separated by '|'
 * @set:     what tune writes there; NULL: tune leaves it alone, because of @left
 * @applies: whether a file that the pattern found counts; NULL: each does
 * @read:    where it is more than the line of a file: the value into @value; false when it is
 *           not told here. NULL: from @path
 * @effect:  what it does to a result, in one sentence
 * @left:    why tune does not set it
 */
struct setting {
	const char *name, *path, *good, *set, *effect, *left;
	bool (*applies)(const char *file);
	bool (*read)(const char *root, char value[SETTING_LEN]);
};

/* The @i-th; NULL past the end. */
const struct setting *setting_at(size_t i);

/* The one of this name, or NULL. */
const struct setting *setting_find(const char *name);

/* May @path be a file of @setting? Looks at the name only. */
bool setting_has_file(const struct setting *setting, const char *path);

/*
 * How @setting stands under the folder @root, which is "" but in tests: the value, or, where CPUs
 * differ, each with the number of files that have it. False when it is not there.
 */
bool setting_read(const struct setting *setting, const char *root, char value[SETTING_LEN]);

/* Is @value one of the good ones? */
bool setting_is_good(const struct setting *setting, const char *value);

/*
 * Calls @fn for each file of @setting, by its path without @root, until it returns other than 0,
 * and returns that.
 */
int setting_each_file(const struct setting *setting, const char *root,
		      int (*fn)(void *arg, const struct setting *setting, const char *path),
		      void *arg);

/*
 * The value that the file @root@path holds: its first line, or of a choice like
 * "always [madvise] never" the one in brackets. False when it cannot be read, is empty, or has
 * control characters.
 */
bool setting_read_file(const char *root, const char *path, char value[SETTING_LEN]);

#endif
