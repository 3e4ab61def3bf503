/* SPDX-License-Identifier: GPL-2.0-only WITH Linux-syscall-note */
/* Log-linear histogram: one layout for the module's probes and for the engine. */
#ifndef LOGHIST_H
#define LOGHIST_H

#include <linux/types.h>

/*
 * Each octave is cut into 2^LOGHIST_SUB_BITS equal bins, so a bin is at most
 * 1/64 (1.6 %) of its value wide; values below 128 are exact. Values of
 * 2^LOGHIST_MAX_BITS and more are counted in the last bin, while @min, @max and
 * @sum stay exact: 2^40 cycles are about five minutes at 3.6 GHz.
 */
#define LOGHIST_SUB_BITS 6
#define LOGHIST_MAX_BITS 40
#define LOGHIST_SUB_BINS (1u << LOGHIST_SUB_BITS)
#define LOGHIST_BINS     ((LOGHIST_MAX_BITS - LOGHIST_SUB_BITS + 1) << LOGHIST_SUB_BITS)

/**
 * struct loghist - a histogram of unsigned values
 * @count: values recorded
 * @sum:   their sum, modulo 2^64
 * @min:   the smallest of them; 2^64 - 1 while @count is 0
 * @max:   the largest of them; 0 while @count is 0
 * @bin:   how many fell into each bin, see loghist_index()
 *
 * There is one writer at a time; that is for the caller to see to.
 */
struct loghist {
	__u64 count;
	__u64 sum;
	__u64 min;
	__u64 max;
	__u64 bin[LOGHIST_BINS];
};

/*
 * The bin that counts @value: 0 <= result < LOGHIST_BINS. In octave o, counted from [64, 128), a
 * value v goes to bin 64 o + v / 2^o; what v / 2^o has above 63 makes up for the octaves before.
 */
static inline unsigned int loghist_index(__u64 value)
{
	const __u64 most = (1ULL << LOGHIST_MAX_BITS) - 1;
	unsigned int octave;

	if (value > most)
		value = most;
	octave = 63 - LOGHIST_SUB_BITS - (unsigned int)__builtin_clzll(value | LOGHIST_SUB_BINS);
	return (octave << LOGHIST_SUB_BITS) + (unsigned int)(value >> octave);
}

/* The smallest value that bin @index counts. It may be LOGHIST_BINS: the end of the last bin. */
static inline __u64 loghist_lower(unsigned int index)
{
	unsigned int octave = index >> LOGHIST_SUB_BITS;
	__u64 sub = index & (LOGHIST_SUB_BINS - 1);

	if (octave == 0)
		return sub;
	return (LOGHIST_SUB_BINS + sub) << (octave - 1);
}

static inline void loghist_record(struct loghist *h, __u64 value)
{
	h->bin[loghist_index(value)]++;
	h->count++;
	h->sum += value;
	if (value < h->min)
		h->min = value;
	if (value > h->max)
		h->max = value;
}

/* Makes zeroed memory an empty histogram. */
static inline void loghist_init(struct loghist *h)
{
	h->min = ~0ULL;
}

/* Adds all of @from to @to. */
static inline void loghist_add(struct loghist *to, const struct loghist *from)
{
	unsigned int i;

	for (i = 0; i < LOGHIST_BINS; i++)
		to->bin[i] += from->bin[i];
	to->count += from->count;
	to->sum += from->sum;
	if (from->min < to->min)
		to->min = from->min;
	if (from->max > to->max)
		to->max = from->max;
}

#endif
