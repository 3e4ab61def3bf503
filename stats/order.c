// SPDX-License-Identifier: GPL-2.0-only
#include "order.h"

#include <math.h>
#include <string.h>

/* The generating function @way, up to q^@most, times (1 - q^@k). */
static void times(int64_t *way, size_t most, size_t k)
{
	for (size_t i = most; i >= k && i <= most; i--)
		way[i] -= way[i - k];
}

/* The same over (1 - q^@k). */
static void over(int64_t *way, size_t most, size_t k)
{
	for (size_t i = k; i <= most; i++)
		way[i] += way[i - k];
}

static void begin(struct order_law *law, size_t most, int64_t all)
{
	*law = (struct order_law){ .most = most, .all = all };
	law->way[0] = 1;
}

/*
 * The coefficient of q^u in the Gaussian binomial (m + n over m), the product of (1 - q^(n +
 * i)) / (1 - q^i) for i = 1 .. m, is how many arrangements give u. H. B. Mann, D. R. Whitney,
 * "On a test of whether one of two random variables is stochastically larger than the other",
 * Annals of Mathematical Statistics 18 (1947), give the same as a recurrence. After each i the
 * coefficients count arrangements, at most 1.4 * 10^11.
 */
void order_of_u(struct order_law *law, size_t m, size_t n)
{
	double product = (double)m * (double)n;

	begin(law, m * n, 1);
	if (m > ORDER_EXACT || n > ORDER_EXACT) {
		law->sd = sqrt(product * (double)(m + n + 1) / 12);
		return;
	}
	for (size_t i = 1; i <= m; i++) {
		times(law->way, law->most, n + i);
		over(law->way, law->most, i);
		law->all = law->all * (int64_t)(n + i) / (int64_t)i;
	}
}

/*
 * MacMahon: the product of (1 - q^i) / (1 - q) for i = 2 .. n. 20! is below 2^62.
 */
void order_of_inversions(struct order_law *law, size_t n)
{
	double d = (double)n;

	begin(law, n * (n - 1) / 2, 1);
	if (n > ORDER_EXACT) {
		law->sd = sqrt(d * (d - 1) * (2 * d + 5) / 72);
		return;
	}
	for (size_t i = 2; i <= n; i++) {
		times(law->way, law->most, i);
		over(law->way, law->most, 1);
		law->all *= (int64_t)i;
	}
}

double order_normal_p(double off, double sd, double half)
{
	double from = fabs(off) - half;

	return from > 0 && sd > 0 ? erfc(from / sd * M_SQRT1_2) : 1;
}

double order_p(const struct order_law *law, size_t x)
{
	int64_t tail = 0;

	if (2 * x >= law->most)
		return 1;
	if (law->sd > 0)
		return order_normal_p((double)law->most / 2 - (double)x, law->sd, 0.5);
	for (size_t i = 0; i <= x; i++)
		tail += law->way[i];
	return fmin(1, 2 * ((double)tail / (double)law->all));
}

/* order_p() rises with x: halving finds where it passes 1 - @confidence. */
size_t order_rank(const struct order_law *law, double confidence)
{
	size_t low = 0, high = law->most / 2 + 1;

	while (low < high) {
		size_t k = low + (high - low) / 2;

		/* Ranks up to k are known to do, and those above `high` not to. */
		if (order_p(law, k) <= 1 - confidence)
			low = k + 1;
		else
			high = k;
	}
	return low;
}
