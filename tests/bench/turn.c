// SPDX-License-Identifier: GPL-2.0-only
/*
 * What does the harness cost? An operation that is timed into a histogram against a loop that only
 * does it: the empty operation in reads of the timer, will-it-scale's loops in per cent.
 *
 * The loops take turns, bare, timed, timed, bare, so a machine that changes its speed changes it
 * for both. Being interrupted only ever costs: of the empty operation the median of the rounds'
 * ratios is without it, of the others, which take so long that on a busy machine most rounds are
 * interrupted, the lower quartile of each loop is. What still costs too much is measured again,
 * RUNS times in all: what the code costs comes back, what another process costs does not.
 */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "bench/loop/worker.h"
#include "loghist.h"
#include "stats/stats.h"
#include "util/clock.h"

enum {
	ROUNDS = 501,
	EMPTY_TURNS = 1000,
	FLUSH_TURNS = 16, /* the pages that one fault of a file maps: all turns cost the same */
	RUNS = 3,
	PAGES = 512
};

/* The most that is allowed: of two reads of the timer, and of the operation. */
static const double most_reads = 1.5, most_share = 0.03;

static struct loghist hist;

/* Sorts the values; NAN when one is not finite. */
static double quantile(double *values, size_t count, double share)
{
	return stats_sort(values, count) ? NAN : stats_quantile(values, count, share);
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

/* How many times two reads of the timer the empty operation @load costs more when it is timed. */
static double cost_in_reads(const struct workload *load)
{
	struct workspace space = { 0 };
	double rounds[ROUNDS];

	for (int i = 0; i < ROUNDS; i++) {
		double bare = untimed(load, &space, EMPTY_TURNS);
		double timed = worker_turn_cycles(load, &space, &hist, EMPTY_TURNS);

		rounds[i] = (timed - bare) / (2 * timer_read());
	}
	return quantile(rounds, ROUNDS, 0.5);
}

/* The share that timing adds to the operation of @load, whose slot is set up; -1 where it fails. */
static double share_in(const struct workload *load, struct workspace *space)
{
	static double bare[2 * ROUNDS], timed[2 * ROUNDS];

	for (int i = 0; i < 2 * ROUNDS; i += 2) {
		bare[i] = untimed(load, space, FLUSH_TURNS);
		timed[i] = worker_turn_cycles(load, space, &hist, FLUSH_TURNS);
		timed[i + 1] = worker_turn_cycles(load, space, &hist, FLUSH_TURNS);
		bare[i + 1] = untimed(load, space, FLUSH_TURNS);
		if (bare[i] < 0 || timed[i] < 0 || timed[i + 1] < 0 || bare[i + 1] < 0)
			return -1;
	}
	return quantile(timed, 2 * ROUNDS, 0.25) / quantile(bare, 2 * ROUNDS, 0.25) - 1;
}

/* The same, from setting up the slot to giving it back. */
static double cost_in_share(const struct workload *load)
{
	struct workspace space = { .page_size = (size_t)sysconf(_SC_PAGESIZE), .node = -1 };
	struct slot_stamps stamps = { 0 };
	double share;

	space.len = PAGES * space.page_size;
	space.stamps = &stamps;
	space.slot = mmap(NULL, space.len, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (space.slot == MAP_FAILED || load->init(&space))
		return -1;
	share = share_in(load, &space);
	load->fini(&space);
	munmap(space.slot, space.len);
	return share;
}

/* The @cost of @load, at most @most, or of the run that cost least; a run that failed is the least. */
static double least(double (*cost)(const struct workload *load), const char *load, double most)
{
	double least = cost(workload_find(load));

	for (int run = 1; run < RUNS && least > most; run++) {
		double again = cost(workload_find(load));

		least = again < least ? again : least;
	}
	return least;
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
	double cost = least(cost_in_reads, "null", most_reads);
	char text[96];
	int ok;

	printf("1..%u\n", count + 1);
	snprintf(text, sizeof(text), "%.2f times two reads of the timer, at most %.1f", cost,
		 most_reads);
	ok = result(1, cost <= most_reads, "to time an empty operation", text);
	for (unsigned int i = 0; i < count; i++) {
		cost = least(cost_in_share, loops[i], most_share);
		snprintf(text, sizeof(text), "%.1f %% of it, at most %.0f %%", 100 * cost,
			 100 * most_share);
		ok &= result(i + 2, cost > -1 && cost <= most_share, loops[i], text);
	}
	return !ok;
}
