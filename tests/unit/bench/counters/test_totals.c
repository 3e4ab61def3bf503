// SPDX-License-Identifier: GPL-2.0-only
/* Do the counters of workers become figures of an operation, and a missing one an absent figure, never a 0? */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "bench/counters/group.h"
#include "bench/counters/totals.h"

enum {
	WORKERS = 3,
	PAGES = 100
};

static const struct workload operation = { .name = "operation" };
static const struct workload bystander = { .name = "bystander", .watch = true };

/* Two workers that fault in PAGES and 3 * PAGES pages in 10 and 30 operations, and a bystander with PAGES in half a second. */
struct scene {
	struct counters counters;
	struct worker workers[WORKERS];
	struct crew crew;
	struct record record;
};

/* The sanitizer would look at its own page for each eight of these. */
__attribute__((no_sanitize("address"))) static void fault(size_t pages)
{
	size_t size = (size_t)sysconf(_SC_PAGESIZE);
	volatile char *p = mmap(NULL, pages * size, PROT_READ | PROT_WRITE,
				MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	assert_ptr_not_equal(p, MAP_FAILED);
	madvise((void *)p, pages * size, MADV_NOHUGEPAGE);
	for (size_t i = 0; i < pages; i++)
		p[i * size] = 1;
	munmap((void *)p, pages * size);
}

static void play(struct worker *w, const struct counters *counters, size_t pages)
{
	w->counters = counter_group_open(counters);
	w->hist = calloc(1, sizeof(*w->hist));
	w->hist->count = pages / 10;
	counter_group_start(w->counters);
	fault(pages);
	counter_group_stop(w->counters);
}

static void stage(struct scene *s, const char *list)
{
	memset(s, 0, sizeof(*s));
	assert_int_equal(counters_parse(&s->counters, list, "test"), 0);
	counters_resolve(&s->counters);
	s->crew.workers = s->workers;
	s->crew.count = WORKERS;
	for (size_t i = 0; i < WORKERS; i++) {
		s->workers[i].owner = i < 2;
		s->workers[i].workload = i < 2 ? &operation : &bystander;
		s->workers[i].window = 500;
		play(&s->workers[i], &s->counters, i == 1 ? 3 * PAGES : PAGES);
	}
	assert_int_equal(record_open(&s->record, 1000), 0);
}

static void strike(struct scene *s)
{
	record_close(&s->record);
	for (size_t i = 0; i < WORKERS; i++) {
		counter_group_close(s->workers[i].counters);
		free(s->workers[i].hist);
	}
}

static double metric(const struct scene *s, const char *name)
{
	const json_t *value = json_object_get(s->record.metrics, name);

	if (!value)
		fail_msg("%s is absent: %s", name,
			 json_string_value(json_object_get(s->record.absent, name)));
	return json_number_value(value);
}

static void expect_absent(const struct scene *s, const char *name, const char *why)
{
	const char *said = json_string_value(json_object_get(s->record.absent, name));

	assert_null(json_object_get(s->record.metrics, name));
	assert_non_null(said);
	if (!strstr(said, why))
		fail_msg("%s is absent: %s", name, said);
}

static void skip_without_counters(struct scene *s)
{
	if (!*s->counters.counter[0].why)
		return;
	print_message("%s\n", s->counters.counter[0].why);
	strike(s);
	skip();
}

static void workers_are_summed(void **state)
{
	static struct scene s;

	(void)state;
	stage(&s, "page-faults,context-switches");
	skip_without_counters(&s);
	counters_record(&s.crew, &s.counters, &s.record);
	/* Within one more fault for each worker. */
	assert_in_range(metric(&s, "ctr.page-faults.total"), 4 * PAGES, 4 * PAGES + 2);
	assert_true(metric(&s, "ctr.page-faults") == metric(&s, "ctr.page-faults.total") / 40);
	/* Half a second: 500 cycles of 1000 Hz. */
	assert_in_range(metric(&s, "by.ctr.page-faults"), 2 * PAGES, 2 * PAGES + 2);
	assert_true(metric(&s, "ctr.share") == 1);
	strike(&s);
}

static void what_one_worker_lacks_is_absent(void **state)
{
	static struct scene s;
	struct counters lame;

	(void)state;
	stage(&s, "page-faults,context-switches");
	skip_without_counters(&s);
	lame = s.counters;
	snprintf(lame.counter[0].why, COUNTER_WHY_LEN, "a reason");
	counter_group_close(s.workers[1].counters);
	free(s.workers[1].hist);
	play(&s.workers[1], &lame, PAGES);
	counters_record(&s.crew, &s.counters, &s.record);
	expect_absent(&s, "ctr.page-faults", "a reason");
	expect_absent(&s, "ctr.page-faults.total", "a reason");
	assert_true(metric(&s, "by.ctr.page-faults") > 0);
	assert_true(metric(&s, "ctr.context-switches") >= 0);
	strike(&s);
}

static void what_nobody_counts_is_absent(void **state)
{
	static struct scene s;

	(void)state;
	stage(&s, "nowhere/config=1/");
	s.crew.count = 2;
	counters_record(&s.crew, &s.counters, &s.record);
	expect_absent(&s, "ctr.nowhere/config=1/", "no PMU nowhere");
	expect_absent(&s, "by.ctr.nowhere/config=1/", "no bystander");
	expect_absent(&s, "ctr.share", "no worker");
	assert_int_equal(json_object_size(s.record.metrics), 0);
	/* As where memory was short. */
	counter_group_close(s.workers[0].counters);
	s.workers[0].counters = NULL;
	counters_record(&s.crew, &s.counters, &s.record);
	assert_int_equal(json_object_size(s.record.metrics), 0);
	strike(&s);
}

/* Each figure of a sample is in the table of run.json: a reader refuses others. */
static void each_figure_is_described(void **state)
{
	static struct scene s;
	json_t *known = json_object(), *value;
	const char *name;

	(void)state;
	stage(&s, "page-faults,nowhere/config=1/,tlb_flush_remote");
	counters_record(&s.crew, &s.counters, &s.record);
	counters_metrics(&s.counters, known);
	json_object_foreach (s.record.metrics, name, value)
		assert_non_null(json_object_get(known, name));
	json_object_foreach (s.record.absent, name, value)
		assert_non_null(json_object_get(known, name));
	json_object_foreach (known, name, value)
		assert_true(counters_is_metric(&s.counters, name));
	assert_int_equal(json_object_size(known), 3 + 3 + 2 + 1);
	json_decref(known);
	known = counters_describe(&s.counters);
	assert_non_null(json_object_get(json_object_get(known, "nowhere/config=1/"), "why"));
	json_decref(known);
	strike(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(workers_are_summed),
		cmocka_unit_test(what_one_worker_lacks_is_absent),
		cmocka_unit_test(what_nobody_counts_is_absent),
		cmocka_unit_test(each_figure_is_described),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
