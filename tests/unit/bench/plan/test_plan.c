// SPDX-License-Identifier: GPL-2.0-only
/* Does the plan hold each point as often as it should, in an order that only the seed decides? */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "bench/loop/arena.h"
#include "bench/plan/plan.h"
#include "util/err.h"

static const char text[] = "[global]\nworkload = dontneed\n"
			   "[a]\nvariant = list, itree\nranges = 10, 100, 1000\n"
			   "[b]\nworkload = null, mprotect\nto = ro, rw\n";

enum {
	POINTS = 2 * 3 + 1 + 2
};

static void read_suite(struct suite *suite, const char *contents)
{
	char path[] = "/tmp/shootdown-test-XXXXXX.suite";
	int fd = mkstemps(path, 6);

	assert_int_equal(write(fd, contents, strlen(contents)), strlen(contents));
	close(fd);
	assert_int_equal(suite_read(suite, path, NULL), 0);
	unlink(path);
}

static void make(struct plan *plan, struct suite *suite, int repeats, uint64_t seed,
		 enum select select)
{
	read_suite(suite, text);
	assert_int_equal(plan_make(plan, suite, repeats, seed, select), 0);
}

static void axes_multiply_out(void **state)
{
	struct suite suite;
	struct plan plan;

	(void)state;
	make(&plan, &suite, 3, 1, SELECT_FILE);
	assert_int_equal(plan.point_count, POINTS);
	assert_int_equal(plan.slot_count, 3 * POINTS);
	assert_string_equal(plan.axes[0], "section");
	assert_string_equal(plan.axes[1], "workload");
	assert_string_equal(plan.axes[2], "variant");
	/* The null workload has no axis `to`, so its lists do not multiply it. */
	assert_null(point_value(&plan.points[6], "to"));
	assert_string_equal(point_value(&plan.points[8], "to")->text, "rw");
	plan_free(&plan);
	suite_free(&suite);
}

static void each_repeat_holds_each_point_once(void **state)
{
	struct suite suite;
	struct plan plan;

	(void)state;
	make(&plan, &suite, 5, 42, SELECT_FILE);
	for (int repeat = 0; repeat < 5; repeat++) {
		bool seen[POINTS] = { false };

		for (size_t i = 0; i < POINTS; i++) {
			const struct slot *slot = &plan.slots[(size_t)repeat * POINTS + i];

			assert_int_equal(slot->repeat, repeat);
			assert_false(seen[slot->point]);
			seen[slot->point] = true;
		}
	}
	plan_free(&plan);
	suite_free(&suite);
}

static bool same_order(const struct plan *a, const struct plan *b)
{
	for (size_t i = 0; i < a->slot_count; i++)
		if (a->slots[i].point != b->slots[i].point)
			return false;
	return true;
}

static void only_the_seed_decides_the_order(void **state)
{
	struct suite suites[3];
	struct plan plans[3];

	(void)state;
	make(&plans[0], &suites[0], 4, 7, SELECT_FILE);
	make(&plans[1], &suites[1], 4, 7, SELECT_FILE);
	make(&plans[2], &suites[2], 4, 8, SELECT_FILE);
	assert_true(same_order(&plans[0], &plans[1]));
	assert_false(same_order(&plans[0], &plans[2]));
	/* Two repeats of one run differ, too. */
	assert_true(memcmp(&plans[0].slots[0], &plans[0].slots[POINTS], sizeof(struct slot)) != 0);
	for (int i = 0; i < 3; i++) {
		plan_free(&plans[i]);
		suite_free(&suites[i]);
	}
}

static bool has_axis(const struct plan *plan, const char *name)
{
	for (size_t i = 0; i < plan->axis_count; i++)
		if (!strcmp(plan->axes[i], name))
			return true;
	return false;
}

/* What a reader looks for, and what a suite moves; not each parameter there is. */
static void only_what_matters_is_an_axis(void **state)
{
	struct suite suite;
	struct plan plan;

	(void)state;
	make(&plan, &suite, 1, 1, SELECT_FILE);
	assert_true(has_axis(&plan, "threads"));
	assert_true(has_axis(&plan, "to"));
	assert_false(has_axis(&plan, "flush_ns"));
	plan_free(&plan);
	suite_free(&suite);
}

enum {
	TWINS = 2,            /* of the two sections */
	ALL = POINTS + TWINS, /* samples of a repeat with A/A pairs */
	TWIN_A = 0,           /* list, the first of a section without `none` */
	TWIN_B = 6            /* null, none */
};

/* Points by their numbers, then the twins. */
static size_t entry_of(const struct plan *plan, const struct slot *slot)
{
	if (slot->repeat < plan->repeats)
		return slot->point;
	assert_true(slot->point == TWIN_A || slot->point == TWIN_B);
	return slot->point == TWIN_A ? POINTS : POINTS + 1;
}

/* Interleaved as all others, and under a repeat of its own: that is the other name. */
static void each_section_compares_a_point_with_itself(void **state)
{
	struct suite suite;
	struct plan plan;

	(void)state;
	make(&plan, &suite, 6, 42, SELECT_FILE);
	assert_int_equal(plan.slot_count, 6 * ALL);
	for (size_t repeat = 0; repeat < 6; repeat++) {
		bool seen[ALL] = { false };

		for (size_t i = 0; i < ALL; i++) {
			const struct slot *slot = &plan.slots[repeat * ALL + i];
			size_t entry = entry_of(&plan, slot);

			assert_int_equal(slot->repeat % 6, repeat);
			assert_in_range(slot->repeat, 0, 11);
			assert_false(seen[entry]);
			seen[entry] = true;
		}
	}
	plan_free(&plan);
	suite_free(&suite);
}

/* The baseline, wherever it stands in its section. */
static void none_is_compared_with_itself(void **state)
{
	struct suite suite;
	struct plan plan;

	(void)state;
	read_suite(&suite, "[global]\nworkload = dontneed\n[a]\nvariant = list, none, itree\n"
			   "ranges = 1, 2\n");
	assert_int_equal(plan_make(&plan, &suite, 6, 1, SELECT_LOAD), 0);
	assert_int_equal(plan.twin_count, 1);
	assert_int_equal(plan.twins[0], 2);
	assert_string_equal(point_value(&plan.points[2], "variant")->text, "none");
	plan_free(&plan);
	assert_int_equal(plan_make(&plan, &suite, 5, 1, SELECT_LOAD), 0);
	assert_int_equal(plan.twin_count, 0);
	plan_free(&plan);
	suite_free(&suite);
}

/* Each place is taken by each about equally often: 11 of them, 900 repeats, 82 expected, sd 8.6. */
static void the_order_is_fair(void **state)
{
	int counts[ALL][ALL] = { 0 };
	struct suite suite;
	struct plan plan;

	(void)state;
	make(&plan, &suite, 900, 3, SELECT_FILE);
	for (size_t i = 0; i < plan.slot_count; i++)
		counts[i % ALL][entry_of(&plan, &plan.slots[i])]++;
	for (int place = 0; place < ALL; place++)
		for (int entry = 0; entry < ALL; entry++)
			assert_in_range(counts[place][entry], 40, 125);
	plan_free(&plan);
	suite_free(&suite);
}

static void loading_groups_variants(void **state)
{
	const char *last = "";
	struct suite suite;
	struct plan plan;
	int changes = 0;

	(void)state;
	make(&plan, &suite, 6, 11, SELECT_LOAD);
	assert_int_equal(plan.slot_count, 6 * ALL);
	for (size_t i = 0; i < ALL; i++) {
		const char *variant =
			point_value(&plan.points[plan.slots[i].point], "variant")->text;

		changes += strcmp(variant, last) != 0;
		last = variant;
	}
	assert_int_equal(changes, 3); /* none, list, itree: each once */
	plan_free(&plan);
	suite_free(&suite);
}

/* An axis may have numbers and words: NUMA nodes do. */
static void words_and_numbers_mix(void **state)
{
	static const char *const texts[] = { "first", "0", "1", "2" };
	struct suite suite;
	struct plan plan;

	(void)state;
	read_suite(&suite, "[a]\nworkload = dontneed\nhome = first, 0..2\nhit = 1\n");
	assert_int_equal(plan_make(&plan, &suite, 1, 0, SELECT_FILE), 0);
	assert_int_equal(plan.point_count, 4);
	for (size_t i = 0; i < 4; i++) {
		assert_string_equal(point_value(&plan.points[i], "home")->text, texts[i]);
		assert_true(!point_word(&plan.points[i], "home") == (i > 0));
		/* A word that looks like a number stays one. */
		assert_string_equal(point_word(&plan.points[i], "hit"), "1");
	}
	plan_free(&plan);
	suite_free(&suite);
}

static void open_arena(struct arena *arena, struct suite *suite, struct plan *plan,
		       const char *axes)
{
	char contents[256];

	snprintf(contents, sizeof(contents), "[a]\nworkload = dontneed\n%s", axes);
	read_suite(suite, contents);
	assert_int_equal(plan_make(plan, suite, 1, 0, SELECT_FILE), 0);
	assert_int_equal(arena_open(arena, &plan->points[0]), 0);
}

static size_t hits(const struct arena *arena, size_t slot)
{
	const char *from = arena_slot(arena, slot), *to = from + arena->slot_len;
	size_t count = 0;

	for (size_t i = 0; i < arena->ranges; i++)
		count += arena_range(arena, i) < to &&
			 arena_range(arena, i) + arena->range_len > from;
	return count;
}

static void slots_hit_as_many_ranges_as_they_should(void **state)
{
	static const struct {
		const char *axes;
		size_t hits;
	} cases[] = {
		{ "ranges = 100\nthreads = 3\nhit = 0\n", 0 },
		{ "ranges = 100\nthreads = 3\nhit = 1\n", 1 },
		{ "ranges = 100\nthreads = 3\nhit = all\n", 100 },
		{ "ranges = 4\nthreads = 4\nhit = 1\npages = 512\n", 1 },
		{ "ranges = 5\nthreads = 1\nhit = 1\npages = 2000\n", 1 },
		{ "ranges = 7\nthreads = 2\nhit = all\npages = 700\n", 7 },
		{ "ranges = 3\nthreads = 2\nhit = 0\nrange_size = 4M\n", 0 },
		{ "ranges = 0\nthreads = 2\nhit = 1\n", 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct suite suite;
		struct plan plan;
		struct arena arena;

		open_arena(&arena, &suite, &plan, cases[i].axes);
		assert_int_equal((uintptr_t)arena.base % ARENA_BASE, 0);
		for (size_t slot = 0; slot < arena.slots; slot++) {
			assert_int_equal(hits(&arena, slot), cases[i].hits);
			assert_int_equal((uintptr_t)arena_slot(&arena, slot) % ARENA_ALIGN, 0);
			assert_true(arena_slot(&arena, slot) + arena.slot_len <=
				    arena.reserved + arena.reserved_len);
			/* A gap behind each slot: neighbours never merge. */
			if (slot)
				assert_true(arena_slot(&arena, slot - 1) + arena.slot_len <
					    arena_slot(&arena, slot));
		}
		plan_free(&plan);
		suite_free(&suite);
	}
}

static void one_range_cannot_hold_two_workers(void **state)
{
	struct suite suite;
	struct plan plan;
	struct arena arena;

	(void)state;
	read_suite(&suite, "[a]\nworkload = dontneed\nranges = 1\nthreads = 2\nhit = 1\n");
	assert_int_equal(plan_make(&plan, &suite, 1, 0, SELECT_FILE), 0);
	assert_true(arena_open(&arena, &plan.points[0]) < 0);
	assert_int_equal(err_exit_code(), EXIT_SKIPPED);
	err_clear();
	plan_free(&plan);
	suite_free(&suite);
}

/* 1,000,000 times 1 GiB are more than the 128 TiB of a process. */
static void what_no_process_can_hold_is_skipped(void **state)
{
	struct suite suite;
	struct arena arena;
	struct plan plan;

	(void)state;
	read_suite(&suite, "[a]\nworkload = dontneed\nranges = 1000000\nrange_size = 64K, 1G\n");
	assert_int_equal(plan_make(&plan, &suite, 1, 0, SELECT_FILE), 0);
	assert_int_equal(arena_open(&arena, &plan.points[0]), 0);
	munmap(arena.reserved, arena.reserved_len);
	assert_int_equal(arena_open(&arena, &plan.points[1]), -ENOTSUP);
	assert_int_equal(err_exit_code(), EXIT_SKIPPED);
	assert_non_null(strstr(err_text(), "1000000 ranges of 1073741824 bytes"));
	err_clear();
	plan_free(&plan);
	suite_free(&suite);
}

/* Refused before there is memory for it: 256^6 points, and 65536 points 16 times. */
static void too_much_is_refused(void **state)
{
	static const char many[] = "[a]\nworkload = null\nthreads=1..256\nranges=1..256\n"
				   "pages=1..256\nflush_ns=1..256\nwarmup_ms=1..256\n"
				   "measure_ms=1..256\n";
	static const char often[] =
		"[a]\nworkload = null\nthreads=1..256\nranges=1..256\nvariant=none\n";
	struct suite suite;
	struct plan plan;

	(void)state;
	read_suite(&suite, many);
	assert_int_equal(plan_make(&plan, &suite, 1, 1, SELECT_FILE), -EINVAL);
	assert_non_null(strstr(err_text(), "more than 100000 points"));
	err_clear();
	suite_free(&suite);
	read_suite(&suite, often);
	assert_int_equal(plan_make(&plan, &suite, 16, 1, SELECT_FILE), -EINVAL);
	assert_non_null(strstr(err_text(), "more than 1000000 samples"));
	err_clear();
	suite_free(&suite);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(axes_multiply_out),
		cmocka_unit_test(each_repeat_holds_each_point_once),
		cmocka_unit_test(only_the_seed_decides_the_order),
		cmocka_unit_test(each_section_compares_a_point_with_itself),
		cmocka_unit_test(none_is_compared_with_itself),
		cmocka_unit_test(the_order_is_fair),
		cmocka_unit_test(only_what_matters_is_an_axis),
		cmocka_unit_test(loading_groups_variants),
		cmocka_unit_test(words_and_numbers_mix),
		cmocka_unit_test(slots_hit_as_many_ranges_as_they_should),
		cmocka_unit_test(one_range_cannot_hold_two_workers),
		cmocka_unit_test(what_no_process_can_hold_is_skipped),
		cmocka_unit_test(too_much_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
