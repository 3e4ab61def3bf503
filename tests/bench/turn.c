// SPDX-License-Identifier: GPL-2.0-only
/*
 * What does the harness cost? An operation that is timed into a histogram against a loop that only
 * does it: the empty operation in reads of the timer, will-it-scale's loops in per cent.
 *
 * Both loops take turns in short rounds, and what counts is the median over the rounds of one
 * round's ratio: so being interrupted, and a machine that changes its speed, cost neither.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "bench/clock.h"
#include "bench/worker.h"
#include "loghist.h"

enum {
	ROUNDS = 401,
	EMPTY_TURNS = 1000,
	FLUSH_TURNS = 100,
	PAGES = 512
};

/* The most that is allowed: of two reads of the timer, and of the operation. */
static const double most_reads = 1.5, most_share = 0.03;

static struct loghist hist;

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double median(double *values)
{
	qsort(values, ROUNDS, sizeof(*values), by_value);
	return values[ROUNDS / 2];
}

/* Cycles of one operation in a loop that does nothing else. */
static double untimed(const struct workload *load, struct workspace *space, unsigned int count)
{
	uint64_t from = clock_cycles();

	for (unsigned int i = 0; i < count; i++) {
		if (load->prep && load->prep(space))
			return -1;
		if (load->op(space))
			return -1;
	}
	return (double)(clock_cycles() - from) / count;
}

/* Cycles of one read of the timer, of many in a row. */
static double timer_read(void)
{
	uint64_t from = clock_cycles(), to = from;

	for (int i = 0; i < EMPTY_TURNS; i++)
		to = clock_cycles();
	return (double)(to - from) / EMPTY_TURNS;
}

/* How many times two reads of the timer an empty operation costs more when it is timed. */
static double cost_in_reads(void)
{
	const struct workload *load = workload_find("null");
	struct workspace space = { 0 };
	double rounds[ROUNDS];

	for (int i = 0; i < ROUNDS; i++) {
		double bare = untimed(load, &space, EMPTY_TURNS);
		double timed = worker_turn_cycles(load, &space, &hist, EMPTY_TURNS);

		rounds[i] = (timed - bare) / (2 * timer_read());
	}
	return median(rounds);
}

/* The share that timing adds to the operation of @load; -1 where it fails. */
static double cost_in_share(const struct workload *load)
{
	struct workspace space = { .page_size = (size_t)sysconf(_SC_PAGESIZE), .node = -1 };
	struct slot_stamps stamps = { 0 };
	double rounds[ROUNDS];

	space.len = PAGES * space.page_size;
	space.stamps = &stamps;
	space.slot = mmap(NULL, space.len, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (space.slot == MAP_FAILED || load->init(&space))
		return -1;
	for (int i = 0; i < ROUNDS; i++) {
		double bare = untimed(load, &space, FLUSH_TURNS);
		double timed = worker_turn_cycles(load, &space, &hist, FLUSH_TURNS);

		if (bare <= 0 || timed <= 0)
			return -1;
		rounds[i] = timed / bare - 1;
	}
	load->fini(&space);
	munmap(space.slot, space.len);
	return median(rounds);
}

static int result(unsigned int number, int ok, const char *what, const char *cost)
{
	printf("%sok %u - %s costs %s\n", ok ? "" : "not ", number, what, cost);
	return ok;
}

int main(void)
{
	static const char *const loops[] = { "tlb_flush1", "tlb_flush2", "tlb_flush3" };
	const unsigned int count = sizeof(loops) / sizeof(loops[0]);
	double cost = cost_in_reads();
	char text[96];
	int ok;

	printf("1..%u\n", count + 1);
	snprintf(text, sizeof(text), "%.2f times two reads of the timer, at most %.1f", cost,
		 most_reads);
	ok = result(1, cost <= most_reads, "to time an empty operation", text);
	for (unsigned int i = 0; i < count; i++) {
		cost = cost_in_share(workload_find(loops[i]));
		snprintf(text, sizeof(text), "%.1f %% of it, at most %.0f %%", 100 * cost,
			 100 * most_share);
		ok &= result(i + 2, cost > -1 && cost <= most_share, loops[i], text);
	}
	return !ok;
}
