// SPDX-License-Identifier: GPL-2.0-only
/* Runs programs in rounds, one worker on each CPU, and looks at what is left after each round. */
#include "campaign.h"

#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "result.h"
#include "run.h"
#include "session.h"
#include "tests/kmod/lib/tap.h"

/* Programs of a round, for each CPU. */
#define ROUND 8

static bool is_over(const struct campaign *campaign)
{
	return atomic_load(&session_counts->failed) >= campaign->failures;
}

/* Every @step-th program of a round. Does not return. */
static void work(const struct campaign *campaign, uint64_t first, uint64_t step, uint64_t end)
{
	static struct program program;
	char name[96];
	uint64_t i;

	session_enter();
	for (i = first; i < end && !is_over(campaign); i += step) {
		program_generate(&program, campaign->seed, i, campaign->threads);
		if (run_program(&program))
			continue;
		atomic_fetch_add(&session_counts->failed, 1);
		snprintf(name, sizeof(name), "seed %llu program %llu, after %lu calls",
			 (unsigned long long)campaign->seed, (unsigned long long)i,
			 counts_ioctls(session_counts));
		session_explain(&program, name);
	}
	exit(0);
}

/* Says on stderr which programs these are before they run: that survives a panic. */
static bool run_round(const struct campaign *campaign, uint64_t first, uint64_t end)
{
	long jobs = sysconf(_SC_NPROCESSORS_ONLN), i;
	bool good = true;
	char when[64];
	int status;

	fprintf(stderr, "abi_fuzz: seed %llu, programs %llu to %llu, after %lu calls\n",
		(unsigned long long)campaign->seed, (unsigned long long)first,
		(unsigned long long)end - 1, counts_ioctls(session_counts));
	fflush(stdout);
	for (i = 0; i < jobs; i++)
		if (fork() == 0)
			work(campaign, first + (uint64_t)i, (uint64_t)jobs, end);
	for (i = 0; i < jobs; i++)
		good = wait(&status) > 0 && !status && good;
	if (!good)
		tap_note("a worker has died");
	snprintf(when, sizeof(when), "seed %llu, after programs %llu to %llu",
		 (unsigned long long)campaign->seed, (unsigned long long)first,
		 (unsigned long long)end - 1);
	return session_is_clean(when) && good;
}

bool campaign_run(const struct campaign *campaign)
{
	uint64_t round = ROUND * (uint64_t)sysconf(_SC_NPROCESSORS_ONLN);
	uint64_t first = campaign->first, end;
	uint64_t last = campaign->programs ? first + campaign->programs : ~0ull;

	while (first < last && !is_over(campaign) &&
	       (campaign->programs || counts_ioctls(session_counts) < campaign->calls)) {
		end = last - first < round ? last : first + round;
		if (!run_round(campaign, first, end))
			return false;
		first = end;
	}
	return atomic_load(&session_counts->failed) == 0;
}
