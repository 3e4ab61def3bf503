// SPDX-License-Identifier: GPL-2.0-only
/* Do a worker's counts begin where the probes' do, at the reset between warm-up and measurement? */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "bench/loop/worker.h"

static struct crew crew;
static unsigned long long warm, later;

/* In the warm-up each operation finds nothing to do, later none. */
static int late_op(struct workspace *w)
{
	bool warms = atomic_load(&crew.phase) == PHASE_WARM;

	w->missed += warms;
	warm += warms;
	later += !warms;
	return 0;
}

static void what_the_warm_up_did_is_forgotten(void **state)
{
	static const struct workload late = { .name = "late", .op = late_op };
	const struct phases phases = { .warmup = 50, .warmup_most = 50, .measure = 50 };
	static char page[4096];
	struct worker worker = {
		.policy = "compact",
		.role = "invalidator",
		.owner = true,
		.workload = &late,
		.space = { .slot = page, .len = sizeof(page), .node = -1 },
	};
	struct topo *topo;

	(void)state;
	assert_int_equal(topo_open(&topo), 0);
	worker.cpu = topo_cpu(topo, 0)->os;
	crew = (struct crew){ .topo = topo, .workers = &worker, .count = 1 };
	assert_int_equal(crew_start(&crew), 0);
	assert_int_equal(crew_measure(&crew, &phases, NULL), 0);
	assert_true(warm > 0);
	assert_int_equal(worker.space.missed, 0);
	/* The last one of the warm-up may have begun before it ended. */
	assert_in_range(worker.all, later - 1, later);
	assert_in_range(worker.hist->count, 1, worker.all);
	crew_stop(&crew);
	topo_close(topo);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_the_warm_up_did_is_forgotten),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
