/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The record of what tune has changed: /run/shootdown/tune.json. It lies in memory, as the
 * settings do: neither outlives the boot.
 */
#ifndef BENCH_MACHINE_TUNE_RECORD_H
#define BENCH_MACHINE_TUNE_RECORD_H

#include <jansson.h>
#include <stdbool.h>

enum {
	TUNE_FOLDER_LEN = 1024
};

/*
 * @lock:    an open file, locked: one tune or restore at a time
 * @entries: array of {"name", "path", "old", "new"}, in the order in which they were set
 */
struct tune_record {
	char folder[TUNE_FOLDER_LEN];
	int lock;
	json_t *entries;
};

/*
 * Takes the lock and reads the record under @root; without one, @entries is empty. A record of an
 * earlier boot is none. 0 or err_setup().
 */
int tune_record_open(struct tune_record *record, const char *root);
void tune_record_close(struct tune_record *record);

/* The entry of the file @path, or NULL. */
json_t *tune_record_find(const struct tune_record *record, const char *path);

/*
 * Replaces the record on disk, or removes it when there are no entries. When it returns 0 it is on
 * disk whatever happens next; a crash before leaves the old one. 0 or err_setup().
 */
int tune_record_save(const struct tune_record *record, const char *root);

/* Is there one? Takes no lock. */
bool tune_record_exists(const char *root);

#endif
