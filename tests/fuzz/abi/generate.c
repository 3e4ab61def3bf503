// SPDX-License-Identifier: GPL-2.0-only
/* Makes programs: most calls get deep, some are mutated, a few are random. */
#include <string.h>

#include "layout.h"
#include "program.h"
#include "uapi/secmmu.h"

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

#define CALLS_LEAST 300
#define CALLS_SPAN  600

/* One of these ways, each as likely as its share of 1000 says; the rest is 0. */
static uint64_t one_of(struct rng *rng, const uint64_t (*ways)[2], size_t count)
{
	uint64_t x = rng_below(rng, 1000);
	size_t i;

	for (i = 0; i < count; i++) {
		if (x < ways[i][0])
			return ways[i][1];
		x -= ways[i][0];
	}
	return 0;
}
#define ONE_OF(rng, ways) one_of(rng, ways, ARRAY_SIZE(ways))

static uint64_t a_bit(struct rng *rng)
{
	return 1ull << rng_below(rng, 32);
}

/*
 * Lengths in pages: mostly a few, now and then a huge page or all of the arena. That is what takes
 * long: a kernel with all its checks on needs a millisecond for each page that is made and freed.
 */
static uint64_t some_pages(struct rng *rng)
{
	static const uint64_t ways[][2] = { { 12, 512 }, { 8, ARENA_PAGES }, { 20, 100 } };
	uint64_t pages = ONE_OF(rng, ways);

	return pages ? pages : 1 + rng_below(rng, 12);
}

/* Most of what happens, happens where something else does. */
static uint64_t a_page(struct rng *rng)
{
	if (rng_one_in(rng, 10))
		return rng_below(rng, ARENA_PAGES);
	if (rng_one_in(rng, 10))
		return 500 + rng_below(rng, 24);
	return rng_below(rng, 48);
}

static uint64_t a_place(struct rng *rng)
{
	static const uint64_t ways[][2] = {
		{ 40, PLACE_ARENA },     { 30, PLACE_EXACT }, { 10, PLACE_EDGE },
		{ 10, PLACE_READ_ONLY }, { 8, PLACE_HOLE },   { 5, PLACE_NULL },
		{ 5, PLACE_KERNEL },
	};

	return ONE_OF(rng, ways);
}

static void generate_attach(struct rng *rng, struct call *call)
{
	call->field[F_variant] = 1 + rng_below(rng, variant_rows);
	if (rng_one_in(rng, 20))
		call->field[F_variant] = rng_below(rng, variant_name_count);
	call->field[F_events] = rng_below(rng, 2);
	call->field[F_engine] = rng_below(rng, 2);
	if (rng_one_in(rng, 3))
		call->field[F_lock] = rng_below(rng, 3);
	if (rng_one_in(rng, 5))
		call->field[F_flush] = rng_below(rng, 20000);
	if (rng_one_in(rng, 4))
		call->field[F_flags] = 1 + rng_below(rng, 7);
	if (rng_one_in(rng, 30))
		call->field[F_defect] = rng_below(rng, 7);
	if (rng_one_in(rng, 60))
		call->field[F_deaf] = a_bit(rng);
	if (rng_one_in(rng, 20))
		call->field[F_delay] = rng_below(rng, 2000);
	if (rng_one_in(rng, 20))
		call->field[F_spin] = rng_below(rng, 2000);
}

static void generate_insert(struct rng *rng, struct call *call)
{
	static const uint64_t bases[][2] = { { 15, BASE_START },
					     { 10, BASE_END },
					     { 15, BASE_HOLE } };
	static const uint64_t counts[][2] = { { 10, 1 },    { 4, 60 },    { 3, 1ull << 31 },
					      { 3, ~0ull }, { 3, ~2ull }, { 3, 4096 } };

	call->field[F_base] = ONE_OF(rng, bases);
	call->field[F_page] = a_page(rng);
	call->field[F_pages] = some_pages(rng);
	call->field[F_n] = 1 + rng_below(rng, 4);
	call->field[F_step] = rng_below(rng, 6);
	call->field[F_count] = ONE_OF(rng, counts);
	if (rng_one_in(rng, 12))
		call->field[F_fill] = 1 + rng_below(rng, 3);
	if (rng_one_in(rng, 25)) {
		call->field[F_bad] = 1 + rng_below(rng, 4);
		call->field[F_value] = a_bit(rng);
	}
	call->field[F_where] = a_place(rng);
}

static void generate_remove(struct rng *rng, struct call *call)
{
	static const uint64_t counts[][2] = { { 10, 1 }, { 5, 1ull << 31 }, { 5, ~0ull } };

	call->field[F_pick] = rng_below(rng, 64);
	call->field[F_step] = rng_one_in(rng, 30) ? 0 : 1;
	call->field[F_n] = 1 + rng_below(rng, 4);
	if (rng_one_in(rng, 10))
		call->field[F_n] = 1 + rng_below(rng, 64);
	call->field[F_count] = ONE_OF(rng, counts);
	if (rng_one_in(rng, 30))
		call->field[F_bad] = 1 + rng_below(rng, 4);
	call->field[F_where] = a_place(rng);
}

static void generate_stats(struct rng *rng, struct call *call)
{
	call->field[F_counters] = rng_below(rng, SECMMU_COUNTERS + 4);
	if (rng_one_in(rng, 6))
		call->field[F_hists] = rng_below(rng, SECMMU_HISTS + 2);
	if (rng_one_in(rng, 50))
		call->field[F_counters] = rng_next(rng) & 0xffffffff;
	call->field[F_where] = a_place(rng);
}

static void generate_span(struct rng *rng, struct call *call)
{
	static const uint64_t tries[][2] = { { 700, 0 }, { 200, 1 }, { 50, 3 } };
	static const uint64_t deadlines[][2] = { { 700, 0 }, { 150, 1 }, { 100, 2000000 } };

	call->field[F_pick] = rng_below(rng, 64);
	if (rng_one_in(rng, 2))
		call->field[F_page] = rng_below(rng, 4);
	if (rng_one_in(rng, 40))
		call->field[F_page] = rng_below(rng, 1100);
	call->field[F_tries] = ONE_OF(rng, tries);
	call->field[F_deadline] = ONE_OF(rng, deadlines);
}

static void generate_fault(struct rng *rng, struct call *call)
{
	generate_span(rng, call);
	call->field[F_pages] = 1 + rng_below(rng, 3);
	if (rng_one_in(rng, 12))
		call->field[F_pages] = some_pages(rng);
	/* All of the range. */
	if (rng_one_in(rng, 40))
		call->field[F_pages] = ARENA_PAGES;
	call->field[F_flags] = rng_below(rng, 2);
}

static void generate_access(struct rng *rng, struct call *call)
{
	generate_span(rng, call);
	call->field[F_at] = rng_one_in(rng, 2) ? 0 : rng_below(rng, 4096);
	call->field[F_length] = 1 + rng_below(rng, 256);
	if (rng_one_in(rng, 10))
		call->field[F_length] = rng_below(rng, 20000);
	if (rng_one_in(rng, 100))
		call->field[F_length] = SECMMU_ACCESS_MOST + rng_below(rng, 2);
	call->field[F_flags] = rng_below(rng, 4);
	call->field[F_where] = a_place(rng);
}

static void generate_random(struct rng *rng, struct call *call)
{
	call->field[F_number] = rng_one_in(rng, 3)
					? rng_next(rng) & 0xffffffff
					: (uint64_t)SECMMU_TYPE << 8 | (0x7c + rng_below(rng, 16));
	call->field[F_value] = rng_next(rng);
	call->field[F_grow] = rng_below(rng, 80);
	call->field[F_place] = a_place(rng);
}

static void generate_pages(struct rng *rng, struct call *call)
{
	call->field[F_page] = a_page(rng);
	call->field[F_pages] = some_pages(rng);
	call->field[F_to] = a_page(rng);
	call->field[F_kind] = rng_one_in(rng, 2) ? KIND_PRIVATE : rng_below(rng, KINDS);
	call->field[F_prot] = rng_one_in(rng, 4) ? rng_below(rng, 2) : 2;
	call->field[F_advice] = rng_below(rng, 256);
	call->field[F_value] = rng_below(rng, 4);
}

static void generate_file(struct rng *rng, struct call *call)
{
	call->field[F_to] = rng_below(rng, FILES);
}

static void generate_fork(struct rng *rng, struct call *call)
{
	call->field[F_calls] = 1 + rng_below(rng, 6);
	call->field[F_variant] = 1 + rng_below(rng, variant_rows);
}

static void generate_nothing(struct rng *rng, struct call *call)
{
	(void)rng;
	(void)call;
}

/* How often, of 10,000, and how. */
static const struct {
	enum op op;
	unsigned int weight;
	void (*generate)(struct rng *rng, struct call *call);
} ops[] = {
	{ OP_fault, 1900, generate_fault },   { OP_access, 1700, generate_access },
	{ OP_insert, 900, generate_insert },  { OP_remove, 450, generate_remove },
	{ OP_verify, 350, generate_nothing }, { OP_stats, 300, generate_stats },
	{ OP_info, 150, generate_nothing },   { OP_reset, 60, generate_nothing },
	{ OP_attach, 250, generate_attach },  { OP_random, 250, generate_random },
	{ OP_open, 60, generate_nothing },    { OP_close, 40, generate_nothing },
	{ OP_dup, 60, generate_file },        { OP_send, 30, generate_nothing },
	{ OP_mmap, 500, generate_pages },     { OP_munmap, 350, generate_pages },
	{ OP_mremap, 150, generate_pages },   { OP_madvise, 800, generate_pages },
	{ OP_mprotect, 450, generate_pages }, { OP_mlock, 60, generate_pages },
	{ OP_touch, 1000, generate_pages },   { OP_clear_refs, 20, generate_pages },
	{ OP_maps, 10, generate_nothing },    { OP_fork, 30, generate_fork },
	{ OP_exec, 2, generate_fork },        { OP_exit, 3, generate_nothing },
	{ OP_leave, 2, generate_nothing },
};

/* Counts, and what they count, are what it hurts to read twice. */
static uint64_t flip_word(struct rng *rng, const struct call *call)
{
	uint64_t entry = call->op == OP_insert ? sizeof(struct secmmu_range) / 4 : 1;

	if (call->op == OP_insert && rng_one_in(rng, 3))
		return offsetof(struct secmmu_insert, count) / 4;
	if ((call->op == OP_insert || call->op == OP_remove) && !rng_one_in(rng, 3))
		return FLIP_ENTRIES + rng_below(rng, call->field[F_n] * entry);
	return rng_below(rng, 14);
}

/* One thing about the argument that is not as it should be. */
static void mutate(struct rng *rng, struct call *call)
{
	static const int64_t grows[] = { -1, -4, -8, -64, 1, 8, 100, 4000, 4096, -1000000 };

	switch (rng_below(rng, 10)) {
	case 0:
		call->field[F_grow] = (uint64_t)grows[rng_below(rng, ARRAY_SIZE(grows))];
		return;
	case 1:
		call->field[F_flags] ^= a_bit(rng);
		return;
	case 2:
	case 3:
		call->field[F_place] = 1 + rng_below(rng, PLACES - 1);
		/* What is done by then has to be undone: there is no reply. */
		if (rng_one_in(rng, 3))
			call->field[F_place] = PLACE_READ_ONLY;
		return;
	case 4:
		call->field[F_where] = 1 + rng_below(rng, PLACES - 1);
		return;
	case 5:
	case 6:
		call->field[F_poke] = 1 + rng_below(rng, 18);
		call->field[F_value] = rng_one_in(rng, 3) ? rng_next(rng) & 0xffffffff : a_bit(rng);
		return;
	default:
		call->field[F_flip] = 1 + flip_word(rng, call);
		call->field[F_value] = rng_one_in(rng, 3) ? rng_next(rng) & 0xffffffff : a_bit(rng);
	}
}

static void generate_op(struct rng *rng, struct call *call, size_t row)
{
	memset(call, 0, sizeof(*call));
	call->op = ops[row].op;
	call->field[F_file] = rng_below(rng, FILES);
	call->field[F_home] = a_page(rng);
	ops[row].generate(rng, call);
	if (call->op <= OP_LAST_IOCTL && rng_one_in(rng, 8))
		mutate(rng, call);
}

void generate_call(struct rng *rng, struct call *call)
{
	unsigned int total = 0;
	uint64_t x;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(ops); i++)
		total += ops[i].weight;
	x = rng_below(rng, total);
	for (i = 0; x >= ops[i].weight; i++)
		x -= ops[i].weight;
	generate_op(rng, call, i);
}

static void add(struct program *program, struct rng *rng, enum op op)
{
	struct call *call = &program->call[program->count++];
	size_t row = 0;

	while (ops[row].op != op)
		row++;
	generate_op(rng, call, row);
	call->thread = (unsigned int)rng_below(rng, program->threads);
}

/* A file is of use only once it is attached and has ranges. */
static void add_file(struct program *program, struct rng *rng, uint64_t file, unsigned int thread)
{
	static const enum op ways[] = { OP_open, OP_attach, OP_insert };
	struct call *call;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(ways); i++) {
		if (rng_one_in(rng, 30))
			continue;
		add(program, rng, ways[i]);
		call = &program->call[program->count - 1];
		call->field[F_file] = file;
		call->thread = thread;
		/* The controls know no translations, and many combinations are refused. */
		if (ways[i] == OP_attach && !rng_one_in(rng, 5)) {
			call->field[F_variant] = 3 + rng_below(rng, variant_rows - 3);
			call->field[F_lock] = 0;
			call->field[F_flags] &= SECMMU_ATTACH_UNTIMED;
		}
	}
}

void program_generate(struct program *program, uint64_t seed, uint64_t index, unsigned int threads)
{
	struct rng rng = rng_of(seed, index);
	size_t calls = CALLS_LEAST + rng_below(&rng, CALLS_SPAN);
	struct call *call;

	memset(program, 0, offsetof(struct program, call));
	/* Most have one thread: what they do can be predicted. */
	program->threads =
		rng_one_in(&rng, 4) ? 2 + (unsigned int)rng_below(&rng, THREADS_MOST - 1) : 1;
	if (threads)
		program->threads = threads;
	if (rng_one_in(&rng, 12)) {
		program->kill_us = 1 + rng_below(&rng, 60000);
		program->reap = rng_below(&rng, 2);
	}
	if (program->threads > 1 && rng_one_in(&rng, 6))
		program->timer_us = 100 + rng_below(&rng, 5000);
	/* To fill a huge page takes as long as many calls. */
	program->small = !rng_one_in(&rng, 4);
	add_file(program, &rng, 0, 0);
	add_file(program, &rng, 1, program->threads - 1);
	while (program->count < calls) {
		call = &program->call[program->count];
		generate_call(&rng, call);
		call->thread = (unsigned int)rng_below(&rng, program->threads);
		if (call->op == OP_open)
			add_file(program, &rng, call->field[F_file], call->thread);
		else
			program->count++;
	}
}
