/* SPDX-License-Identifier: GPL-2.0-only */
/* Sets what can be set of the machine's settings, and puts it back: after a crash, too. */
#ifndef BENCH_MACHINE_TUNE_H
#define BENCH_MACHINE_TUNE_H

#include <stdbool.h>
#include <stdio.h>

/*
 * @root:    "" but in tests: the folder that stands for the root of the file system
 * @write:   writes a value into a file: 0 or -errno; tune_write_file() but in tests
 * @out:     where each step is told
 * @dry_run: say what would be done, and do nothing
 * @force:   put back what somebody else has changed meanwhile, too
 */
struct tune {
	const char *root;
	int (*write)(const char *file, const char *value);
	FILE *out;
	bool dry_run, force;
};

int tune_write_file(const char *file, const char *value);

/*
 * Sets each setting that tune sets and that is not good. Before the first is touched, a record of what
 * all of them were is on disk; what a record holds already stays. 0, or err_setup() when some
 * could not be set; the others are.
 */
int tune_set(const struct tune *tune);

/*
 * Puts back what the record holds, and removes from it what is as it was. A setting that is
 * neither as it was nor as tune set it was changed by somebody else: it is left alone, without
 * @tune->force. 0, also when there is no record; err_setup() when some could not be put back, which
 * stay in the record.
 */
int tune_restore(const struct tune *tune);

/* Is there a record: was the machine tuned, and not restored? */
bool tune_is_on(const char *root);

#endif
