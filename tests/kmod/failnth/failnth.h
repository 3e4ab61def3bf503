/* SPDX-License-Identifier: GPL-2.0-only */
/* Failing allocations: what the parts of the program share. */
#ifndef TESTS_KMOD_FAILNTH_FAILNTH_H
#define TESTS_KMOD_FAILNTH_FAILNTH_H

#include <stdbool.h>
#include <stddef.h>

#include "tests/kmod/lib/dev.h"

/*
 * So few that whatever a failed call leaves behind is missed at once: the ranges of one INSERT, and
 * the pages of one FAULT, are all that there may be.
 */
#define SCENE_RANGES 3
#define SCENE_PAGES  4
#define SCENE_PARAMS "max_ranges=3 max_pages=4"

/* The same for the threads of random_setting(). */
#define RANDOM_PAGES  64
#define RANDOM_PARAMS "max_ranges=3 max_pages=64"

/**
 * struct setting - a device that allocations are made to fail for
 * @variant: what subscribes
 * @name:    that and all else that is chosen, for the report
 * @attach:  the same, for ATTACH
 * @tracks:  the variant keeps translations
 * @first:   the first setting of its variant
 */
struct setting {
	const char *variant;
	char name[64];
	struct secmmu_attach attach;
	bool tracks;
	bool first;
};

/* What is there before a call is tried. */
enum stage {
	STAGE_NOTHING,
	STAGE_OPEN,
	STAGE_ATTACHED,
	STAGE_TRACKED,
	STAGE_TRANSLATED,
};

/* A file, its memory, and its ranges: the first covers all of the memory. */
struct scene {
	const struct setting *setting;
	int fd;
	char *arena;
	struct secmmu_range ranges[SCENE_RANGES];
};

/* An error that a call may end with; where @from is not NULL, only if that function asked. */
struct error {
	int number;
	const char *from;
};

/* How often a call is tried. */
enum often {
	OFTEN_ONCE,    /* it does not depend on the device */
	OFTEN_VARIANT, /* it depends on the variant only */
	OFTEN_SETTING,
};

/**
 * struct call - one thing that a program does with the device
 * @name:    for the report
 * @often:   with which settings it is tried
 * @stage:   what is there before
 * @afresh:  each try in a process of its own: an address space keeps what its first subscriber got
 * @translates: only for variants that keep translations
 * @prepare: what else comes before; or NULL
 * @run:     the call; 0 or -errno
 * @failed:  checks that a call that failed has changed nothing; or NULL
 * @done:    checks that a call that did not has done all; or NULL
 * @errors:  those that are documented for it when memory is short; the last is 0
 */
struct call {
	const char *name;
	enum often often;
	enum stage stage;
	bool afresh;
	bool translates;
	void (*prepare)(struct scene *scene);
	int (*run)(struct scene *scene);
	void (*failed)(struct scene *scene);
	void (*done)(struct scene *scene);
	const struct error *errors;
};

/* The last has no name. */
extern const struct call calls[];

void scene_bring(struct scene *scene, const struct setting *setting, enum stage stage);
/* With all ranges there: new ones, and new memory. */
void scene_renew(struct scene *scene, enum stage stage);

/* Lets the kernel's failures and its record of them be used; why not, or NULL. */
const char *inject_ready(void);
/* Once in each process, before inject_arm(). */
void inject_open(void);
/*
 * Whether allocations of whole pages may fail, too. How many there are depends on what others have left
 * in the slabs; without them the n-th is the same one each time.
 */
void inject_pages(bool fail);
/* Of what this thread allocates, or copies from or to user memory, from now on, the @nth fails. */
void inject_arm(unsigned int nth);
/* None does any more; how many short of it this was: 0 if it has come. */
unsigned int inject_disarm(void);
/*
 * Which functions asked for what failed since the last time, innermost first, with a blank behind
 * each; empty: nothing did. The first word is INJECT_COPY if it was a copy.
 */
const char *inject_where(void);
bool inject_from(const char *where, const char *function);
#define INJECT_COPY "[copy]"
/* Why a call may go on though this failed; NULL: it may not. */
const char *inject_excuse(const char *where);

/* Each @interval-th allocation fails in the threads that have called inject_me(), until inject_stop(). */
void inject_every(unsigned int interval);
void inject_me(void);
/* How many did. */
unsigned long inject_stop(void);

/**
 * struct tally - what was made to fail
 * @allocations: how many
 * @excused:     with so many of these the call went on, for a reason that is known
 * @copies:      copies from and to user memory
 */
struct tally {
	unsigned long allocations;
	unsigned long excused;
	unsigned long copies;
};

/* Each allocation of each call that is tried with @setting fails once. */
void sweep_setting(const struct setting *setting, struct tally *tally);
/* Each allocation of the module's init fails once. The module is not loaded. */
void sweep_load(struct tally *tally);
/* Allocations fail here and there, while all is done at once. */
void random_setting(const struct setting *setting, struct tally *tally);

#endif
