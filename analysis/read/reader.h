/* SPDX-License-Identifier: GPL-2.0-only */
/* A folder of results, as docs/results-format.md has it, in memory. */
#ifndef ANALYSIS_READ_READER_H
#define ANALYSIS_READ_READER_H

#include <loghist.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "util/pool.h"

/*
 * Strings and arrays belong to the run and live until run_free(). No string has a control
 * character: names with one are refused, free text has '?' in their place. But for the suite's
 * text, which has newlines and tabs.
 */

#define RUN_NONE     SIZE_MAX /* no index */
#define RUN_NO_VALUE "-" /* on the axis of a parameter that the sample's workload does not have */

/* A fact about the machine, the VM or the module. */
struct fact {
	const char *name, *text;
};

struct facts {
	struct fact *fact;
	size_t count;
};

/* What the engine itself costs, measured in this run. */
struct calibration {
	const char *name, *unit;
	double value;
};

enum better {
	BETTER_LOWER,
	BETTER_HIGHER,
	BETTER_NEITHER
};

struct metric {
	const char *name, *unit, *help;
	enum better better;
};

struct axis_value {
	const char *text;
	double number; /* NAN when it is text */
};

/* @value is in the order of display: numbers rising, then text in the order of the plan. */
struct axis {
	const char *name;
	struct axis_value *value;
	size_t count;
};

enum sample_status {
	SAMPLE_OK,
	SAMPLE_FAILED,
	SAMPLE_SKIPPED
};

/* Why metric @metric could not be measured. */
struct absent {
	size_t metric;
	const char *why;
};

/* The bins of a histogram that are not empty: bin @index[i] counts @bin[i] values. */
struct hist {
	const char *name, *unit;
	double hz; /* this many units are a second */
	uint64_t count, sum, min, max;
	size_t bins;
	const uint16_t *index;
	const uint64_t *bin;
};

/* A function of the kernel, and how often perf met a CPU in it. */
struct symbol {
	const char *name;
	uint64_t samples;
};

struct sample {
	uint64_t number, repeat;
	size_t line;  /* of samples.jsonl */
	uint8_t half; /* of an A/A pair: 0 or 1; 2 from twice the repeats on, in neither */
	enum sample_status status;
	const char *why;     /* "" when ok */
	const char *last;    /* why it was the last of its point: a word, "" when it was not */
	uint32_t *axis;      /* for each axis of the run, the index of its value */
	const double *value; /* for each metric of the run; NAN: absent. NULL when skipped */
	const struct absent *absent;
	size_t absents;
	const char *const *note; /* what its figures are to be read with */
	size_t notes;
	const struct hist *hist; /* only with RUN_HISTOGRAMS */
	size_t hists;
	const struct symbol *symbol; /* where perf recorded: those that it met most */
	size_t symbols;
	uint64_t in_kernel; /* how often it met a CPU in the kernel */
};

/* A line of samples.jsonl that could not be read, and was left out. */
struct damage {
	size_t line;
	const char *why;
};

enum {
	RUN_DAMAGES = 16 /* so many of them are named */
};

enum run_status {
	RUN_COMPLETE,
	RUN_INCOMPLETE
};

struct run {
	const char *path; /* as given */
	const char *name; /* of the folder */
	const char *suite, *started, *finished, *version, *commit;
	const char *command; /* its words as a shell takes them, one blank between them */
	const char *help,
		*text; /* of the suite: what it answers, and the file itself; both "" when not told */
	enum run_status status;
	const char *why; /* why it is not complete */
	bool emulated;   /* times are the emulator's */
	uint64_t seed, repeats, planned;
	struct facts machine, vm, module;
	struct calibration *calibration;
	size_t calibrations;
	struct axis *axis;
	size_t axes;
	struct metric *metric;
	size_t metrics;
	size_t by; /* the axis whose values the suite wants compared; RUN_NONE: it does not say */
	size_t *shown; /* the metrics that the suite asks for, in its order; there is one at least */
	size_t shows;
	struct sample *sample;
	size_t samples;
	bool cut;                          /* the last line had no newline and was left out */
	struct damage damage[RUN_DAMAGES]; /* the first of the lines that were damaged */
	size_t damaged;                    /* how many were */
	struct pool pool;
};

enum {
	RUN_HISTOGRAMS = 1
}; /* keep the histograms: most of the memory */

/*
 * The most that a run may have; more than any suite can ask for, or any sample holds. So memory and
 * time stay in proportion to the size of the files.
 */
enum {
	RUN_AXES = 512,
	RUN_METRICS = 1024,
	RUN_VALUES = 8192, /* of one axis */
	RUN_SAMPLES = 1 << 20
};

#define RUN_COUNT (1ULL << 43) /* values in a histogram, so that all samples' can be added */

/*
 * Reads the folder @path. 0, or err_usage() naming file and line; @run needs run_free() in
 * either case. A cut last line is no error, see @run->cut; nor are damaged ones while any line can
 * be read, see @run->damage. Which are damaged does not depend on @flags.
 */
int run_read(struct run *run, const char *path, unsigned int flags);

/* What run.json of the folder @path holds, to be freed, and its length; NULL with an error. */
char *run_head(const char *path, size_t *len);

/*
 * The same from memory: @head is what run.json holds, of @len bytes, @samples is samples.jsonl or
 * NULL; both may be anything. @path is where they are from.
 */
int run_load(struct run *run, const char *path, const char *head, size_t len, FILE *samples,
	     unsigned int flags);

void run_free(struct run *run);

/* The index of an axis, a metric, or a value of axis @axis; RUN_NONE when there is none. */
size_t run_axis(const struct run *run, const char *name);
size_t run_metric(const struct run *run, const char *name);
size_t run_axis_value(const struct run *run, size_t axis, const char *text);

/* The text of fact @name; @missing when there is none. */
const char *facts_get(const struct facts *facts, const char *name, const char *missing);

/* Adds @from to @to. Both count in the same unit; that is for the caller to see to. */
void hist_add(struct loghist *to, const struct hist *from);

#endif
