/* SPDX-License-Identifier: GPL-2.0-only */
/* Random numbers that only a seed decides. */
#ifndef UTIL_RANDOM_H
#define UTIL_RANDOM_H

#include <stdint.h>

/*
 * The next of 2^64 numbers; *@state is the seed before the first. splitmix64: G. L. Steele, D. Lea,
 * C. H. Flood, "Fast splittable pseudorandom number generators", 2014.
 */
static inline uint64_t random_next(uint64_t *state)
{
	uint64_t z = *state += 0x9e3779b97f4a7c15u;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return z ^ (z >> 31);
}

#endif
