/* SPDX-License-Identifier: GPL-2.0-only */
/* Does a figure stay, or does it grow with the logarithm of something, or with the thing itself? */
#ifndef STATS_GROWTH_H
#define STATS_GROWTH_H

#include "stats.h"

enum growth {
	GROWTH_CONSTANT, /* y = a */
	GROWTH_LOG,      /* y = a + b log2(x), b > 0 */
	GROWTH_LINEAR,   /* y = a + b x, b > 0 */
	GROWTHS
};

/* The samples at one x, as stats_sort() left them. */
struct growth_at {
	double x;
	const double *value;
	size_t count;
};

struct growth_fit {
	enum growth best;
	double share[GROWTHS]; /* of the resamples, that chose each */
	double ratio;          /* median at the last x over that at the first */
	struct interval ratio_interval;
};

/* What grows by less than half from the first x to the last, in its model, is taken as constant. */
#define GROWTH_LEAST 1.5

/* A model that grows has to have an AICc that is smaller by this. */
#define GROWTH_MARGIN 4.0

/*
 * Chooses by the corrected criterion of Akaike (C. M. Hurvich, C.-L. Tsai, "Regression and time
 * series model selection in small samples", Biometrika 76 (1989)) among least squares of all
 * samples, each residual over the median at its x: what spreads is a share of a figure. The samples at
 * each x are then drawn anew, GROWTH_RESAMPLES times from @seed, and the choice is made again. @x rises from 1 or
 * more. -EINVAL with fewer than 3 x, fewer than STATS_LEAST samples at one, or a median that is
 * not above 0; -ENOMEM.
 */
int stats_growth(struct growth_fit *fit, const struct growth_at *at, size_t count, uint64_t seed);

enum {
	GROWTH_RESAMPLES = 1000
};

#endif
