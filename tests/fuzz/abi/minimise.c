// SPDX-License-Identifier: GPL-2.0-only
/* Takes out of a program that fails what it does not need to fail: delta debugging, then field by field. */
#include "minimise.h"

#include <string.h>

#include "run.h"

/* How often one that depends on the threads' luck is tried before it is said to be good. */
#define TRIES 8

bool minimise_fails(const struct program *program)
{
	int tries = program_is_wild(program) || program->kill_us ? TRIES : 2;
	bool good = true;

	while (good && tries--)
		good = run_program(program);
	return !good;
}

/* @program without the @count calls from @from on. */
static void without(const struct program *program, size_t from, size_t count, struct program *less)
{
	memcpy(less, program, offsetof(struct program, call));
	less->count = program->count - count;
	memcpy(less->call, program->call, from * sizeof(program->call[0]));
	memcpy(less->call + from, program->call + from + count,
	       (less->count - from) * sizeof(program->call[0]));
}

/* Runs of calls, ever shorter ones; from the end, since the failure is there. */
static void take_calls(struct program *program)
{
	static struct program less;
	size_t chunk, from;

	for (chunk = (program->count + 1) / 2; chunk; chunk /= 2) {
		from = program->count;
		while (from > 0) {
			from = from > chunk ? from - chunk : 0;
			if (from >= program->count)
				continue;
			without(program, from,
				from + chunk > program->count ? program->count - from : chunk,
				&less);
			if (minimise_fails(&less))
				*program = less;
		}
	}
}

/* What is not needed becomes 0, and is not printed. */
static void take_field(struct program *program, uint64_t *field)
{
	uint64_t before = *field;

	if (!before)
		return;
	*field = 0;
	if (!minimise_fails(program))
		*field = before;
}

static void take_fields(struct program *program)
{
	size_t i;
	int field;

	take_field(program, &program->reap);
	take_field(program, &program->kill_us);
	take_field(program, &program->timer_us);
	take_field(program, &program->small);
	for (i = 0; i < program->count; i++)
		for (field = 0; field < F_COUNT; field++)
			take_field(program, &program->call[i].field[field]);
}

void minimise(struct program *program)
{
	size_t before;

	do {
		before = program->count;
		take_calls(program);
	} while (program->count < before);
	take_fields(program);
	minimise_fails(program); /* so that the text is of this one */
}
