/* SPDX-License-Identifier: GPL-2.0-only */
/* What the parts of the reader, reader*.c, share. */
#ifndef ANALYSIS_READ_INTERNAL_H
#define ANALYSIS_READ_INTERNAL_H

#include <jansson.h>

#include "json_field.h"
#include "reader.h"

/* A copy of the string @value in the run, cleaned. NULL when memory is out. */
const char *run_keep_text(struct run *run, const json_t *value);

/* Reads the object of run.json into @run, but for the samples and the values of axes. */
int run_read_head(const struct place *place, struct run *run, const json_t *root);

/* Reads samples.jsonl from @in into @run, whose axes and metrics are there. */
int run_read_samples(struct run *run, FILE *in, unsigned int flags);

enum {
	KNOWN_TEXTS = 64
};

/* samples.jsonl, on its way into a run. */
struct loader {
	struct run *run;
	struct place place;
	unsigned int flags;
	size_t room;         /* samples that fit into run->sample */
	size_t next;         /* the metric that a sample probably names next */
	size_t *values;      /* for each axis, how many values it had before this line */
	struct pool *hists;  /* where histograms go: the run's, or @scratch */
	struct pool scratch; /* for histograms that are looked at, but not kept */
	/* Texts that samples may share, the last of them; and how many there were. */
	const char *known[KNOWN_TEXTS];
	size_t knowns;
};

/* One copy of the string @value, mostly: names and reasons repeat in each sample. 0 or -errno. */
int share_text(struct loader *l, const json_t *value, const char **text);

/*
 * The line at @l->place could not be read, which an error tells: makes a note of it, forgets the error
 * and the values of axes that only this line had.
 */
int damage_note(struct loader *l);

/* 0; the error of the first line that is damaged when there is no other. */
int damage_check(struct loader *l);

/* Reads "hist" of the sample @root into @s; without RUN_HISTOGRAMS it is only looked at. */
int sample_read_hists(struct loader *l, const json_t *root, struct sample *s);

/* Reads "notes" of the sample @root into @s. */
int sample_read_notes(struct loader *l, const json_t *root, struct sample *s);

/* Reads "perf" of the sample @root into @s. */
int sample_read_profile(struct loader *l, const json_t *root, struct sample *s);

/* Reads "command" of run.json: run->command. */
int run_read_command(const struct place *place, struct run *run, const json_t *root);

/* Reads the facts of the machine, the VM and the module. */
int run_read_facts(const struct place *place, struct run *run, const json_t *root);

/*
 * The index of @value, a string or a number, among the values of @axis; a new one when there
 * is none.
 */
int axis_intern(const struct place *place, struct run *run, struct axis *axis, const json_t *value,
		uint32_t *index);

/*
 * Brings the values of each axis into the order of display and the samples' indices with
 * them. @order: the "values" of run.json, or NULL.
 */
int axes_sort(const struct place *place, struct run *run, const json_t *order);

#endif
