// SPDX-License-Identifier: GPL-2.0-only
#include "holm.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

static int by_p(const void *a, const void *b)
{
	double x = **(double *const *)a, y = **(double *const *)b;

	return (x > y) - (x < y);
}

int stats_holm(double *p, size_t count)
{
	double **place = calloc(count + 1, sizeof(*place)), least = 0;
	size_t tests = 0;

	if (!place)
		return -ENOMEM;
	for (size_t i = 0; i < count; i++)
		if (!isnan(p[i]))
			place[tests++] = &p[i];
	qsort(place, tests, sizeof(*place), by_p);
	for (size_t i = 0; i < tests; i++) {
		least = fmax(least, fmin(1, (double)(tests - i) * *place[i]));
		*place[i] = least;
	}
	free(place);
	return 0;
}
