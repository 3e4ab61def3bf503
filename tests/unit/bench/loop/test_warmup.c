// SPDX-License-Identifier: GPL-2.0-only
/* Is a trend over the windows of a warm-up told from noise, and does the warm-up last until there is none? */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <math.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <unistd.h>

#include "bench/loop/worker.h"

static void judge(const double time[WARMUP_WINDOWS], enum steadiness expected,
		  double expected_drift)
{
	double drift;

	assert_int_equal(warmup_judge(time, &drift), expected);
	if (isnan(expected_drift))
		assert_true(isnan(drift));
	else
		assert_true(fabs(drift - expected_drift) < 1e-9);
}

static void trends_are_told(void **state)
{
	(void)state;
	/* 100 to 170 in steps of 10: 70 of the median, 135. */
	judge((double[]){ 100, 110, 120, 130, 140, 150, 160, 170 }, NOT_STEADY, 70 / 135.0);
	judge((double[]){ 170, 160, 150, 140, 130, 120, 110, 100 }, NOT_STEADY, -70 / 135.0);
	/* With one window that an interrupt has spoilt: S = -22. */
	judge((double[]){ 170, 160, 150, 900, 130, 120, 110, 100 }, NOT_STEADY, -10 * 7 / 140.0);
}

static void noise_is_no_trend(void **state)
{
	(void)state;
	judge((double[]){ 100, 100, 100, 100, 100, 100, 100, 100 }, STEADY, 0);
	judge((double[]){ 100, 150, 101, 151, 102, 152, 103, 153 }, STEADY, 3.5 / 126.5);
	/* The same with a spoilt window. */
	judge((double[]){ 100, 100, 100, 900, 100, 100, 100, 100 }, STEADY, 0);
	/* A trend without exception, but of less than a twentieth over all. */
	judge((double[]){ 1000, 1001, 1002, 1003, 1004, 1005, 1006, 1007 }, STEADY, 7 / 1003.5);
}

/* S = 18 is a trend, S = 16 is none, whatever its size. */
static void the_limit_is_where_it_is_said_to_be(void **state)
{
	(void)state;
	judge((double[]){ 30, 20, 10, 40, 60, 50, 80, 70 }, NOT_STEADY, 25 / 3.0 * 7 / 45);
	judge((double[]){ 30, 20, 10, 40, 70, 60, 50, 80 }, STEADY, 10 * 7 / 45.0);
}

static void no_times_are_no_verdict(void **state)
{
	(void)state;
	judge((double[]){ 1, 2, 3, NAN, 5, 6, 7, 8 }, NOT_TESTED, NAN);
	judge((double[]){ 0, 0, 0, 0, 0, 0, 0, 0 }, NOT_TESTED, NAN);
}

/* A worker that does nothing, but says that it does: what its operations take depends on no machine. */
struct feeder {
	struct worker worker;
	double (*cycles)(double n); /* of the @n-th operation */
	double each_ms;             /* an operation ends */
	atomic_bool over;
};

static void *feed(void *arg)
{
	struct feeder *f = arg;
	double all = 0;

	for (double n = 0; !atomic_load(&f->over); n++) {
		usleep((useconds_t)(1000 * f->each_ms));
		all += f->cycles(n);
		atomic_store(&f->worker.warm.cycles, (unsigned long long)all);
		atomic_store(&f->worker.warm.operations, (unsigned long long)n + 1);
	}
	return NULL;
}

static double even(double n)
{
	(void)n;
	return 1e6;
}

/* Slow at first, even after some hundred operations. */
static double falling(double n)
{
	return 1e6 + 1e9 * pow(0.9, n);
}

static double rising(double n)
{
	return 1e6 * pow(1.01, n);
}

static struct warmup warm_up(double (*cycles)(double n), double each_ms, double most_ms)
{
	static struct feeder f;
	struct crew crew = { .workers = &f.worker, .count = 1 };
	struct warmup warmup;
	pthread_t thread;

	f = (struct feeder){ .worker.owner = true, .cycles = cycles, .each_ms = each_ms };
	sem_init(&crew.trouble, 0, 0);
	assert_int_equal(pthread_create(&thread, NULL, feed, &f), 0);
	warmup_run(&crew, 40, most_ms, &warmup);
	atomic_store(&f.over, true);
	pthread_join(thread, NULL);
	sem_destroy(&crew.trouble);
	return warmup;
}

static void it_lasts_until_there_is_no_trend(void **state)
{
	struct warmup warmup = warm_up(even, 1, 10000);

	(void)state;
	assert_int_equal(warmup.steadiness, STEADY);
	assert_true(warmup.ms >= 40);
	warmup = warm_up(falling, 1, 100000);
	assert_int_equal(warmup.steadiness, STEADY);
	assert_true(fabs(warmup.drift) <= WARMUP_DRIFT);
}

static void it_ends_at_its_most(void **state)
{
	struct warmup warmup = warm_up(rising, 1, 300);

	(void)state;
	assert_int_equal(warmup.steadiness, NOT_STEADY);
	assert_true(warmup.drift > WARMUP_DRIFT);
	assert_true(warmup.ms >= 300 && warmup.ms < 8 * 300);
}

/* Two operations, or three, are no eight windows. */
static void a_few_operations_are_not_tested(void **state)
{
	struct warmup warmup = warm_up(even, 30, 80);

	(void)state;
	assert_int_equal(warmup.steadiness, NOT_TESTED);
	assert_true(isnan(warmup.drift));
	assert_true(warmup.ms >= 80);
}

/* Nobody waits for who has failed. */
static void trouble_ends_it(void **state)
{
	struct worker worker = { .owner = true };
	struct crew crew = { .workers = &worker, .count = 1 };
	struct warmup warmup;

	(void)state;
	sem_init(&crew.trouble, 0, 0);
	sem_post(&crew.trouble);
	warmup_run(&crew, 40000, 100000, &warmup);
	assert_true(warmup.ms < 40000);
	/* And it is still there for the phases that follow. */
	assert_true(crew_wait(&crew, 1));
	sem_destroy(&crew.trouble);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(trends_are_told),
		cmocka_unit_test(noise_is_no_trend),
		cmocka_unit_test(the_limit_is_where_it_is_said_to_be),
		cmocka_unit_test(no_times_are_no_verdict),
		cmocka_unit_test(it_lasts_until_there_is_no_trend),
		cmocka_unit_test(it_ends_at_its_most),
		cmocka_unit_test(a_few_operations_are_not_tested),
		cmocka_unit_test(trouble_ends_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
