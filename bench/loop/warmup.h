/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Whether the operations of a sample have become steady: their time, window by window of the warm-up,
 * must have no trend. That of the window before says nothing of it; a slope over several does.
 */
#ifndef BENCH_LOOP_WARMUP_H
#define BENCH_LOOP_WARMUP_H

#include <stddef.h>

/*
 * Windows that are looked at, the last ones. With 8 of them and no trend, |S| of Kendall's test is 18 or
 * more in 3.1 % of all cases.
 */
enum {
	WARMUP_WINDOWS = 8,
	WARMUP_TREND = 18
};

/* A trend that changes the time by less than this over all windows is none that matters. */
#define WARMUP_DRIFT 0.05

enum steadiness {
	STEADY,
	NOT_STEADY, /* it still has a trend */
	NOT_TESTED  /* there were too few operations */
};

/*
 * What became of a warm-up.
 *
 * @ms:    that it took
 * @drift: the change of the operations' time over the last windows, as a part of its median; NAN unless
 *         it was tested
 */
struct warmup {
	enum steadiness steadiness;
	double ms, drift;
};

/* What is told of it: "steady", "not steady", "not tested". */
extern const char *const steadiness_names[];

/*
 * Judges WARMUP_WINDOWS times, in the order in which they were taken. NOT_TESTED only where they are no
 * times. The trend is tested with M. Kendall's S ("A new measure of rank correlation", Biometrika 30, 1938), its size
 * is P. K. Sen's: the median of the slopes of all pairs (JASA 63, 1968). So one window that an interrupt
 * has spoilt decides nothing. @drift as in struct warmup.
 */
enum steadiness warmup_judge(const double time[WARMUP_WINDOWS], double *drift);

struct crew;

/*
 * Lets the workers of @crew, which run already, warm up for @least_ms, and on until their operations are
 * steady, or @most_ms have gone by, or one has failed. A window is an eighth of @least_ms, and longer until
 * some operation has ended.
 */
void warmup_run(struct crew *crew, double least_ms, double most_ms, struct warmup *warmup);

#endif
