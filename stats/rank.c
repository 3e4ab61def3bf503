// SPDX-License-Identifier: GPL-2.0-only
#include "rank.h"

#include <math.h>
#include <string.h>

#include "order.h"

/* How many of @value are below @limit, or are at most it with @equal. */
static size_t below(const double *value, size_t count, double limit, bool equal)
{
	size_t low = 0, high = count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (value[middle] < limit || (equal && value[middle] == limit))
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static double u_of(const double *value, size_t count, const double *base, size_t base_count)
{
	double u = 0;

	for (size_t i = 0; i < count; i++)
		u += 0.5 * (double)(below(base, base_count, value[i], false) +
				    below(base, base_count, value[i], true));
	return u;
}

/* The sum of t^3 - t over all rows of t equal values of both sides together. */
static double ties_of(const double *a, size_t as, const double *b, size_t bs)
{
	double sum = 0;

	for (size_t i = 0, j = 0; i < as || j < bs;) {
		double at = j == bs || (i < as && a[i] <= b[j]) ? a[i] : b[j];
		size_t from = i + j;
		double t;

		while (i < as && a[i] == at)
			i++;
		while (j < bs && b[j] == at)
			j++;
		t = (double)(i + j - from);
		sum += t * t * t - t;
	}
	return sum;
}

static double p_with_ties(double u, double m, double n, double ties)
{
	double all = m + n;
	double variance = m * n / 12 * (all + 1 - ties / (all * (all - 1)));

	/* Where all are equal, what is left of the variance is a rounding error. */
	if (ties == all * all * all - all)
		variance = 0;
	return order_normal_p(u - m * n / 2, sqrt(variance), 0.5);
}

struct utest stats_utest(const double *value, size_t count, const double *base, size_t base_count)
{
	struct utest test = { NAN, NAN, false };
	struct order_law law;
	double ties;

	if (count == 0 || base_count == 0)
		return test;
	test.u = u_of(value, count, base, base_count);
	ties = ties_of(value, count, base, base_count);
	test.exact = ties == 0 && count <= ORDER_EXACT && base_count <= ORDER_EXACT;
	if (!test.exact) {
		test.p = p_with_ties(test.u, (double)count, (double)base_count, ties);
		return test;
	}
	order_of_u(&law, count, base_count);
	test.p = order_p(&law, (size_t)fmin(test.u, (double)law.most - test.u));
	return test;
}

/* The bits of a finite double, as a number that rises with it; and back. */
static int64_t to_rank(double x)
{
	int64_t bits;

	memcpy(&bits, &x, sizeof(bits));
	return bits < 0 ? INT64_MIN - bits : bits;
}

static double from_rank(int64_t rank)
{
	int64_t bits = rank < 0 ? INT64_MIN - rank : rank;
	double x;

	memcpy(&x, &bits, sizeof(x));
	return x;
}

/* How many differences are at most @limit. Both sides rise, so the place in @base does, too. */
static size_t differences_upto(const double *value, size_t count, const double *base,
			       size_t base_count, double limit)
{
	size_t sum = 0, j = 0;

	for (size_t i = 0; i < count; i++) {
		while (j < base_count && value[i] - base[j] > limit)
			j++;
		sum += base_count - j;
	}
	return sum;
}

/*
 * The @k-th smallest difference, from 1. The doubles themselves are halved, 64 times at most,
 * rather than all differences kept: 10,000 values a side have 10^8.
 */
static double kth_difference(const double *value, size_t count, const double *base,
			     size_t base_count, size_t k)
{
	int64_t low = to_rank(value[0] - base[base_count - 1]);
	int64_t high = to_rank(value[count - 1] - base[0]);

	while (low < high) {
		int64_t middle = (low & high) + ((low ^ high) >> 1);

		if (differences_upto(value, count, base, base_count, from_rank(middle)) >= k)
			high = middle;
		else
			low = middle + 1;
	}
	return from_rank(low);
}

double stats_shift(const double *value, size_t count, const double *base, size_t base_count)
{
	size_t all = count * base_count;
	double low;

	if (all == 0)
		return NAN;
	low = kth_difference(value, count, base, base_count, (all + 1) / 2);
	if (all % 2 == 1)
		return low;
	return stats_middle(low, kth_difference(value, count, base, base_count, all / 2 + 1));
}

struct interval stats_shift_interval(const double *value, size_t count, const double *base,
				     size_t base_count, double confidence)
{
	struct interval interval = { NAN, NAN };
	struct order_law law;
	size_t k;

	if (count == 0 || base_count == 0)
		return interval;
	order_of_u(&law, count, base_count);
	k = order_rank(&law, confidence);
	if (k == 0)
		return interval;
	interval.low = kth_difference(value, count, base, base_count, k);
	interval.high = kth_difference(value, count, base, base_count, law.most + 1 - k);
	return interval;
}
