/* SPDX-License-Identifier: GPL-2.0-only */
/* Kills runs of shootdown: what a run looks like from outside, and what it leaves. */
#ifndef TESTS_KMOD_KILLER_KILLER_H
#define TESTS_KMOD_KILLER_KILLER_H

#include <stdbool.h>
#include <sys/types.h>

/* What a run is at, as far as /proc and its folder tell. */
enum phase {
	PHASE_START,  /* no folder yet: module, calibration */
	PHASE_SET_UP, /* of a sample */
	PHASE_WARM_UP,
	PHASE_MEASURE,
	PHASE_WRITE, /* the sample tells what it has seen, or the runner writes results */
	PHASES
};

extern const char *const phase_names[PHASES];

/**
 * struct prey - a run
 * @runner: its process, and its process group
 * @sample: the process of its sample, or 0
 * @victim: a process that the sample made, or 0
 * @results: the folder that its run folder is made in; nothing else is in there
 */
struct prey {
	pid_t runner;
	pid_t sample;
	pid_t victim;
	const char *results;
};

/* Starts `PROGRAM run` of @suite; @select: load or file. */
void prey_start(struct prey *prey, const char *program, const char *suite, const char *select);

/* Looks for its processes, and says what it is at. */
enum phase prey_look(struct prey *prey);

/* The path of its run folder; false: there is none, or (a failure) more than one. */
bool prey_folder(const struct prey *prey, char *path, size_t size);

/* Has its runner ended, and not been waited for? */
bool prey_has_ended(const struct prey *prey);

/* Its exit code or -SIGNAL, once it and all that it has started are gone; -ETIME after @ms. */
int prey_end(const struct prey *prey, int ms);

/* What was read of folders. */
struct remains {
	int none;       /* killed before there was a folder */
	int empty;      /* without a sample */
	int cut;        /* with a last line that was cut off */
	int incomplete; /* that say so */
	int complete;
	int failed; /* with failed samples */
};

/* Each command reads what is in @results, or says plainly what it lacks. Removes it. */
void remains_check(const struct prey *prey, const char *program, struct remains *remains);

#endif
