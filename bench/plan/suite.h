/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A suite file: what to measure. INI: [global] and one section for each experiment, whose lists
 * multiply out.
 */
#ifndef BENCH_PLAN_SUITE_H
#define BENCH_PLAN_SUITE_H

#include <limits.h>
#include <stddef.h>

#include "axis.h"
#include "bench/counters/counters.h"

enum {
	SUITE_NAME_LEN = 64,
	SUITE_HELP_LEN = 200,
	SUITE_METRICS = 16,
	SUITE_MEMBERS = 32,
	SECTIONS = 32,
	SECTION_AXES = 32,
	SECTION_WORKLOADS = 16
};

struct section {
	char name[SUITE_NAME_LEN];
	struct axis workloads; /* the values are names of workloads; none: those of [global] */
	struct axis axes[SECTION_AXES]; /* the keys that stand in it */
	int lines[SECTION_AXES];        /* and on which line; 0: on the command line */
	size_t axis_count;
};

struct suite {
	char name[SUITE_NAME_LEN];
	char path[PATH_MAX];
	char help[SUITE_HELP_LEN];
	char *text;         /* the file as it was read */
	unsigned int given; /* which of the keys of [global] alone the file has: for suite_set() */
	int repeats, most, precision; /* 0 when the file does not say; @precision in per cent */
	char metrics[SUITE_METRICS][SUITE_NAME_LEN]; /* that the report shows; none: op.p50 */
	size_t metric_count;
	struct counters counters; /* not yet resolved */
	char by[SUITE_NAME_LEN];  /* the axis whose values the report compares; "": variant */
	char members[SUITE_MEMBERS][SUITE_NAME_LEN]; /* names: a suite of suites has no sections */
	size_t member_count;
	struct section *global; /* presets of the others */
	struct section *sections[SECTIONS];
	size_t section_count;
};

/* One `KEY=VALUES` of the command line, which stands above [global] and the sections. */
struct override {
	const char *key, *values;
};

/*
 * Reads the suite @name: the file suites/NAME.suite ("quick", "claims/c1"), or any file by its path when
 * that ends with ".suite" or has a slash. @overrides (ends with a row without a key) replace what the file says. 0, or
 * -EINVAL with a sentence that names file and line.
 */
int suite_read(struct suite *suite, const char *name, const struct override *overrides);

/*
 * The same for the @len bytes at @text, which may be any: @path is where they are from, and gives the
 * suite its name.
 */
int suite_load(struct suite *suite, const char *path, const char *text, size_t len,
	       const struct override *overrides);

void suite_free(struct suite *suite);

/* The values of @param in @section: its own, those of [global], or the preset. 0 or -errno. */
int suite_axis(const struct suite *suite, const struct section *section, const struct param *param,
	       struct axis *axis);

/* The values of the key `workload` in @section: its own or those of [global]. */
const struct axis *suite_workloads(const struct suite *suite, const struct section *section);

/* Path of the suite @name, as suite_read() finds it, in @path of @size bytes. 0 or -EINVAL. */
int suite_path(const char *name, char *path, size_t size);

/*
 * Calls @fn for each suite in suites/ and in its folders, by name, until it returns other than 0, and
 * returns that.
 */
int suite_each(int (*fn)(void *arg, const char *name), void *arg);

/*
 * The same for each suite that measures something and that @name stands for: itself; those that a suite
 * of suites names; those in the folder of that name in suites/. -EINVAL when there is none, or one
 * cannot be read.
 */
int suite_expand(const char *name, int (*fn)(void *arg, const char *name), void *arg);

#endif
