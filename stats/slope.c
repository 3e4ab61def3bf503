// SPDX-License-Identifier: GPL-2.0-only
#include "slope.h"

#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "order.h"

/* What the pairs of values say. */
struct pairs {
	double *slope;
	size_t all, rising, falling;
};

static int fill_pairs(struct pairs *pairs, const double *x, const double *y, size_t count)
{
	size_t n = 0;

	*pairs = (struct pairs){ .all = count * (count - 1) / 2 };
	pairs->slope = malloc(pairs->all * sizeof(*pairs->slope));
	if (!pairs->slope)
		return -ENOMEM;
	for (size_t i = 1; i < count; i++) {
		for (size_t j = 0; j < i; j++) {
			pairs->slope[n++] = (y[i] - y[j]) / (x[i] - x[j]);
			pairs->rising += y[i] > y[j];
			pairs->falling += y[i] < y[j];
		}
	}
	return stats_sort(pairs->slope, pairs->all);
}

/*
 * The variance of rising - falling pairs: n (n - 1) (2 n + 5) / 18, less t (t - 1) (2 t + 5) / 18
 * for each row of t equal values.
 */
static int variance_of(const double *y, size_t count, double *variance)
{
	double *sorted = malloc(count * sizeof(*sorted)), n = (double)count;

	if (!sorted)
		return -ENOMEM;
	memcpy(sorted, y, count * sizeof(*sorted));
	stats_sort(sorted, count);
	*variance = n * (n - 1) * (2 * n + 5);
	for (size_t i = 0, from = 0; i < count; i = from) {
		double t;

		while (from < count && sorted[from] == sorted[i])
			from++;
		t = (double)(from - i);
		*variance -= t * (t - 1) * (2 * t + 5);
	}
	*variance /= 18;
	free(sorted);
	return 0;
}

static int test_pairs(struct slope *slope, const struct pairs *pairs, const struct order_law *law,
		      const double *y, size_t count)
{
	double s = (double)pairs->rising - (double)pairs->falling, all = (double)pairs->all;
	size_t untied = pairs->rising + pairs->falling;
	double variance;
	int ret;

	slope->tau = untied ? s / sqrt((double)untied * all) : NAN;
	if (untied == pairs->all && count <= ORDER_EXACT) {
		slope->p = order_p(law,
				   pairs->rising < pairs->falling ? pairs->rising : pairs->falling);
		return 0;
	}
	ret = variance_of(y, count, &variance);
	if (!ret)
		slope->p = order_normal_p(s, sqrt(variance), 1);
	return ret;
}

static void bound(struct slope *slope, const struct pairs *pairs, const struct order_law *law,
		  double confidence)
{
	size_t k = order_rank(law, confidence);

	slope->slope = stats_median(pairs->slope, pairs->all);
	slope->interval = (struct interval){ NAN, NAN };
	if (k > 0)
		slope->interval =
			(struct interval){ pairs->slope[k - 1], pairs->slope[pairs->all - k] };
}

static bool is_a_row(const double *x, const double *y, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (!isfinite(x[i]) || !isfinite(y[i]) || (i > 0 && x[i] <= x[i - 1]))
			return false;
	return count >= 2 && count <= SLOPE_MOST;
}

int stats_slope(struct slope *slope, const double *x, const double *y, size_t count,
		double confidence)
{
	struct order_law law;
	struct pairs pairs;
	int ret;

	if (!is_a_row(x, y, count))
		return -EINVAL;
	ret = fill_pairs(&pairs, x, y, count);
	order_of_inversions(&law, count);
	if (!ret)
		ret = test_pairs(slope, &pairs, &law, y, count);
	if (!ret)
		bound(slope, &pairs, &law, confidence);
	free(pairs.slope);
	return ret;
}
