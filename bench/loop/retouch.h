/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What it costs a bystander to read its pages again when its TLB may have been flushed, against the same
 * when nothing came between. A mode of its own: the passes over the pages take time in which no gap is
 * seen, so a bystander either watches for gaps or measures this.
 */
#ifndef BENCH_LOOP_RETOUCH_H
#define BENCH_LOOP_RETOUCH_H

#include "bench/results/record.h"
#include "worker.h"

/*
 * @pages: of a pass
 * @after: times of passes just after a gap, in cycles
 * @quiet: of passes before which none was, as long after the pass before
 */
struct retouch {
	size_t pages;
	struct loghist after, quiet;
};

/* For a bystander in its own thread, when it begins. NULL: no memory. */
struct retouch *retouch_open(size_t pages);
void retouch_close(struct retouch *retouch);

/* The measured loop of a bystander with w->retouch, which has learnt its turn. 0 or -errno. */
int retouch_timed(struct worker *w);

/* Adds to @record what a page cost all bystanders of @crew together, or why that is not known. */
void retouch_record(const struct crew *crew, struct record *record);

#endif
