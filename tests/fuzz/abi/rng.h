/* SPDX-License-Identifier: GPL-2.0-only */
/* The random numbers that a program is made of: splitmix64, the same on each machine. */
#ifndef TESTS_FUZZ_ABI_RNG_H
#define TESTS_FUZZ_ABI_RNG_H

#include <stdint.h>

struct rng {
	uint64_t state;
};

static inline uint64_t rng_next(struct rng *rng)
{
	uint64_t z = rng->state += 0x9e3779b97f4a7c15ull;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
	return z ^ (z >> 31);
}

/* The numbers of program @index of seed @seed. */
static inline struct rng rng_of(uint64_t seed, uint64_t index)
{
	struct rng rng = { seed };

	rng.state = rng_next(&rng) ^ index;
	rng.state = rng_next(&rng);
	return rng;
}

/* 0 .. @n - 1. */
static inline uint64_t rng_below(struct rng *rng, uint64_t n)
{
	return (uint64_t)(((unsigned __int128)rng_next(rng) * n) >> 64);
}

/* True in one of @n cases. */
static inline int rng_one_in(struct rng *rng, uint64_t n)
{
	return rng_below(rng, n) == 0;
}

#endif
