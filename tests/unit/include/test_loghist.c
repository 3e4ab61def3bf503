// SPDX-License-Identifier: GPL-2.0-only
/* Does the histogram put each value where its layout says? */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>

#include "loghist.h"

static struct loghist *new_hist(void)
{
	struct loghist *h = calloc(1, sizeof(*h));

	assert_non_null(h);
	loghist_init(h);
	return h;
}

static void small_values_are_exact(void **state)
{
	(void)state;
	for (unsigned int v = 0; v < 2 * LOGHIST_SUB_BINS; v++) {
		assert_int_equal(loghist_index(v), v);
		assert_int_equal(loghist_lower(v), v);
	}
}

/* By hand: 128 is the first value of the octave [128, 256), whose bins are 2 wide. */
static void first_wide_octave(void **state)
{
	(void)state;
	assert_int_equal(loghist_index(128), 128);
	assert_int_equal(loghist_index(129), 128);
	assert_int_equal(loghist_index(130), 129);
	assert_int_equal(loghist_index(255), 191);
	assert_int_equal(loghist_index(256), 192);
	assert_int_equal(loghist_lower(129), 130);
	assert_int_equal(loghist_lower(192), 256);
}

static void bins_tile_the_values(void **state)
{
	(void)state;
	for (unsigned int i = 0; i < LOGHIST_BINS; i++) {
		uint64_t lower = loghist_lower(i), end = loghist_lower(i + 1);

		assert_true(end > lower);
		assert_int_equal(loghist_index(lower), i);
		assert_int_equal(loghist_index(end - 1), i);
		/* 1/64 of the value, and values below 128 are exact. */
		assert_true((end - lower - 1) * LOGHIST_SUB_BINS <= lower);
	}
	assert_int_equal(loghist_lower(LOGHIST_BINS), 1ull << LOGHIST_MAX_BITS);
}

static void huge_values_fall_into_the_last_bin(void **state)
{
	struct loghist *h = new_hist();

	(void)state;
	loghist_record(h, 1ull << LOGHIST_MAX_BITS);
	loghist_record(h, UINT64_MAX);
	assert_int_equal(h->bin[LOGHIST_BINS - 1], 2);
	assert_true(h->max == UINT64_MAX);
	assert_true(h->min == 1ull << LOGHIST_MAX_BITS);
	free(h);
}

static void sums_are_exact(void **state)
{
	struct loghist *a = new_hist(), *b = new_hist();

	(void)state;
	loghist_record(a, 1000);
	loghist_record(a, 3);
	loghist_record(b, 5000);
	loghist_add(a, b);
	assert_int_equal(a->count, 3);
	assert_int_equal(a->sum, 6003);
	assert_int_equal(a->min, 3);
	assert_int_equal(a->max, 5000);
	assert_int_equal(a->bin[loghist_index(5000)], 1);
	free(a);
	free(b);
}

static void adding_nothing_changes_nothing(void **state)
{
	struct loghist *a = new_hist(), *b = new_hist();

	(void)state;
	loghist_record(a, 7);
	loghist_add(a, b);
	assert_int_equal(a->count, 1);
	assert_int_equal(a->min, 7);
	assert_int_equal(a->max, 7);
	free(a);
	free(b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(small_values_are_exact),
		cmocka_unit_test(first_wide_octave),
		cmocka_unit_test(bins_tile_the_values),
		cmocka_unit_test(huge_values_fall_into_the_last_bin),
		cmocka_unit_test(sums_are_exact),
		cmocka_unit_test(adding_nothing_changes_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
