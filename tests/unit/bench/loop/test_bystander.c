// SPDX-License-Identifier: GPL-2.0-only
/* Does a bystander find the time that is taken from it, and learn by itself what a turn takes? */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>
#include <sys/resource.h>

#include "bench/loop/bystander.h"
#include "bench/plan/plan.h"
#include "bench/subscriber/backend.h"
#include "util/clock.h"
#include "util/err.h"

/* Long against what a turn takes, and short enough that there are many. */
enum {
	TURN_US = 2,
	GAP_MS = 5,
	GAP_EACH = 1000, /* turns */
	MEASURE_MS = 300
};

static struct topo *topo;
static double hz;
static struct crew crew;
static unsigned int taken; /* gaps that were put in while it was measured */

static void spin(double seconds)
{
	uint64_t end = clock_cycles() + (uint64_t)(seconds * hz);

	while (clock_cycles() < end)
		;
}

static int turn_op(struct workspace *w)
{
	bool gap = w->local[0] && ++w->local[1] % GAP_EACH == 0;

	spin(gap ? 1e-3 * GAP_MS : 1e-6 * TURN_US);
	taken += gap && atomic_load(&crew.phase) == PHASE_MEASURE;
	return 0;
}

static const struct workload turns = { .name = "turns", .watch = true, .op = turn_op };
static const struct workload no_bystander = { .name = "turns", .op = turn_op };

static const struct phases phases = { .warmup = 10, .warmup_most = 10, .measure = MEASURE_MS };

static void measure(const struct workload *load, bool gaps, struct worker *w, struct loghist *seen,
		    struct record *record)
{
	crew = (struct crew){ .topo = topo, .workers = w, .count = 1 };
	*w = (struct worker){
		.retouch_pages = load->retouch ? w->retouch_pages : 0,
		.cpu = topo_cpu(topo, 0)->os,
		.policy = "compact",
		.role = "bystander",
		.workload = load,
		.space = { .node = -1, .local = { gaps } },
	};
	taken = 0;
	err_clear();
	assert_int_equal(crew_start(&crew), 0);
	assert_int_equal(crew_measure(&crew, &phases, NULL), 0);
	assert_int_equal(record_open(record, hz), 0);
	bystander_record(&crew, record);
	memcpy(seen, w->hist, sizeof(*seen));
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

static unsigned long long count_from(const struct loghist *h, double seconds)
{
	unsigned long long count = 0;

	for (unsigned int i = loghist_index((__u64)(seconds * hz)); i < LOGHIST_BINS; i++)
		count += h->bin[i];
	return count;
}

/* The machine may take more than the test does, but not less. */
static void gaps_are_found(void **state)
{
	static struct loghist seen;
	struct record record;
	struct worker w;
	double put;

	(void)state;
	measure(&turns, true, &w, &seen, &record);
	put = 1e-3 * GAP_MS * taken;
	assert_true(taken >= 5);
	/* One may have come in the few turns before the measured loop. */
	assert_true(count_from(&seen, 0.95e-3 * GAP_MS) + 1 >= taken);
	assert_true((double)seen.sum / hz >= 0.9 * put - 1e-3 * GAP_MS);
	assert_true(metric(&record, "by.stolen") <= 1e9);
	assert_true(metric(&record, "by.stolen") >=
		    0.9e9 * (put - 1e-3 * GAP_MS) * hz / (double)w.window);
	assert_true(metric(&record, "by.gap.max") >= 0.95e6 * GAP_MS);
	assert_true(metric(&record, "by.gaps") >= (double)(taken - 1) * hz / (double)w.window);
	record_close(&record);
}

/* Turns that take as long as ever are none. */
static void a_turn_is_no_gap(void **state)
{
	static struct loghist seen;
	struct record record;
	struct worker w;

	(void)state;
	measure(&turns, false, &w, &seen, &record);
	assert_true(metric(&record, "by.turn") >= 1e3 * TURN_US);
	assert_true(metric(&record, "by.threshold") >= 9.9 * metric(&record, "by.turn"));
	assert_true(metric(&record, "by.threshold") <= 10.1 * metric(&record, "by.turn"));
	/* There was room for as many turns, but few were interrupted. */
	assert_true((double)seen.count < 1e-3 * MEASURE_MS / (1e-6 * TURN_US) / 10);
	assert_true(!seen.count || (double)seen.min >= 8.9 * w.vigil.turn);
	record_close(&record);
}

static void without_a_bystander_metrics_are_absent(void **state)
{
	static struct loghist seen;
	struct record record;
	struct worker w;

	(void)state;
	measure(&no_bystander, false, &w, &seen, &record);
	assert_null(json_object_get(record.metrics, "by.stolen"));
	assert_string_equal(json_string_value(json_object_get(record.absent, "by.stolen")),
			    "there was no bystander");
	assert_non_null(json_object_get(record.absent, "by.gap.p99"));
	record_close(&record);
}

/* What was measured is not absent as well where nobody is subscribed. */
static void a_bystander_needs_no_subscriber(void **state)
{
	static struct loghist seen;
	struct record record;
	struct worker w;

	(void)state;
	measure(&turns, true, &w, &seen, &record);
	record_rest_absent(&record, backend_find("none", SELECT_FILE)->silent);
	assert_null(json_object_get(record.absent, "by.stolen"));
	assert_null(json_object_get(record.absent, "by.gap.p50"));
	assert_string_equal(json_string_value(json_object_get(record.absent, "cb.calls")),
			    "nobody is subscribed");
	record_close(&record);
}

enum {
	PAGES = 100,
	PASS_US = 20,
	REFILL_US = 60 /* more, after a gap */
};

static bool flushed;
static uint64_t last; /* when an operation or a pass ended */

/* Any gap flushes, for on a busy machine most are not the test's. */
static int flushed_op(struct workspace *w)
{
	int ret = turn_op(w);
	uint64_t now = clock_cycles();

	flushed |= (double)(now - last) > 10e-6 * TURN_US * hz;
	last = now;
	return ret;
}

static void refill(struct workspace *w)
{
	(void)w;
	spin(1e-6 * (flushed ? PASS_US + REFILL_US : PASS_US));
	flushed = false;
	last = clock_cycles();
}

static const struct workload refills = {
	.name = "refills", .watch = true, .op = flushed_op, .retouch = refill
};

/* The median: a machine that interrupts now and then does not change it. */
static void expect_page(const struct record *record, const char *name, double us)
{
	double ns = metric(record, name);

	if (ns < 0.99e3 * us / PAGES || ns > 1.25e3 * us / PAGES)
		fail_msg("%s is %.0f ns, not %.0f", name, ns, 1e3 * us / PAGES);
}

static void pages_cost_more_after_a_gap(void **state)
{
	static struct loghist seen;
	struct record record;
	struct worker w = { .retouch_pages = PAGES };

	(void)state;
	measure(&refills, true, &w, &seen, &record);
	expect_page(&record, "by.retouch", PASS_US + REFILL_US);
	expect_page(&record, "by.touch", PASS_US);
	assert_true(metric(&record, "by.retouches") + 1 >= taken);
	/* Time of its own passes is no gap, and neither is what it might have missed in them. */
	assert_int_equal(seen.count, 0);
	assert_string_equal(json_string_value(json_object_get(record.absent, "by.stolen")),
			    "the bystander re-touches pages: see retouch_pages");
	record_close(&record);
	measure(&turns, true, &w, &seen, &record);
	assert_string_equal(json_string_value(json_object_get(record.absent, "by.retouch")),
			    "no bystander has retouch_pages");
	record_close(&record);
}

/* The load's own chain, without a clock: each page once, from the first back to it. */
static void the_chain_meets_each_page_once(void **state)
{
	extern const struct workload load_compute;
	static const struct param asked = { .name = "retouch_pages" };
	static const size_t counts[] = { 1, 2, 3, 7, 8, 64, 100, 4096 };

	(void)state;
	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
		const struct point point = { .params = { &asked },
					     .values = { { .count = (long long)counts[i] } },
					     .count = 1 };
		struct workspace space = { .page_size = 4096, .params = &point };
		size_t met = 0;
		char *first, *at;

		assert_int_equal(load_compute.init(&space), 0);
		first = at = (char *)(uintptr_t)space.local[1];
		do {
			assert_true(++met <= counts[i]);
			at = *(char **)at;
		} while (at != first);
		assert_int_equal(met, counts[i]);
		load_compute.retouch(&space);
		load_compute.fini(&space);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(gaps_are_found),
		cmocka_unit_test(a_turn_is_no_gap),
		cmocka_unit_test(without_a_bystander_metrics_are_absent),
		cmocka_unit_test(a_bystander_needs_no_subscriber),
		cmocka_unit_test(pages_cost_more_after_a_gap),
		cmocka_unit_test(the_chain_meets_each_page_once),
	};
	int ret;

	setpriority(PRIO_PROCESS, 0,
		    -20); /* or a busy machine lets it hardly run; not needed else */
	if (topo_open(&topo))
		return 1;
	hz = clock_measure_hz(50);
	ret = cmocka_run_group_tests(tests, NULL, NULL);
	topo_close(topo);
	return ret;
}
