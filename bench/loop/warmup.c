// SPDX-License-Identifier: GPL-2.0-only
#include "warmup.h"

#include <math.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "stats/stats.h"
#include "util/clock.h"
#include "worker.h"

const char *const steadiness_names[] = {
	[STEADY] = "steady",
	[NOT_STEADY] = "not steady",
	[NOT_TESTED] = "not tested",
};

enum {
	PAIRS = WARMUP_WINDOWS * (WARMUP_WINDOWS - 1) / 2
};

enum steadiness warmup_judge(const double time[WARMUP_WINDOWS], double *drift)
{
	double slope[PAIRS], sorted[WARMUP_WINDOWS];
	int rises = 0, pairs = 0;

	*drift = NAN;
	for (int i = 0; i < WARMUP_WINDOWS; i++)
		for (int j = i + 1; j < WARMUP_WINDOWS; j++) {
			slope[pairs++] = (time[j] - time[i]) / (j - i);
			rises += (time[j] > time[i]) - (time[j] < time[i]);
		}
	memcpy(sorted, time, sizeof(sorted));
	if (stats_sort(sorted, WARMUP_WINDOWS) || stats_sort(slope, PAIRS))
		return NOT_TESTED;
	*drift = stats_median(slope, PAIRS) * (WARMUP_WINDOWS - 1) /
		 stats_median(sorted, WARMUP_WINDOWS);
	if (!isfinite(*drift)) {
		*drift = NAN;
		return NOT_TESTED;
	}
	return abs(rises) >= WARMUP_TREND && fabs(*drift) > WARMUP_DRIFT ? NOT_STEADY : STEADY;
}

/* Operations that have ended, and their cycles, of all who do the workload. */
struct so_far {
	unsigned long long operations, cycles;
};

static struct so_far so_far(const struct crew *crew)
{
	struct so_far all = { 0 };

	for (size_t i = 0; i < crew->count; i++) {
		const struct worker *w = &crew->workers[i];

		if (!w->owner)
			continue;
		/* pairs with the stores in warm_note(); that they may be one operation apart does not matter. */
		all.operations += atomic_load_explicit(&w->warm.operations, memory_order_relaxed);
		all.cycles += atomic_load_explicit(&w->warm.cycles, memory_order_relaxed);
	}
	return all;
}

/*
 * Takes the mean of the operations that have ended since @before as the next time; false when there is
 * none: then the window goes on.
 */
static bool next_time(const struct crew *crew, struct so_far *before, double time[WARMUP_WINDOWS])
{
	struct so_far now = so_far(crew);

	if (now.operations == before->operations)
		return false;
	memmove(time, time + 1, (WARMUP_WINDOWS - 1) * sizeof(time[0]));
	time[WARMUP_WINDOWS - 1] = (double)(now.cycles - before->cycles) /
				   (double)(now.operations - before->operations);
	*before = now;
	return true;
}

void warmup_run(struct crew *crew, double least_ms, double most_ms, struct warmup *warmup)
{
	double time[WARMUP_WINDOWS] = { 0 }, from = clock_seconds();
	struct so_far before = so_far(crew);
	size_t times = 0;
	bool trouble;

	*warmup = (struct warmup){ .steadiness = NOT_TESTED, .drift = NAN };
	do {
		trouble = crew_wait(crew, least_ms / WARMUP_WINDOWS);
		times += next_time(crew, &before, time);
		warmup->ms = 1e3 * (clock_seconds() - from);
		if (times >= WARMUP_WINDOWS && warmup->ms >= least_ms)
			warmup->steadiness = warmup_judge(time, &warmup->drift);
	} while (!trouble && warmup->ms < most_ms &&
		 (warmup->ms < least_ms || warmup->steadiness != STEADY));
}
