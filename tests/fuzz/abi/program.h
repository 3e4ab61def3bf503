/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A program: calls for one to four threads. As text:
 *
 *	# anything
 *	kill us=1500 reap=1	SIGKILL this long after its start; then process_mrelease()
 *	timer us=300		a signal that interrupts, again and again
 *	small			its memory has no huge pages
 *	0 open file=1		thread 0: a call, with those of its fields that are not 0
 *	0 attach file=1 variant=itree lock=1
 *
 * What cannot be known when the program is made is looked up when it runs: `file` means the next
 * file that is open, `pick` the range of that number among those that the file has, `page` counts
 * from that range's start. So a program still reaches deep after calls have been taken out of it.
 */
#ifndef TESTS_FUZZ_ABI_PROGRAM_H
#define TESTS_FUZZ_ABI_PROGRAM_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "rng.h"

#define THREADS_MOST 4
#define CALLS_MOST   1024

#define OPS(X)                                                                                     \
	X(info)                                                                                    \
	X(attach)                                                                                  \
	X(insert)                                                                                  \
	X(remove)                                                                                  \
	X(stats)                                                                                   \
	X(reset)                                                                                   \
	X(fault)                                                                                   \
	X(access)                                                                                  \
	X(verify)                                                                                  \
	X(random)                                                                                  \
	X(open)                                                                                    \
	X(close)                                                                                   \
	X(dup)                                                                                     \
	X(send)                                                                                    \
	X(mmap)                                                                                    \
	X(munmap)                                                                                  \
	X(mremap)                                                                                  \
	X(madvise)                                                                                 \
	X(mprotect)                                                                                \
	X(mlock)                                                                                   \
	X(touch)                                                                                   \
	X(clear_refs)                                                                              \
	X(maps)                                                                                    \
	X(fork)                                                                                    \
	X(exec)                                                                                    \
	X(exit)                                                                                    \
	X(leave)

enum op {
#define OP(name) OP_##name,
	OPS(OP)
#undef OP
	OP_COUNT
};

/* The operations up to here are ioctls. */
#define OP_LAST_IOCTL OP_random

/*
 * Fields. Those of each ioctl: file: which file; place: where the argument lies; home: the page of
 * the arena for that; grow: added to its size; poke, value: XORed into 32-bit word number poke - 1
 * of it; flip: the same, but by another thread and again and again while the call goes on, and
 * from 1 + FLIP_ENTRIES on in the ranges or ids that it points to; flags.
 */
#define FLIP_ENTRIES 64
#define FIELDS(X)                                                                                  \
	X(file)                                                                                    \
	X(to)                                                                                      \
	X(place)                                                                                   \
	X(home)                                                                                    \
	X(grow)                                                                                    \
	X(poke)                                                                                    \
	X(flip)                                                                                    \
	X(value)                                                                                   \
	X(flags)                                                                                   \
	X(variant) /* attach */                                                                    \
	X(lock)                                                                                    \
	X(events)                                                                                  \
	X(engine)                                                                                  \
	X(flush)                                                                                   \
	X(defect)                                                                                  \
	X(deaf)                                                                                    \
	X(delay)                                                                                   \
	X(spin)                                                                                    \
	X(where) /* insert, remove, stats, access: the place of what the argument points to */     \
	X(base)  /* insert: what the pages count from */                                           \
	X(page)                                                                                    \
	X(pages)                                                                                   \
	X(step)                                                                                    \
	X(n)     /* insert, remove: entries; one for each step pages, or ids */                    \
	X(fill)  /* insert: as many as there is room for, less one, plus this */                   \
	X(count) /* added to the count that the argument says */                                   \
	X(bad)   /* the entry of number bad - 1 is wrong: insert by word value, remove */          \
	X(pick)  /* remove, fault, access: the first range */                                      \
	X(counters)                                                                                \
	X(hists)                                                                                   \
	X(at)     /* access: from the page's start */                                              \
	X(length) /* access, in bytes */                                                           \
	X(tries)                                                                                   \
	X(deadline)                                                                                \
	X(number) /* random: of the ioctl */                                                       \
	X(kind)   /* mmap */                                                                       \
	X(prot)                                                                                    \
	X(advice)                                                                                  \
	X(calls) /* fork: how many of the calls that follow are the child's */

enum field {
#define FIELD(name) F_##name,
	FIELDS(FIELD)
#undef FIELD
	F_COUNT
};

enum place {
	PLACE_HEAP,  /* ordinary memory */
	PLACE_ARENA, /* in the memory that the device mirrors */
	PLACE_EXACT, /* ends where its mapping ends */
	PLACE_EDGE,  /* goes on where its mapping has ended */
	PLACE_READ_ONLY,
	PLACE_HOLE, /* nothing is mapped there */
	PLACE_NULL,
	PLACE_KERNEL,
	PLACES
};

enum base {
	BASE_ARENA,
	BASE_START, /* of the address space */
	BASE_END,
	BASE_HOLE,
	BASES
};

enum kind {
	KIND_PRIVATE,
	KIND_SHARED,
	KIND_FILE,
	KIND_FILE_PRIVATE,
	KINDS
};

struct call {
	unsigned int thread;
	enum op op;
	uint64_t field[F_COUNT];
};

struct program {
	unsigned int threads;
	uint64_t kill_us; /* 0: it is not killed */
	uint64_t reap;
	uint64_t timer_us;
	uint64_t small;
	size_t count;
	struct call call[CALLS_MOST];
};

extern const char *const op_names[OP_COUNT];

/* Rows of variants.def, and names that there are not; the first is empty. */
extern const char *const variant_names[];
extern const unsigned int variant_rows; /* those from 1 to this one are of variants.def */
extern const unsigned int variant_name_count;

/* Several threads or signals: how it goes is not the program's alone. */
int program_is_wild(const struct program *program);

void program_generate(struct program *program, uint64_t seed, uint64_t index, unsigned int threads);
/* After the program as such: its calls. */
void generate_call(struct rng *rng, struct call *call);
void program_print(const struct program *program, FILE *out);
/* 0, or the number of the line that is wrong. */
int program_parse(struct program *program, FILE *in);

#endif
