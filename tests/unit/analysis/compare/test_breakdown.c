// SPDX-License-Identifier: GPL-2.0-only
/* Is an operation's time split by the points that differ in one axis, and by no others? */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/compare/breakdown.h"
#include "analysis/plot/ceiling.h"
#include "stats/bootstrap.h"

static const char head[] =
	"{\"format\": \"shootdown-run\", \"version\": 1, \"started\": \"t\", \"emulated\": false, "
	"\"seed\": 1, \"repeats\": 6, \"planned\": 9, \"tool\": {\"version\": \"0\"}, "
	"\"suite\": {\"name\": \"s\", \"by\": \"bystanders\"}, \"machine\": {%s}, "
	"\"status\": \"complete\", \"metrics\": {"
	"\"op.p50\": {\"unit\": \"ns\", \"better\": \"lower\"}, "
	"\"by.stolen\": {\"unit\": \"ns/s\", \"better\": \"lower\"}, "
	"\"ctr.tlb_flush_full\": {\"unit\": \"1/op\", \"better\": \"lower\"}}, "
	"\"axes\": [\"section\", \"variant\", \"present\", \"pages\", \"bystanders\"]}";

/* Who it is, and its median; each has 6 samples, 5 apart, so that medians lie between two of them. */
struct spot {
	const char *section, *variant;
	int present, pages, bystanders;
	double ns, full;
};

struct world {
	struct run run;
	struct grid grid;
	double *room;
};

static void put_spot(FILE *out, const struct spot *s, int *number)
{
	for (int i = 0; i < 6; i++)
		fprintf(out,
			"{\"sample\": %d, \"repeat\": %d, \"axes\": {\"section\": \"%s\", "
			"\"variant\": \"%s\", \"present\": %d, \"pages\": %d, \"bystanders\": %d}, "
			"\"status\": \"ok\", \"metrics\": {\"op.p50\": %g, \"by.stolen\": 1, "
			"\"ctr.tlb_flush_full\": %g}}\n",
			(*number)++, i, s->section, s->variant, s->present, s->pages, s->bystanders,
			s->ns + 5 * i - 12.5, s->full);
}

static void open_world(struct world *w, const struct spot *spots, size_t count, const char *machine)
{
	char text[2048], *samples = NULL;
	int number = 0;
	size_t size;
	FILE *file = open_memstream(&samples, &size);

	snprintf(text, sizeof(text), head, machine);
	for (size_t i = 0; i < count; i++)
		put_spot(file, &spots[i], &number);
	fclose(file);
	file = fmemopen(samples, size, "r");
	assert_int_equal(run_load(&w->run, "run", text, strlen(text), file, 0), 0);
	fclose(file);
	free(samples);
	assert_int_equal(grid_build(&w->grid, &w->run, run_axis(&w->run, "bystanders"),
				    run_axis(&w->run, "pages")),
			 0);
	w->room = calloc(2 * w->run.samples, sizeof(*w->room));
}

static void close_world(struct world *w)
{
	free(w->room);
	grid_free(&w->grid);
	run_free(&w->run);
}

static const struct point *find(const struct world *w, const char *variant, int bystanders)
{
	for (size_t i = 0; i < w->grid.points; i++) {
		const struct point *p = &w->grid.point[i];

		if (!strcmp(point_axis(&w->run, p, run_axis(&w->run, "variant"))->text, variant) &&
		    point_axis(&w->run, p, run_axis(&w->run, "bystanders"))->number == bystanders)
			return p;
	}
	fail_msg("no point %s %d", variant, bystanders);
	return NULL;
}

static void expect_part(double expected, const struct part *part)
{
	if (isnan(expected) ? !isnan(part->value) : !(fabs(part->value - expected) < 1e-9))
		fail_msg("%g, not %g", part->value, expected);
	/* 6 values a side, 5 apart: a median lies within 12.5 of its own, whatever is drawn. */
	if (!isnan(expected) && !(part->in.low >= expected - 25 && part->in.low < expected &&
				  part->in.high <= expected + 25 && part->in.high > expected))
		fail_msg("[%g, %g] around %g", part->in.low, part->in.high, expected);
}

static void stack_of(struct stack *s, const struct world *w, const char *variant, int bystanders)
{
	stack_build(s, &w->grid, find(w, variant, bystanders), run_metric(&w->run, "op.p50"),
		    w->room);
}

/* From the dearest to the cheapest, also where that is in another section. */
static void parts_are_differences_and_add_up(void **state)
{
	static const struct spot spots[] = {
		{ "a", "kvm", 1, 1, 1, 12000, 0 },
		{ "a", "none", 1, 1, 1, 9000, 0 },
		{ "a", "none", 1, 1, 0, 1250, 0 },
		{ "b", "none", 0, 1, 0, 300, 0 },
	};
	struct world w;
	struct stack s;

	(void)state;
	open_world(&w, spots, 4, "");
	stack_of(&s, &w, "kvm", 1);
	expect_part(3000, &s.part[STACK_SUBSCRIBER]);
	expect_part(7750, &s.part[STACK_OTHERS]);
	expect_part(950, &s.part[STACK_PAGES]);
	assert_true(fabs(s.rest.value - 300) < 1e-9);
	assert_int_equal(s.count, 3);
	assert_true(fabs(s.total - 3000 - 7750 - 950 - 300) < 1e-9);
	stack_of(&s, &w, "none", 1);
	expect_part(NAN, &s.part[STACK_SUBSCRIBER]);
	expect_part(7750, &s.part[STACK_OTHERS]);
	assert_int_equal(s.count, 2);
	close_world(&w);
}

/* A negative difference stays one; what no point tells stays in what is left. */
static void what_is_below_0_or_unknown_is_told_so(void **state)
{
	static const struct spot spots[] = {
		{ "a", "kvm", 1, 1, 1, 8000, 0 }, /* there is no none with a bystander and 1 page */
		{ "a", "none", 1, 2, 1, 9000, 0 },
		{ "a", "kvm", 1, 1, 0, 8100, 0 },
	};
	struct world w;
	struct stack s;

	(void)state;
	open_world(&w, spots, 3, "");
	stack_of(&s, &w, "kvm", 1);
	expect_part(NAN, &s.part[STACK_SUBSCRIBER]);
	expect_part(-100, &s.part[STACK_OTHERS]);
	expect_part(NAN, &s.part[STACK_PAGES]);
	assert_true(fabs(s.rest.value - 8100) < 1e-9);
	assert_int_equal(s.count, 1);
	/* One part is no stack, and what is no time has none. */
	assert_int_equal(
		stack_of_block(&w.grid, w.grid.block, run_metric(&w.run, "op.p50"), &s, w.room), 0);
	assert_int_equal(
		stack_of_block(&w.grid, w.grid.block, run_metric(&w.run, "by.stolen"), &s, w.room),
		0);
	close_world(&w);
}

static double ceiling_with(const struct spot *spots, size_t count, const char *machine, bool *seen)
{
	struct ceiling ceiling;
	struct world w;

	open_world(&w, spots, count, machine);
	ceiling = ceiling_of(&w.grid, w.grid.block);
	*seen = ceiling.seen;
	close_world(&w);
	return ceiling.pages;
}

static void the_ceiling_is_said_or_seen(void **state)
{
	static const struct spot spots[] = {
		{ "a", "none", 1, 1, 0, 1000, 0 },
		{ "a", "none", 1, 33, 0, 1000, 0.01 },
		{ "a", "none", 1, 34, 0, 1000, 1 },
		{ "a", "none", 1, 64, 0, 1000, 2 },
	};
	struct spot mixed[4];
	bool seen;

	(void)state;
	assert_true(ceiling_with(spots, 4, "", &seen) == 33 && seen);
	assert_true(ceiling_with(spots, 4, "\"tlb_single_page_flush_ceiling\": \"7\"", &seen) == 7);
	assert_false(seen);
	assert_true(ceiling_with(spots, 4, "\"tlb_single_page_flush_ceiling\": \"x\"", &seen) ==
		    33);
	assert_true(isnan(ceiling_with(spots, 2, "", &seen)));
	assert_true(isnan(ceiling_with(spots + 2, 2, "", &seen)));
	memcpy(mixed, spots, sizeof(mixed));
	mixed[0].full = 1; /* as of an operation that frees page tables */
	assert_true(isnan(ceiling_with(mixed, 4, "", &seen)));
}

/* Of two medians that do not vary; moved with either side; turned round with both. */
static void the_interval_is_of_a_difference(void **state)
{
	static const double same[] = { 7, 7, 7, 7, 7, 7 }, less[] = { 3, 3, 3, 3, 3, 3, 3 };
	static const double a[] = { 1, 2, 4, 8, 16, 32 }, more[] = { 101, 102, 104, 108, 116, 132 };
	struct interval in = stats_difference_interval(same, 6, less, 7, 0.95, 1), on, off;

	(void)state;
	assert_true(in.low == 4 && in.high == 4);
	on = stats_difference_interval(a, 6, less, 7, 0.95, 1);
	off = stats_difference_interval(more, 6, less, 7, 0.95, 1);
	assert_true(on.low < 3 && on.high > 3 && on.low >= 1 - 3 && on.high <= 32 - 3);
	assert_true(fabs(off.low - on.low - 100) < 1e-9 && fabs(off.high - on.high - 100) < 1e-9);
	assert_true(isnan(stats_difference_interval(a, 5, less, 7, 0.95, 1).low));
	assert_true(isnan(stats_difference_interval(a, 6, less, 5, 0.95, 1).high));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(parts_are_differences_and_add_up),
		cmocka_unit_test(what_is_below_0_or_unknown_is_told_so),
		cmocka_unit_test(the_ceiling_is_said_or_seen),
		cmocka_unit_test(the_interval_is_of_a_difference),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
