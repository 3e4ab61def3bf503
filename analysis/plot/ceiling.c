// SPDX-License-Identifier: GPL-2.0-only
#include "ceiling.h"

#include <math.h>
#include <stdlib.h>

/* The most pages without a full flush, and the least with one. */
static void find(const struct point *point, double pages, size_t full, double *most, double *least)
{
	for (size_t i = 0; i < point->count; i++) {
		const struct sample *s = point->sample[i];

		if (s->status != SAMPLE_OK || isnan(s->value[full]))
			continue;
		if (s->value[full] < 0.5)
			*most = fmax(*most, pages);
		else
			*least = fmin(*least, pages);
	}
}

struct ceiling ceiling_of(const struct grid *grid, const struct block *block)
{
	const struct run *run = grid->run;
	const char *said = facts_get(&run->machine, "tlb_single_page_flush_ceiling", "");
	size_t axis = run_axis(run, "pages"), full = run_metric(run, "ctr.tlb_flush_full");
	double most = -INFINITY, least = INFINITY, pages;
	char *end;

	pages = strtod(said, &end);
	if (end != said && !*end && pages >= 0 && isfinite(pages))
		return (struct ceiling){ pages, false };
	for (size_t i = 0; i < block->count && axis != RUN_NONE && full != RUN_NONE; i++)
		find(&block->point[i], point_axis(run, &block->point[i], axis)->number, full, &most,
		     &least);
	return (struct ceiling){ isfinite(most) && isfinite(least) && most < least ? most : NAN,
				 true };
}
