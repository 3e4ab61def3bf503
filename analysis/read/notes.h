/* SPDX-License-Identifier: GPL-2.0-only */
/* What samples of a run say that their figures are to be read with. */
#ifndef ANALYSIS_READ_NOTES_H
#define ANALYSIS_READ_NOTES_H

#include "reader.h"

/* What is before a note's first colon is the same for all samples that it concerns. Its length. */
size_t notes_kind(const char *note);

/*
 * Calls @each for each kind of note that `ok` samples of @run have, in the order in which they come first,
 * with the first sample that has it and how many do. Of very many kinds only the first few.
 */
void notes_each(const struct run *run,
		void (*each)(void *arg, const char *note, const struct sample *first, size_t count),
		void *arg);

#endif
