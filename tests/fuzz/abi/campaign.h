/* SPDX-License-Identifier: GPL-2.0-only */
/* Many programs, made from one seed. */
#ifndef TESTS_FUZZ_ABI_CAMPAIGN_H
#define TESTS_FUZZ_ABI_CAMPAIGN_H

#include <stdbool.h>
#include <stdint.h>

/**
 * struct campaign - which programs
 * @seed:     they are made from
 * @first:    number of the first
 * @programs: how many; 0: until there were @calls
 * @calls:    of /dev/secmmu
 * @threads:  of each program; 0: as the seed says
 * @failures: it ends after so many
 */
struct campaign {
	uint64_t seed;
	uint64_t first;
	uint64_t programs;
	uint64_t calls;
	unsigned int threads;
	unsigned int failures;
};

/* Did none fail? */
bool campaign_run(const struct campaign *campaign);

#endif
