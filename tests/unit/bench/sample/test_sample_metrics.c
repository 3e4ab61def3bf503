// SPDX-License-Identifier: GPL-2.0-only
/* Is what the probes counted divided by the operations, and absent where nobody counts? */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "bench/sample/sample_metrics.h"
#include "bench/subscriber/probes.h"
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
	/* What was not counted is absent for the reason that all else has. */
	assert_null(json_object_get(record.absent, "op.zapped"));
	record_rest_absent(&record, "KVM does not say");
	assert_string_equal(absent(&record, "op.zapped"), "KVM does not say");
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

/* A device that is not told of events has not counted 0 of them, nor has one that nobody calls. */
static void what_the_variant_does_not_hear_is_absent(void **state)
{
	static const struct {
		const char *variant, *events, *calls;
	} rows[] = {
		{ "itree", NULL, NULL },
		{ "tlb", "the variant is not told of events", NULL },
		{ "none", "nobody is subscribed", "nobody is subscribed" },
	};
	static const char *const of_events[] = { "event.CLEAR", "bytes.CLEAR", "op.event.CLEAR" };
	static const char *const of_calls[] = { "cb.calls", "cb.hits", "cb.refused", "op.calls" };
	static struct probes probes;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct device_spec spec = { .variant = rows[i].variant };
		struct record record;

		assert_int_equal(record_open(&record, 1e9), 0);
		probes_record(&probes, &spec, 1, &record);
		figures_per_operation(&crew, &record);
		record_rest_absent(&record, "secmmu does not say");
		for (size_t k = 0; k < 3; k++)
			if (rows[i].events)
				assert_string_equal(absent(&record, of_events[k]), rows[i].events);
			else
				assert_true(metric(&record, of_events[k]) == 0);
		for (size_t k = 0; k < 4; k++)
			if (rows[i].calls)
				assert_string_equal(absent(&record, of_calls[k]), rows[i].calls);
			else
				assert_true(metric(&record, of_calls[k]) == 0);
		assert_true(metric(&record, "table.zapped") == 0);
		record_close(&record);
	}
}

/* A table of metrics without one that is recorded makes a run that no reader takes. */
static void all_are_in_the_table(void **state)
{
	static const struct device_spec spec = { .variant = "itree" };
	static struct probes probes;
	struct record record;
	json_t *table = metrics_describe("ns");
	const char *name;
	json_t *value;

	(void)state;
	assert_int_equal(record_open(&record, 1e9), 0);
	probes_record(&probes, &spec, 1, &record);
	figures_per_operation(&crew, &record);
	assert_true(json_object_size(record.metrics) >= 3 * EVENTS + 7);
	json_object_foreach (record.metrics, name, value)
		if (!json_object_get(table, name))
			fail_msg("%s is in no table", name);
	json_object_foreach (record.absent, name, value)
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
		cmocka_unit_test(what_the_variant_does_not_hear_is_absent),
		cmocka_unit_test(all_are_in_the_table),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
