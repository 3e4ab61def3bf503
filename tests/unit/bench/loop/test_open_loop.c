// SPDX-License-Identifier: GPL-2.0-only
/*
 * Does an open loop see what waits behind a stall, which a closed loop leaves out, and does it tell
 * that it fell behind?
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench/loop/open_loop.h"
#include "util/clock.h"
#include "util/err.h"

/*
 * The stall is long against what the scheduler of a busy machine takes away: each 200th operation
 * takes 200 ms, all others nothing. At 500 operations a second 100 more are due meanwhile. The
 * measurement ends while the third stall lasts.
 */
enum {
	STALL_MS = 200,
	STALL_EACH = 200,
	RATE = 500,
	MEASURE_MS = 1200
};

static struct topo *topo;
static double hz;

/* How long an operation takes, by how many were done. */
static unsigned int (*busy_ms)(long long done);

static unsigned int stalls(long long done)
{
	return done % STALL_EACH == STALL_EACH - 1 ? STALL_MS : 0;
}

static unsigned int always_slow(long long done)
{
	(void)done;
	return 20;
}

static int busy_op(struct workspace *w)
{
	uint64_t end = clock_cycles() + (uint64_t)(1e-3 * hz * busy_ms(w->local[0]++));

	while (clock_cycles() < end)
		;
	return 0;
}

static const struct workload busy = { .name = "busy", .op = busy_op };

/* @rate operations a second; the record is to be closed. */
static void measure(long long rate, unsigned int (*how)(long long), struct worker *w,
		    struct record *record)
{
	struct crew crew = { .topo = topo, .workers = w, .count = 1 };
	const struct phases phases = { .warmup = 10, .warmup_most = 10, .measure = MEASURE_MS };
	static char page[4096];

	*w = (struct worker){
		.cpu = topo_cpu(topo, 0)->os,
		.policy = "compact",
		.role = "invalidator",
		.owner = true,
		.workload = &busy,
		.space = { .slot = page, .len = sizeof(page), .node = -1 },
	};
	busy_ms = how;
	err_clear();
	open_loop_set(&crew, rate, hz);
	assert_int_equal(crew_start(&crew), 0);
	assert_int_equal(crew_measure(&crew, &phases, NULL), 0);
	assert_int_equal(record_open(record, hz), 0);
	record_hist(record, "op", w->hist, "nothing");
	open_loop_record(&crew, record);
	crew_stop(&crew);
}

static double metric(const struct record *record, const char *name)
{
	const json_t *value = json_object_get(record->metrics, name);

	if (!value)
		fail_msg("there is no %s: %s", name,
			 json_string_value(json_object_get(record->absent, name)));
	return json_number_value(value);
}

/*
 * Closed: one operation of 200 is slow, and the 90th percentile sees nothing. Open: half of all were
 * due while the worker was stalled, so that a quarter waited for longer than 100 ms.
 */
static void what_waits_behind_a_stall_is_slow(void **state)
{
	struct record record;
	struct worker w;

	(void)state;
	measure(0, stalls, &w, &record);
	assert_true(metric(&record, "op.p90") < 20e6);
	assert_null(json_object_get(record.metrics, "op.late"));
	assert_string_equal(json_string_value(json_object_get(record.absent, "op.service.p50")),
			    "a closed loop: rate=0");
	record_close(&record);
	measure(RATE, stalls, &w, &record);
	assert_true(metric(&record, "op.p90") > 1e6 * STALL_MS / 2);
	assert_true(metric(&record, "op.max") >= 1e6 * STALL_MS);
	assert_true(metric(&record, "op.service.p90") < 20e6);
	assert_true(metric(&record, "op.late") >= STALL_EACH / 2);
	assert_true(metric(&record, "op.behind") >= 0.9e6 * STALL_MS);
	record_close(&record);
}

/* None is left out: as many as the rate says, also when the measurement ended in a stall. */
static void each_operation_that_was_due_is_done(void **state)
{
	struct record record;
	struct worker w;

	(void)state;
	measure(RATE, stalls, &w, &record);
	assert_true(metric(&record, "op.undone") == 0);
	assert_true(metric(&record, "op.service.max") >= 1e6 * STALL_MS);
	assert_in_range(w.all, RATE * MEASURE_MS / 1000, 2 * RATE * MEASURE_MS / 1000);
	record_close(&record);
}

/* 20 ms each, 500 a second: most are never begun, and quantiles of the others would be too good. */
static void falling_behind_is_told(void **state)
{
	struct record record;
	struct worker w;

	(void)state;
	measure(RATE, always_slow, &w, &record);
	assert_true(metric(&record, "op.undone") > RATE / 2);
	assert_true(metric(&record, "op.behind") > 100e6);
	assert_true(metric(&record, "op.service.p50") >= 20e6);
	assert_null(json_object_get(record.metrics, "op.p50"));
	assert_null(json_object_get(record.hist, "op"));
	assert_non_null(strstr(json_string_value(json_object_get(record.absent, "op.p50")),
			       "fell behind the rate"));
	record_close(&record);
}

static int set_up(void **state)
{
	(void)state;
	hz = clock_measure_hz(50);
	return topo_open(&topo);
}

static int tear_down(void **state)
{
	(void)state;
	topo_close(topo);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_waits_behind_a_stall_is_slow),
		cmocka_unit_test(each_operation_that_was_due_is_done),
		cmocka_unit_test(falling_behind_is_told),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
