// SPDX-License-Identifier: GPL-2.0-only
#include "quantile.h"

#include <math.h>

/* The value at @share (0 .. 1) of bin @index, whose values are taken as evenly spread. */
static double within_bin(const struct loghist *h, unsigned int index, double share)
{
	__u64 low = loghist_lower(index);
	__u64 high = index == LOGHIST_BINS - 1 ? h->max : loghist_lower(index + 1) - 1;

	if (low < h->min)
		low = h->min;
	if (high > h->max)
		high = h->max;
	return (double)low + share * ((double)high - (double)low);
}

double loghist_quantile(const struct loghist *h, double q)
{
	double rank = q * (double)h->count;
	__u64 below = 0;
	unsigned int i;

	if (h->count == 0 || !(q >= 0 && q <= 1))
		return NAN;
	for (i = 0; i < LOGHIST_BINS; i++) {
		__u64 upto = below + h->bin[i];

		if (h->bin[i] != 0 && (double)upto >= rank)
			return within_bin(h, i, (rank - (double)below) / (double)h->bin[i]);
		below = upto;
	}
	return (double)h->max;
}

double loghist_mean(const struct loghist *h)
{
	return h->count == 0 ? NAN : (double)h->sum / (double)h->count;
}
