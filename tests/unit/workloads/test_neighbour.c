// SPDX-License-Identifier: GPL-2.0-only
/* Do neighbours have their pages in the page table of their slot's end, outside of it, and each its own? */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "bench/loop/arena.h"
#include "bench/plan/plan.h"
#include "util/err.h"
#include "workloads/workload.h"

extern const struct workload load_neighbour;

enum {
	TABLE_LEN = 2 << 20, /* mapped by one page table */
	NEIGHBOURS = 3,
	THREADS = 2
};

struct fixture {
	struct suite suite;
	struct plan plan;
	struct arena arena;
	struct workspace spaces[NEIGHBOURS];
};

static void begin(struct fixture *f, const char *axes)
{
	char text[256];

	snprintf(text, sizeof(text),
		 "[a]\nworkload = dontneed\nthreads = %d\nneighbours = %d\nranges = 2\n%s", THREADS,
		 NEIGHBOURS, axes);
	assert_int_equal(suite_load(&f->suite, "t.suite", text, strlen(text), NULL), 0);
	assert_int_equal(plan_make(&f->plan, &f->suite, 1, 1, SELECT_FILE), 0);
	assert_int_equal(arena_open(&f->arena, &f->plan.points[0]), 0);
	for (size_t i = 0; i < NEIGHBOURS; i++)
		f->spaces[i] = (struct workspace){
			.slot = arena_slot(&f->arena, i % THREADS),
			.len = f->arena.slot_len,
			.page_size = (size_t)sysconf(_SC_PAGESIZE),
			.node = -1,
			.params = &f->plan.points[0],
			.index = i,
		};
}

static void end(struct fixture *f)
{
	munmap(f->arena.reserved, f->arena.reserved_len);
	plan_free(&f->plan);
	suite_free(&f->suite);
}

/* The pages of the whole arena that are present, and so were written by the neighbour under test. */
static size_t present(const struct workspace *w, size_t *first, size_t *last)
{
	static unsigned char seen[2 * TABLE_LEN / 4096];
	size_t pages = sizeof(seen), count = 0;

	assert_int_equal(mincore(w->slot, pages * w->page_size, seen), 0);
	for (size_t i = 0; i < pages; i++) {
		if (!(seen[i] & 1))
			continue;
		if (!count++)
			*first = i;
		*last = i;
	}
	return count;
}

/* Writes each of its pages once, and says which these are. */
static size_t write_all(struct workspace *w, size_t *first, size_t *last)
{
	size_t count = 0, now;

	assert_null(load_neighbour.lacks(w));
	assert_int_equal(load_neighbour.init(w), 0);
	for (;;) {
		assert_int_equal(load_neighbour.prep(w), 0);
		assert_int_equal(load_neighbour.op(w), 0);
		now = present(w, first, last);
		/* Given back all at once: the first one is written again. */
		if (now <= count)
			break;
		assert_int_equal(now, count + 1);
		count = now;
	}
	return count;
}

static void check(const char *axes, size_t slot_pages)
{
	size_t first[NEIGHBOURS], last[NEIGHBOURS], unused;
	struct fixture f;

	begin(&f, axes);
	for (size_t i = 0; i < NEIGHBOURS; i++) {
		struct workspace *w = &f.spaces[i];
		size_t count = write_all(w, &first[i], &unused);

		assert_true(count > 0);
		/* The page behind the slot is nobody's. */
		assert_true(first[i] > slot_pages);
		last[i] = first[i] + count - 1;
		assert_int_equal((last[i] * w->page_size) / TABLE_LEN,
				 (slot_pages * w->page_size) / TABLE_LEN);
		madvise(w->slot + first[i] * w->page_size, count * w->page_size, MADV_DONTNEED);
	}
	/* Two are at the first slot. */
	assert_true(first[2] > last[0] || first[0] > last[2]);
	assert_int_equal(first[0], first[1]);
	end(&f);
}

static void they_share_the_table_and_no_page(void **state)
{
	(void)state;
	check("pages = 1\n", 1);
	check("pages = 64\n", 64);
	check("pages = 508\n", 508);
	check("pages = 520\nrange_size = 4M\n", 520);
}

static void no_room_is_said(void **state)
{
	struct fixture f;

	(void)state;
	begin(&f, "pages = 512\nrange_size = 2M\n");
	assert_non_null(strstr(load_neighbour.lacks(&f.spaces[0]), "no room"));
	end(&f);
	begin(&f, "pages = 510\nrange_size = 2M\n");
	assert_non_null(strstr(load_neighbour.lacks(&f.spaces[0]), "no room"));
	end(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(they_share_the_table_and_no_page),
		cmocka_unit_test(no_room_is_said),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
