// SPDX-License-Identifier: GPL-2.0-only
/* Do sources that count shootdowns and differ say so, with the reason that the evidence gives? */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <math.h>
#include <string.h>

#include "bench/shootdowns/cpu_time.h"
#include "bench/shootdowns/cross_check.h"

static struct evidence of(double asked, double tlb, double cal, double traced, double operations)
{
	return (struct evidence){ .count = { [SOURCE_ASKED] = asked,
					     [SOURCE_TLB] = tlb,
					     [SOURCE_CAL] = cal,
					     [SOURCE_TRACED] = traced },
				  .operations = operations,
				  .waited = NAN,
				  .stolen = NAN };
}

static void expect(bool agreed, double asked, double tlb, double cal, double traced,
		   double operations)
{
	const struct evidence e = of(asked, tlb, cal, traced, operations);
	char said[256] = "nothing";

	if (agree(&e, said, sizeof(said)) != agreed)
		fail_msg("%.0f %.0f %.0f %.0f of %.0f: %s", asked, tlb, cal, traced, operations,
			 said);
	assert_int_equal(agreed, !*said);
}

static void sources_agree_to_2_per_cent(void **state)
{
	(void)state;
	expect(true, 100000, 100000, 100000, 100000, 100000);
	expect(true, 100000, 98000, 99000, 98500, 100000); /* 2 % to the number */
	expect(false, 100000, 97999, 99000, 98500, 100000);
	expect(true, NAN, 98000, 99000, 100000, 100000);
	expect(false, NAN, 97999, 99000, 100000, 100000);
	expect(false, 100000, 100000, 100000, 97000, 100000);
	expect(false, 97000, 100000, 100000, 100000, 100000);
	expect(true, NAN, 294000, 300000, 297000, 100000);
	/* A background of few interrupts beside many operations, or few at all, is nobody's lie. */
	expect(true, 0, 0, 1900, 0, 100000);
	expect(false, 0, 0, 2100, 0, 100000);
	expect(true, 0, 0, 100, 0, 10);
	expect(false, 0, 0, 101, 0, 10);
	/* Who is alone, or not there, disagrees with nobody. */
	expect(true, NAN, 50000, NAN, NAN, 50000);
	expect(true, NAN, NAN, NAN, NAN, 50000);
}

static void expect_apart(double apart, struct evidence e)
{
	double was = agree_apart(&e);

	if (isnan(apart) ? !isnan(was) : !(fabs(was - apart) < 1e-12))
		fail_msg("%g, not %g", was, apart);
}

static void how_far_apart(void **state)
{
	(void)state;
	expect_apart(0, of(1000, 1000, 1000, 1000, 1000));
	expect_apart(0.86, of(1000, 140, 141, 140, 1000));
	expect_apart(0.5, of(NAN, 1000, 2000, NAN, 1000));
	expect_apart(0.01, of(0, 0, 100, 0, 10000)); /* against the operations */
	expect_apart(NAN, of(NAN, 1000, NAN, NAN, 1000));
	expect_apart(NAN, of(0, 0, 0, 0, 0));
}

static void expect_reason(const char *reason, struct evidence e)
{
	char said[256];

	assert_false(agree(&e, said, sizeof(said)));
	if (!strstr(said, reason))
		fail_msg("not \"%s\": %s", reason, said);
}

static struct evidence with(struct evidence e, double waited, double stolen, bool deferred)
{
	e.waited = waited;
	e.stolen = stolen;
	e.deferred = deferred;
	return e;
}

/* Each by the numbers that were seen of it, or that its cause would give. */
static void the_reason_is_what_the_evidence_says(void **state)
{
	const struct evidence few = of(5704, 295, 295, 292, 5704);
	const struct evidence none = of(2092, 0, 2, 0, 2092);
	char said[256];

	(void)state;
	expect_reason("other tasks ran on CPUs", with(few, 0.96, 0, true));
	expect_reason("other tasks ran on CPUs", with(few, 0.1, 0.9, true));
	expect_reason("hypervisor did not run CPUs", with(few, 0.01, 0.3, true));
	expect_reason("reason that was not found", with(few, 0.01, 0.3, false));
	expect_reason("reason that was not found", with(few, 0.01, 0.01, true));
	expect_reason("reason that was not found", few);
	/* As under a hypervisor that flushes for its guest; a CPU that others have all the time is none. */
	expect_reason("sends no interrupt", none);
	expect_reason("sends no interrupt", with(none, 0.11, 0, false));
	expect_reason("sends no interrupt", with(of(2092, 2, 4, 2, 2092), 0.03, 0, true));
	expect_reason("other tasks ran on CPUs", with(none, 0.96, 0, false));
	expect_reason("hypervisor did not run CPUs", with(none, 0.05, 0.9, true));
	expect_reason("reason that was not found", of(2092, 3, 4, 2, 2092));
	expect_reason("did not ask for", with(of(1000, 2000, 2000, 2000, 1000), 0.5, 0, true));
	expect_reason("had made needless", of(10000, 10000, 10000, 8000, 10000));
	expect_reason("one interrupt served", of(10000, 10000, 8000, 10000, 10000));
	expect_reason("other functions than", of(10000, 10000, 12000, 10000, 10000));
	expect_reason("other functions than", of(NAN, 10000, 12000, NAN, 10000));
	expect_reason("reason that was not found", of(10000, NAN, NAN, 8000, 10000));
	agree(&few, said, sizeof(said));
	assert_string_equal(said, "counts of shootdowns differ, CPUs that were asked were left "
				  "alone, for a reason that was not found: asked 5704, irq.TLB "
				  "295, irq.CAL 295, tlb_flush_remote 292");
}

static void a_short_buffer_is_kept_to(void **state)
{
	const struct evidence e = with(of(5704, 295, 295, 292, 5704), 0.5, 0.25, true);
	char said[256], guarded[128];

	(void)state;
	assert_false(agree(&e, said, sizeof(said)));
	assert_non_null(strstr(said, ", time of other tasks 50 %, of the hypervisor 25 %"));
	for (size_t size = 1; size < sizeof(guarded); size++) {
		memset(guarded, 'x', sizeof(guarded));
		assert_false(agree(&e, guarded, size));
		assert_true(strlen(guarded) < size);
		assert_int_equal(guarded[size], 'x');
	}
}

static void waiting_is_a_part_of_the_time(void **state)
{
	struct wait_time before = { .known = true }, after = { .known = true };

	(void)state;
	assert_true(cpu_time_add_wait(&before, "1000 500 3\n"));
	assert_true(cpu_time_add_wait(&after, "3000 500 3\n"));
	assert_true(cpu_time_add_wait(&after, "1000 1500 3\n")); /* two workers together */
	assert_true(fabs(cpu_time_waited(&before, &after) - 1500.0 / 4500) < 1e-12);
	assert_true(isnan(cpu_time_waited(&before, &before)));
	after.known = false;
	assert_true(isnan(cpu_time_waited(&before, &after)));
	assert_false(cpu_time_add_wait(&after, ""));
	assert_false(cpu_time_add_wait(&after, "12"));
}

/* Guests' time is in that of users already: what stands behind steal is not added. */
static void ticks_are_of_the_workers_cpus(void **state)
{
	static const char then[] = "cpu  9 9 9 9 9 9 9 9 9 9\n"
				   "cpu1 10 0 10 70 0 0 5 5 100 0\n"
				   "cpu11 1 1 1 1 1 1 1 1 1 1\nintr 5\n";
	static const char now[] = "cpu  9 9 9 9 9 9 9 9 9 9\n"
				  "cpu1 20 0 20 90 0 0 5 15 900 0\n";
	struct cpu_time before = { 0 }, after = { 0 };

	(void)state;
	before.steal_known = cpu_time_add_ticks(&before, then, 1);
	after.steal_known = cpu_time_add_ticks(&after, now, 1);
	assert_true(before.steal_known && after.steal_known);
	assert_true(fabs(cpu_time_stolen(&before, &after) - 10.0 / 50) < 1e-12);
	assert_false(cpu_time_add_ticks(&after, now, 11));
	assert_false(cpu_time_add_ticks(&after, now, -1));
	assert_false(cpu_time_add_ticks(&after, "x\ncpu1 1 2 3\n", 1)); /* before 2.6.11 */
	after.steal_known = false;
	assert_true(isnan(cpu_time_stolen(&before, &after)));
	assert_true(isnan(cpu_time_stolen(&before, &before)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sources_agree_to_2_per_cent),
		cmocka_unit_test(how_far_apart),
		cmocka_unit_test(the_reason_is_what_the_evidence_says),
		cmocka_unit_test(a_short_buffer_is_kept_to),
		cmocka_unit_test(waiting_is_a_part_of_the_time),
		cmocka_unit_test(ticks_are_of_the_workers_cpus),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
