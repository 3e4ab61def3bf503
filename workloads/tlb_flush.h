/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The loop of will-it-scale's tlb_flush tests: write to the next page of a mapping, give it back,
 * read it again. They differ in what is mapped, and so in what is read.
 */
#ifndef WORKLOADS_TLB_FLUSH_H
#define WORKLOADS_TLB_FLUSH_H

struct workspace;

/* As struct workload: the slot maps a new file with @map_flags, or no file if they say so. */
int tlb_flush_init(struct workspace *w, int map_flags);
/* After the last page the mapping is made anew, as theirs is. */
int tlb_flush_prep(struct workspace *w);
/* @kept: what was written is to be read again; else 0. -EIO if not. */
int tlb_flush_op(struct workspace *w, int kept);
void tlb_flush_fini(struct workspace *w);

#endif
