// SPDX-License-Identifier: GPL-2.0-only
/* Does each point get as many samples as it needs, no more than it may, and a word on why there were no more? */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <jansson.h>
#include <stdbool.h>
#include <string.h>

#include "bench/sample/rounds.h"
#include "util/err.h"

/* Four points: the values of `ranges` tell them apart. */
static const char text[] = "[global]\nworkload = dontneed\nmetrics = op.p99, op.p50\n"
			   "[a]\nvariant = list, itree\nranges = 1, 2\n";

enum {
	POINTS = 4,
	REPEATS = 6,
	PAIRED = 2 * REPEATS /* the first point is compared with itself */
};

struct fixture {
	struct suite suite;
	struct plan plan;
	struct rounds rounds;
};

static void begin(struct fixture *f, double reach, int most, enum select select)
{
	assert_int_equal(suite_load(&f->suite, "t.suite", text, strlen(text), NULL), 0);
	assert_int_equal(plan_make(&f->plan, &f->suite, REPEATS, 7, select), 0);
	assert_int_equal(plan_refine(&f->plan, &f->suite, reach, most), 0);
	assert_int_equal(rounds_open(&f->rounds, &f->plan), 0);
}

static void end(struct fixture *f)
{
	rounds_close(&f->rounds);
	plan_free(&f->plan);
	suite_free(&f->suite);
}

/* What the sample of a point says, by how many the point has had. */
typedef json_t *(*sample_fn)(size_t point, int nth);

/* Takes all samples; how many each point got, and why no more. */
static size_t take_all(struct fixture *f, sample_fn sample, int taken[POINTS],
		       const char *last[POINTS])
{
	bool seen[POINTS][100] = { 0 };
	struct slot slot;
	size_t count = 0;

	memset(taken, 0, POINTS * sizeof(*taken));
	memset(last, 0, POINTS * sizeof(*last));
	for (; rounds_next(&f->rounds, &slot); count++) {
		json_t *out = sample(slot.point, taken[slot.point]);
		const char *why;

		/* Not one more than the last. */
		assert_null(last[slot.point]);
		/* Each has a number of its own; only an A/A pair has those behind the repeats. */
		assert_false(seen[slot.point][slot.repeat]);
		seen[slot.point][slot.repeat] = true;
		assert_true(slot.point == 0 || slot.repeat < REPEATS || slot.repeat >= PAIRED);
		taken[slot.point]++;
		why = rounds_take(&f->rounds, &slot, out);
		if (why)
			last[slot.point] = why;
		json_decref(out);
	}
	return count;
}

static json_t *ok(double p99)
{
	return json_pack("{s:s, s:{s:f, s:f}}", "status", "ok", "metrics", "op.p99", p99, "op.p50",
			 1.0);
}

static json_t *same(size_t point, int nth)
{
	(void)point;
	(void)nth;
	return ok(100);
}

/* Point 0 is precise, 1 becomes so, 2 never does, 3 has no such metric. */
static json_t *mixed(size_t point, int nth)
{
	switch (point) {
	case 0:
		return ok(100 + nth % 2);
	case 1:
		return ok(nth < 6 ? 100 + 40 * nth : 200);
	case 2:
		return ok(nth % 2 ? 100 : 300);
	default:
		return json_pack("{s:s, s:{}}", "status", "ok", "metrics");
	}
}

static json_t *lacking(size_t point, int nth)
{
	if (point == 1)
		return json_pack("{s:s}", "status", "skipped");
	if (point == 2)
		return json_pack("{s:s}", "status", "failed");
	return same(point, nth);
}

static void without_precision_all_have_the_repeats(void **state)
{
	const char *last[POINTS];
	int taken[POINTS];
	struct fixture f;

	(void)state;
	begin(&f, 0, 20, SELECT_FILE);
	assert_int_equal(rounds_left(&f.rounds), POINTS * REPEATS + REPEATS);
	assert_int_equal(take_all(&f, mixed, taken, last), POINTS * REPEATS + REPEATS);
	for (size_t i = 0; i < POINTS; i++)
		assert_string_equal(last[i], "repeats");
	assert_int_equal(rounds_left(&f.rounds), 0);
	end(&f);
}

static void check_mixed(enum select select)
{
	const char *last[POINTS];
	int taken[POINTS];
	struct fixture f;

	begin(&f, 0.05, 20, select);
	take_all(&f, mixed, taken, last);
	/* 100 and 101 in turn; as many as the pair has. */
	assert_int_equal(taken[0], PAIRED);
	assert_string_equal(last[0], "precise");
	/* It takes until the order statistics of the interval are all 200. */
	assert_in_range(taken[1], REPEATS + 1, 19);
	assert_string_equal(last[1], "precise");
	assert_int_equal(taken[2], 20);
	assert_string_equal(last[2], "most");
	assert_int_equal(taken[3], REPEATS);
	assert_string_equal(last[3], "repeats");
	end(&f);
}

/* Of the suite's first metric: op.p50 never varies. */
static void a_point_gets_samples_until_it_is_precise(void **state)
{
	(void)state;
	check_mixed(SELECT_FILE);
	check_mixed(SELECT_LOAD);
}

static void what_is_lacking_is_not_repeated(void **state)
{
	const char *last[POINTS];
	int taken[POINTS];
	struct fixture f;

	(void)state;
	begin(&f, 0.05, 20, SELECT_FILE);
	take_all(&f, lacking, taken, last);
	assert_int_equal(taken[0], PAIRED);
	assert_string_equal(last[0], "precise");
	assert_int_equal(taken[1], 1);
	assert_string_equal(last[1], "skipped");
	/* A failure may be another one the next time. */
	assert_int_equal(taken[2], REPEATS);
	assert_string_equal(last[2], "repeats");
	end(&f);
}

static void less_than_the_repeats_is_refused(void **state)
{
	struct suite suite;
	struct plan plan;

	(void)state;
	assert_int_equal(suite_load(&suite, "t.suite", text, strlen(text), NULL), 0);
	assert_int_equal(plan_make(&plan, &suite, REPEATS, 7, SELECT_FILE), 0);
	assert_int_equal(plan_refine(&plan, &suite, 0.05, REPEATS - 1), -EINVAL);
	assert_non_null(strstr(err_text(), "at most 5"));
	err_clear();
	plan_free(&plan);
	suite_free(&suite);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(without_precision_all_have_the_repeats),
		cmocka_unit_test(a_point_gets_samples_until_it_is_precise),
		cmocka_unit_test(what_is_lacking_is_not_repeated),
		cmocka_unit_test(less_than_the_repeats_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
