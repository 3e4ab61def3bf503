// SPDX-License-Identifier: GPL-2.0-only
/* Programs as text: see program.h. */
#include "program.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

const char *const op_names[OP_COUNT] = {
#define OP(name) #name,
	OPS(OP)
#undef OP
};

static const char *const field_names[F_COUNT] = {
#define FIELD(name) #name,
	FIELDS(FIELD)
#undef FIELD
};

const char *const variant_names[] = {
	"",
#define SECMMU_VARIANT(name, help) #name,
#include "kmod/variants/variants.def"
#undef SECMMU_VARIANT
	"lisp", "itre", "itreee", "123456789012345",
};

const unsigned int variant_rows = 0
#define SECMMU_VARIANT(name, help) +1
#include "kmod/variants/variants.def"
#undef SECMMU_VARIANT
	;

const unsigned int variant_name_count = ARRAY_SIZE(variant_names);

static const char *const place_names[] = { "heap",      "arena", "exact", "edge",
					   "read_only", "hole",  "null",  "kernel" };
static const char *const base_names[] = { "arena", "start", "end", "hole" };
static const char *const kind_names[] = { "private", "shared", "file", "file_private" };

/* Fields whose values have names. */
static const struct {
	enum field field;
	const char *const *names;
	size_t count;
} named[] = {
	{ F_variant, variant_names, ARRAY_SIZE(variant_names) },
	{ F_place, place_names, ARRAY_SIZE(place_names) },
	{ F_where, place_names, ARRAY_SIZE(place_names) },
	{ F_base, base_names, ARRAY_SIZE(base_names) },
	{ F_kind, kind_names, ARRAY_SIZE(kind_names) },
};

int program_is_wild(const struct program *program)
{
	return program->threads > 1 || program->timer_us;
}

static void print_field(enum field field, uint64_t value, FILE *out)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(named); i++) {
		if (named[i].field != field || value >= named[i].count)
			continue;
		fprintf(out, " %s=%s", field_names[field], named[i].names[value]);
		return;
	}
	fprintf(out, value < 65536 ? " %s=%llu" : " %s=0x%llx", field_names[field],
		(unsigned long long)value);
}

static void print_call(const struct call *call, FILE *out)
{
	int field;

	fprintf(out, "%u %s", call->thread, op_names[call->op]);
	for (field = 0; field < F_COUNT; field++)
		if (call->field[field])
			print_field((enum field)field, call->field[field], out);
	fputc('\n', out);
}

void program_print(const struct program *program, FILE *out)
{
	size_t i;

	if (program->kill_us)
		fprintf(out, "kill us=%llu reap=%llu\n", (unsigned long long)program->kill_us,
			(unsigned long long)program->reap);
	if (program->timer_us)
		fprintf(out, "timer us=%llu\n", (unsigned long long)program->timer_us);
	if (program->small)
		fprintf(out, "small\n");
	for (i = 0; i < program->count; i++)
		print_call(&program->call[i], out);
}

static int find(const char *const *names, size_t count, const char *name)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (!strcmp(names[i], name))
			return (int)i;
	return -1;
}

static int parse_number(const char *text, uint64_t *value)
{
	char *end;

	errno = 0;
	*value = strtoull(text, &end, 0);
	return *text && !*end && !errno ? 0 : -EINVAL;
}

static int parse_value(enum field field, const char *text, uint64_t *value)
{
	size_t i;
	int k;

	for (i = 0; i < ARRAY_SIZE(named); i++) {
		if (named[i].field != field)
			continue;
		k = find(named[i].names, named[i].count, text);
		if (k < 0)
			break;
		*value = (uint64_t)k;
		return 0;
	}
	return parse_number(text, value);
}

/* The fields after the name of the operation; @rest is strtok()'s. */
static int parse_fields(struct call *call)
{
	char *word, *equals;
	int field;

	while ((word = strtok(NULL, " \t\n"))) {
		equals = strchr(word, '=');
		if (!equals)
			return -EINVAL;
		*equals = '\0';
		field = find(field_names, F_COUNT, word);
		if (field < 0 || parse_value((enum field)field, equals + 1, &call->field[field]))
			return -EINVAL;
	}
	return 0;
}

static int parse_call(struct program *program, const char *thread)
{
	struct call *call = &program->call[program->count];
	const char *name = strtok(NULL, " \t\n");
	uint64_t number;
	int op;

	if (program->count == CALLS_MOST || !name || parse_number(thread, &number) ||
	    number >= THREADS_MOST)
		return -EINVAL;
	op = find(op_names, OP_COUNT, name);
	if (op < 0)
		return -EINVAL;
	memset(call, 0, sizeof(*call));
	call->thread = (unsigned int)number;
	call->op = (enum op)op;
	if (parse_fields(call))
		return -EINVAL;
	program->count++;
	if (call->thread >= program->threads)
		program->threads = call->thread + 1;
	return 0;
}

static int parse_line(struct program *program, char *line)
{
	char *word = strtok(line, " \t\n");
	unsigned long long us, reap = 0;

	if (!word || *word == '#')
		return 0;
	if (!strcmp(word, "small")) {
		program->small = 1;
		return 0;
	}
	if (strcmp(word, "kill") != 0 && strcmp(word, "timer") != 0)
		return parse_call(program, word);
	line = strtok(NULL, "\n");
	if (!line || sscanf(line, "us=%llu reap=%llu", &us, &reap) < 1)
		return -EINVAL;
	if (*word == 't') {
		program->timer_us = us;
	} else {
		program->kill_us = us;
		program->reap = reap;
	}
	return 0;
}

int program_parse(struct program *program, FILE *in)
{
	char line[1024];
	int number = 0;

	memset(program, 0, offsetof(struct program, call));
	program->threads = 1;
	while (fgets(line, sizeof(line), in)) {
		number++;
		if (parse_line(program, line))
			return number;
	}
	return 0;
}
