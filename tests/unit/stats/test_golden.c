// SPDX-License-Identifier: GPL-2.0-only
/* Do SciPy and R say the same, to 12 digits? Their answers are in tests/golden/stats/cases.json. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <jansson.h>
#include <math.h>
#include <stdlib.h>

#include "stats/bootstrap.h"
#include "stats/holm.h"
#include "stats/rank.h"
#include "stats/slope.h"

static json_t *cases;

struct values {
	double *value;
	size_t count;
};

static struct values values_of(const json_t *array)
{
	struct values v = { NULL, json_array_size(array) };

	v.value = calloc(v.count, sizeof(*v.value));
	assert_non_null(v.value);
	for (size_t i = 0; i < v.count; i++)
		v.value[i] = json_number_value(json_array_get(array, i));
	return v;
}

static struct values sorted_of(const json_t *array)
{
	struct values v = values_of(array);

	assert_int_equal(stats_sort(v.value, v.count), 0);
	return v;
}

/* null is what cannot be said. */
static void assert_same(const json_t *want, double have, const char *name, const char *what)
{
	double value = json_is_null(want) ? NAN : json_number_value(want);

	assert_non_null(want);
	if (isnan(value) ? !isnan(have) : !(fabs(have - value) <= 1e-12 * fabs(value)))
		fail_msg("%s: %s is %.17g, not %.17g", name, what, have, value);
}

static const char *name_of(const json_t *entry)
{
	return json_string_value(json_object_get(entry, "name"));
}

static void assert_member(const json_t *entry, const char *what, double have)
{
	assert_same(json_object_get(entry, what), have, name_of(entry), what);
}

static void assert_interval(const json_t *entry, const struct interval *in)
{
	assert_member(entry, "low", in->low);
	assert_member(entry, "high", in->high);
}

/* Each case of @part, of which there are @least. */
static void each_case(const char *part, size_t least, void (*check)(const json_t *entry))
{
	const json_t *all = json_object_get(cases, part), *entry;
	size_t i;

	assert_true(json_array_size(all) >= least);
	json_array_foreach (all, i, entry)
		check(entry);
}

static void check_sides(const json_t *entry)
{
	struct values v = sorted_of(json_object_get(entry, "value"));
	struct values b = sorted_of(json_object_get(entry, "base"));
	struct utest test = stats_utest(v.value, v.count, b.value, b.count);
	struct interval in =
		stats_shift_interval(v.value, v.count, b.value, b.count, STATS_CONFIDENCE);

	assert_member(entry, "u", test.u);
	assert_member(entry, "p", test.p);
	assert_int_equal(test.exact, json_is_true(json_object_get(entry, "exact")));
	assert_member(entry, "shift", stats_shift(v.value, v.count, b.value, b.count));
	assert_interval(entry, &in);
	free(v.value);
	free(b.value);
}

static void check_quantile(const json_t *entry, const struct values *v, const json_t *quantile)
{
	double q = json_number_value(json_array_get(quantile, 0));
	struct interval in;

	assert_same(json_array_get(quantile, 1), stats_quantile(v->value, v->count, q),
		    name_of(entry), "quantile");
	if (!json_is_true(json_object_get(entry, "drawn")))
		return;
	in = stats_quantile_interval(v->value, v->count, q, STATS_CONFIDENCE,
				     (uint64_t)json_integer_value(json_object_get(entry, "seed")));
	assert_same(json_array_get(quantile, 2), in.low, name_of(entry), "low of the quantile");
	assert_same(json_array_get(quantile, 3), in.high, name_of(entry), "high of the quantile");
}

static void check_describe(const json_t *entry)
{
	struct values v = sorted_of(json_object_get(entry, "value"));
	struct interval in = stats_median_interval(v.value, v.count, STATS_CONFIDENCE);
	const json_t *quantile;
	size_t i;

	assert_member(entry, "median", stats_median(v.value, v.count));
	assert_member(entry, "sd", stats_sd(v.value, v.count));
	assert_interval(entry, &in);
	json_array_foreach (json_object_get(entry, "quantiles"), i, quantile)
		check_quantile(entry, &v, quantile);
	free(v.value);
}

static void check_slope(const json_t *entry)
{
	struct values x = values_of(json_object_get(entry, "x"));
	struct values y = values_of(json_object_get(entry, "y"));
	struct slope slope;

	assert_int_equal(stats_slope(&slope, x.value, y.value, x.count, STATS_CONFIDENCE), 0);
	assert_member(entry, "slope", slope.slope);
	assert_member(entry, "tau", slope.tau);
	assert_member(entry, "p", slope.p);
	assert_interval(entry, &slope.interval);
	free(x.value);
	free(y.value);
}

static void check_holm(const json_t *entry)
{
	const json_t *want = json_object_get(entry, "holm");
	struct values p = values_of(json_object_get(entry, "p"));

	assert_int_equal(stats_holm(p.value, p.count), 0);
	for (size_t i = 0; i < p.count; i++)
		assert_same(json_array_get(want, i), p.value[i], "Holm", "p");
	free(p.value);
}

enum {
	PAIRS = 16
};

static void check_ratio_mean(const json_t *entry)
{
	const json_t *pairs = json_object_get(entry, "pairs"), *sides;
	struct values value[PAIRS], base[PAIRS];
	struct pair pair[PAIRS];
	struct interval in;
	size_t i;

	assert_in_range(json_array_size(pairs), 1, PAIRS);
	json_array_foreach (pairs, i, sides) {
		value[i] = sorted_of(json_array_get(sides, 0));
		base[i] = sorted_of(json_array_get(sides, 1));
		pair[i] = (struct pair){ value[i].value, base[i].value, value[i].count,
					 base[i].count };
	}
	in = stats_ratio_mean_interval(
		pair, i, STATS_CONFIDENCE,
		(uint64_t)json_integer_value(json_object_get(entry, "seed")));
	assert_member(entry, "mean", stats_ratio_mean(pair, i));
	assert_interval(entry, &in);
	while (i-- > 0) {
		free(value[i].value);
		free(base[i].value);
	}
}

static void test_two_sides(void **state)
{
	(void)state;
	each_case("sides", 20, check_sides);
}

static void test_one_side(void **state)
{
	(void)state;
	each_case("describe", 10, check_describe);
}

static void test_slopes(void **state)
{
	(void)state;
	each_case("slopes", 10, check_slope);
}

static void test_holm(void **state)
{
	(void)state;
	each_case("holm", 6, check_holm);
}

/* Made with 5,000 resamples. */
static void test_means_of_ratios(void **state)
{
	(void)state;
	if (STATS_RESAMPLES == 5000)
		each_case("ratio_means", 5, check_ratio_mean);
}

static int load(void **state)
{
	json_error_t error;

	(void)state;
	cases = json_load_file("tests/golden/stats/cases.json", 0, &error);
	if (!cases)
		print_error("cases.json:%d: %s\n", error.line, error.text);
	return cases ? 0 : -1;
}

static int unload(void **state)
{
	(void)state;
	json_decref(cases);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_two_sides),       cmocka_unit_test(test_one_side),
		cmocka_unit_test(test_slopes),          cmocka_unit_test(test_holm),
		cmocka_unit_test(test_means_of_ratios),
	};

	return cmocka_run_group_tests(tests, load, unload);
}
