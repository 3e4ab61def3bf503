/* SPDX-License-Identifier: GPL-2.0-only */
/* Up to how many pages does x86 flush one by one, and everything beyond that? */
#ifndef ANALYSIS_PLOT_CEILING_H
#define ANALYSIS_PLOT_CEILING_H

#include "analysis/read/points.h"

struct ceiling {
	double pages; /* NAN: nothing tells */
	bool seen; /* by samples that flushed everything, and ones that did not; else the kernel said it */
};

/*
 * Of the machine that @grid is from: what its kernel says in debugfs; or, where that could not be read, the
 * most pages with which no sample of @block flushed everything (ctr.tlb_flush_full), if all with more did.
 */
struct ceiling ceiling_of(const struct grid *grid, const struct block *block);

#endif
