// SPDX-License-Identifier: GPL-2.0-only
/* Is what the probes counted divided by the operations, and absent where nobody counts? */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "bench/figures.h"
#include "util/err.h"
#include "workloads/workload.h"

static const struct workload op = { .name = "op" }, other = { .name = "other" };

/* Two workers that did 40 operations together, and one that does something else. */
static struct worker workers[] = {
	{ .workload = &op, .all = 30 },
	{ .workload = &op, .all = 10 },
	{ .workload = &other, .all = 1000 },
};
static const struct crew crew = { .workers = workers, .count = 3 };

static double metric(const struct record *record, const char *name)
{
	const json_t *value = json_object_get(record->metrics, name);

	if (!value)
		fail_msg("there is no %s", name);
	return json_number_value(value);
}

static const char *absent(const struct record *record, const char *name)
{
	if (json_object_get(record->metrics, name))
		fail_msg("there is %s", name);
	return json_string_value(json_object_get(record->absent, name));
}

static void counts_are_divided_by_operations(void **state)
{
	struct record record;

	(void)state;
	assert_int_equal(figures_operations(&crew), 40);
	assert_int_equal(record_open(&record, 1e9), 0);
	record.events_known = true;
	record_metric(&record, "fault.refaults", 80);
	record_metric(&record, "event.CLEAR", 20);
	figures_per_operation(&crew, &record);
	assert_true(metric(&record, "op.refaults") == 2);
	assert_true(metric(&record, "op.event.CLEAR") == 0.5);
	assert_string_equal(absent(&record, "op.zapped"), "nobody is subscribed");
	record_close(&record);
}

/* 3 callbacks of start and 1 of end took 80 cycles at 2 GHz: 1 ns for each of 40 operations. */
static void time_in_callbacks_is_divided_by_operations(void **state)
{
	static struct loghist start, end;
	struct record record;

	(void)state;
	loghist_init(&start);
	loghist_init(&end);
	for (int i = 0; i < 3; i++)
		loghist_record(&start, 20);
	loghist_record(&end, 20);
	assert_int_equal(record_open(&record, 2e9), 0);
	record_hist(&record, "cb.start", &start, "");
	record_hist(&record, "cb.end", &end, "");
	figures_per_operation(&crew, &record);
	assert_true(metric(&record, "op.notifier") == 1);
	record_close(&record);
	/* Who was called, but not timed; and nobody, whose reason comes with all others'. */
	assert_int_equal(record_open(&record, 2e9), 0);
	record.calls = 5;
	figures_per_operation(&crew, &record);
	assert_string_equal(absent(&record, "op.notifier"), "the callbacks were not timed");
	record_close(&record);
	assert_int_equal(record_open(&record, 2e9), 0);
	figures_per_operation(&crew, &record);
	record_rest_absent(&record, "nobody is subscribed");
	assert_string_equal(absent(&record, "op.notifier"), "nobody is subscribed");
	record_close(&record);
}

/* `tlb` counts no events; that is not 0 of them. */
static void events_that_nobody_tells_are_absent(void **state)
{
	struct record record;

	(void)state;
	assert_int_equal(record_open(&record, 1e9), 0);
	record_metric(&record, "event.CLEAR", 0);
	figures_per_operation(&crew, &record);
	assert_string_equal(absent(&record, "op.event.CLEAR"), "the variant is not told of events");
	record_close(&record);
}

/* A table of metrics without one that is recorded makes a run that no reader takes. */
static void all_are_in_the_table(void **state)
{
	struct record record;
	json_t *table = metrics_describe("ns");
	const char *name;
	json_t *why;

	(void)state;
	assert_int_equal(record_open(&record, 1e9), 0);
	figures_per_operation(&crew, &record);
	assert_true(json_object_size(record.absent) >= EVENTS + 7);
	json_object_foreach (record.absent, name, why)
		if (!json_object_get(table, name))
			fail_msg("%s is in no table", name);
	record_close(&record);
	json_decref(table);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(counts_are_divided_by_operations),
		cmocka_unit_test(time_in_callbacks_is_divided_by_operations),
		cmocka_unit_test(events_that_nobody_tells_are_absent),
		cmocka_unit_test(all_are_in_the_table),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
