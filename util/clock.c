// SPDX-License-Identifier: GPL-2.0-only
#include "clock.h"

#include <errno.h>
#include <time.h>

struct pair {
	uint64_t cycles;
	double seconds;
};

static double seconds_of(clockid_t id)
{
	struct timespec ts;

	clock_gettime(id, &ts);
	return (double)ts.tv_sec + 1e-9 * (double)ts.tv_nsec;
}

/* Both clocks at one moment: of a few tries the one that was interrupted least. */
static struct pair read_pair(void)
{
	struct pair best = { 0 };
	uint64_t shortest = UINT64_MAX;

	for (int i = 0; i < 16; i++) {
		uint64_t before = clock_cycles();
		double seconds = seconds_of(CLOCK_MONOTONIC_RAW);
		uint64_t took = clock_cycles() - before;

		if (took >= shortest)
			continue;
		shortest = took;
		best = (struct pair){ before + took / 2, seconds };
	}
	return best;
}

double clock_measure_hz(unsigned int ms)
{
	struct pair from = read_pair(), to;

	clock_sleep_ms(ms);
	to = read_pair();
	return (double)(to.cycles - from.cycles) / (to.seconds - from.seconds);
}

double clock_seconds(void)
{
	return seconds_of(CLOCK_MONOTONIC);
}

void clock_sleep_ms(long long ms)
{
	struct timespec left = { ms / 1000, ms % 1000 * 1000000 };

	while (nanosleep(&left, &left) && errno == EINTR)
		;
}
