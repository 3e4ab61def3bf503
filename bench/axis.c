// SPDX-License-Identifier: GPL-2.0-only
#include "axis.h"

#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/err.h"
#include "util/nearest.h"
#include "util/number.h"

#include "backend.h"
#include "place.h"

static const char *const hits[] = { "0", "1", "all", NULL };
static const char *const probes[] = { "timed", "counted", NULL };
static const char *const locks[] = { "spin", "rwsem", "mutex", NULL };
static const char *const events[] = { "aware", "blind", NULL };
static const char *const lookups[] = { "hmm", "gup", NULL };
static const char *const flushes[] = { "spin", "sleep", NULL };

const struct param engine_params[] = {
	{ .name = "variant",
	  .unit = "",
	  .kind = PARAM_CHOICE,
	  .preset = "none",
	  .choices = backend_variants,
	  .help = "who subscribes to the address space" },
	{ .name = "threads",
	  .unit = "",
	  .kind = PARAM_COUNT,
	  .preset = "1",
	  .min = 1,
	  .max = 4096,
	  .help = "workers that do the operation, each pinned to a CPU of its own" },
	{ .name = "ranges",
	  .unit = "",
	  .kind = PARAM_COUNT,
	  .preset = "1",
	  .min = 0,
	  .max = 1000000,
	  .help = "ranges that the device tracks" },
	{ .name = "range_size",
	  .unit = "B",
	  .kind = PARAM_SIZE,
	  .preset = "64K",
	  .min = 4096,
	  .max = 1LL << 30,
	  .help = "length of each range" },
	{ .name = "hit",
	  .unit = "",
	  .kind = PARAM_CHOICE,
	  .preset = "1",
	  .choices = hits,
	  .help = "how many of the ranges an operation overlaps" },
	{ .name = "pages",
	  .unit = "",
	  .kind = PARAM_COUNT,
	  .preset = "1",
	  .min = 1,
	  .max = 1 << 18,
	  .help = "pages per operation" },
	{ .name = "probes",
	  .unit = "",
	  .kind = PARAM_CHOICE,
	  .preset = "timed",
	  .choices = probes,
	  .help = "whether the device's callbacks read the clock, or only count" },
	{ .name = "lock",
	  .unit = "",
	  .kind = PARAM_CHOICE,
	  .preset = "spin",
	  .choices = locks,
	  .help = "the device lock" },
	{ .name = "events",
	  .unit = "",
	  .kind = PARAM_CHOICE,
	  .preset = "aware",
	  .choices = events,
	  .help = "whether callbacks act by the event's type, or take each as an unmap" },
	{ .name = "lookup",
	  .unit = "",
	  .kind = PARAM_CHOICE,
	  .preset = "hmm",
	  .choices = lookups,
	  .help = "how a device fault finds pages: hmm_range_fault or get_user_pages_fast" },
	{ .name = "flush_ns",
	  .unit = "ns",
	  .kind = PARAM_COUNT,
	  .preset = "0",
	  .min = 0,
	  .max = 1000000,
	  .help = "how long the device's own TLB flush takes" },
	{ .name = "flush",
	  .unit = "",
	  .kind = PARAM_CHOICE,
	  .preset = "spin",
	  .choices = flushes,
	  .help = "how the device waits for it" },
	{ .name = "change_pte",
	  .unit = "",
	  .kind = PARAM_COUNT,
	  .preset = "0",
	  .min = 0,
	  .max = 1,
	  .help = "1: single translations are replaced where the kernel calls change_pte" },
	{ .name = "devices",
	  .unit = "",
	  .kind = PARAM_COUNT,
	  .preset = "1",
	  .min = 1,
	  .max = 64,
	  .help = "devices on the address space, each with all ranges" },
	{ .name = "faulters",
	  .unit = "",
	  .kind = PARAM_COUNT,
	  .preset = "0",
	  .min = 0,
	  .max = 4096,
	  .help = "workers whose device faults in the slots" },
	{ .name = "fault_pages",
	  .unit = "",
	  .kind = PARAM_COUNT,
	  .preset = "1",
	  .min = 1,
	  .max = 1 << 18,
	  .help = "pages of a device fault" },
	{ .name = "fault_write",
	  .unit = "",
	  .kind = PARAM_COUNT,
	  .preset = "0",
	  .min = 0,
	  .max = 1,
	  .help = "1: the device faults to write" },
	{ .name = "accessors",
	  .unit = "",
	  .kind = PARAM_COUNT,
	  .preset = "0",
	  .min = 0,
	  .max = 4096,
	  .help = "workers whose device reads the slots, each read checked" },
	{ .name = "access_write",
	  .unit = "",
	  .kind = PARAM_COUNT,
	  .preset = "0",
	  .min = 0,
	  .max = 1,
	  .help = "1: after each read the device writes, too" },
	{ .name = "trackers",
	  .unit = "",
	  .kind = PARAM_COUNT,
	  .preset = "0",
	  .min = 0,
	  .max = 4096,
	  .help = "workers whose device inserts and removes a range" },
	{ .name = "neighbours",
	  .unit = "",
	  .kind = PARAM_COUNT,
	  .preset = "0",
	  .min = 0,
	  .max = 4096,
	  .help = "workers that take CPU faults in the page table of a slot, outside of it" },
	{ .name = "rate",
	  .unit = "1/s",
	  .kind = PARAM_COUNT,
	  .preset = "0",
	  .min = 0,
	  .max = 10000000,
	  .help = "operations that each worker begins in a second, whatever they take; 0: each as "
		  "soon as the one before has ended" },
	{ .name = "place",
	  .unit = "",
	  .kind = PARAM_CHOICE,
	  .preset = "compact",
	  .choices = place_policies,
	  .help = "where the workers run that do the operation" },
#define LOAD(load, role, axis, who)                                                                \
	{ .name = "place_" axis,                                                                   \
	  .unit = "",                                                                              \
	  .kind = PARAM_CHOICE,                                                                    \
	  .preset = "compact",                                                                     \
	  .choices = place_policies,                                                               \
	  .help = "where the workers of the axis `" axis "` run" },
#include "workloads/loads.def"
#undef LOAD
	{ .name = "home",
	  .unit = "",
	  .kind = PARAM_COUNT,
	  .preset = "first",
	  .min = 0,
	  .max = 1023,
	  .choices = place_homes,
	  .help = "the NUMA node from which places are counted: its number" },
	{ .name = "memory",
	  .unit = "",
	  .kind = PARAM_COUNT,
	  .preset = "first-touch",
	  .min = 0,
	  .max = 1023,
	  .choices = place_memories,
	  .help = "the NUMA node that the slots' memory is bound to" },
	{ .name = "warmup_ms",
	  .unit = "ms",
	  .kind = PARAM_COUNT,
	  .preset = "40",
	  .min = 1,
	  .max = 600000,
	  .help = "time before the measurement, under the same load" },
	{ .name = "measure_ms",
	  .unit = "ms",
	  .kind = PARAM_COUNT,
	  .preset = "150",
	  .min = 1,
	  .max = 3600000,
	  .help = "time that is measured" },
	{ 0 }
};

bool param_takes_word(const struct param *param, const char *text)
{
	return param->kind == PARAM_CHOICE || (param->choices && isalpha((unsigned char)*text));
}

const struct param *param_find(const struct param *table, const char *name)
{
	for (; table && table->name; table++)
		if (!strcmp(table->name, name))
			return table;
	return NULL;
}

/* Cuts white space at both ends, in place. */
static char *trim(char *text)
{
	char *end;

	while (isspace((unsigned char)*text))
		text++;
	end = text + strlen(text);
	while (end > text && isspace((unsigned char)end[-1]))
		end--;
	*end = '\0';
	return text;
}

static int parse_number(const struct param *param, const char *text, long long *number)
{
	static const char suffixes[] = "KMG";
	const char *suffix, *end;

	if (!number_begin(text, number, &end))
		return -EINVAL;
	suffix = *end ? strchr(suffixes, *end) : NULL;
	if (suffix && param->kind == PARAM_SIZE) {
		int shift = 10 * (int)(suffix - suffixes + 1);

		if (*number > (1LL << 62) >> shift)
			return -EINVAL;
		*number <<= shift;
		end++;
	}
	return *end ? -EINVAL : 0;
}

static int add_value(struct axis *axis, const char *text, long long count, const char *where)
{
	struct value *value = &axis->values[axis->count];

	for (size_t i = 0; i < axis->count; i++)
		if (!strcmp(axis->values[i].text, text))
			return 0;
	if (axis->count == AXIS_VALUES)
		return err_usage("%s: '%s' has more than %d values", where, axis->param->name,
				 AXIS_VALUES);
	snprintf(value->text, sizeof(value->text), "%s", text);
	value->count = count;
	axis->count++;
	return 0;
}

static int add_number(struct axis *axis, long long number, const char *where)
{
	const struct param *param = axis->param;
	char text[VALUE_LEN];

	if (number < param->min || number > param->max)
		return err_usage("%s: '%s' is %lld, but it goes from %lld to %lld", where,
				 param->name, number, param->min, param->max);
	if (param->kind == PARAM_SIZE && number % 4096)
		return err_usage("%s: '%s' is %lld, which is no multiple of 4096", where,
				 param->name, number);
	snprintf(text, sizeof(text), "%lld", number);
	return add_value(axis, text, number, where);
}

static int add_choice(struct axis *axis, const char *text, const char *where)
{
	const char *const *choices = axis->param->choices;
	const char *guess;
	size_t count = 0;

	for (; choices[count]; count++)
		if (!strcmp(choices[count], text))
			return add_value(axis, text, 0, where);
	guess = nearest(text, choices, count);
	if (guess)
		return err_usage("%s: '%s' cannot be '%s'; did you mean '%s'?", where,
				 axis->param->name, text, guess);
	return err_usage("%s: '%s' cannot be '%s'; see `shootdown describe %s`", where,
			 axis->param->name, text, axis->param->name);
}

/* The step of `first..last*step`, `first..last+step` or `first..last`; @multiply tells which. */
static int parse_step(const struct param *param, char *last, long long *step, bool *multiply)
{
	char *mark = strpbrk(last, "*+");

	*step = 1;
	*multiply = mark && *mark == '*';
	if (!mark)
		return 0;
	*mark = '\0';
	if (parse_number(param, trim(mark + 1), step))
		return -EINVAL;
	return *step < (*multiply ? 2 : 1) ? -EINVAL : 0;
}

static int add_range(struct axis *axis, char *text, const char *where)
{
	char *dots = strstr(text, "..");
	long long from, to, step;
	bool multiply;
	int ret;

	*dots = '\0';
	if (parse_step(axis->param, dots + 2, &step, &multiply) ||
	    parse_number(axis->param, trim(text), &from) ||
	    parse_number(axis->param, trim(dots + 2), &to) || from > to || (multiply && from < 1))
		return err_usage(
			"%s: '%s' has a range that is not of the form 1..64*2, 10..50+10 or 1..8",
			where, axis->param->name);
	do {
		ret = add_number(axis, from, where);
		if (ret)
			return ret;
	} while (!(multiply ? __builtin_mul_overflow(from, step, &from)
			    : __builtin_add_overflow(from, step, &from)) &&
		 from <= to);
	return 0;
}

static int add_item(struct axis *axis, char *text, const char *where)
{
	long long number;

	if (!*text)
		return err_usage("%s: '%s' has an empty value", where, axis->param->name);
	if (strlen(text) >= VALUE_LEN)
		return err_usage("%s: '%s' has a value of more than %d characters", where,
				 axis->param->name, VALUE_LEN - 1);
	if (param_takes_word(axis->param, text))
		return add_choice(axis, text, where);
	if (strstr(text, ".."))
		return add_range(axis, text, where);
	if (parse_number(axis->param, text, &number))
		return err_usage(
			"%s: '%s' is '%s', which is not a whole number%s", where, axis->param->name,
			text, axis->param->kind == PARAM_SIZE ? " of bytes (with K, M or G)" : "");
	return add_number(axis, number, where);
}

int axis_parse(struct axis *axis, const struct param *param, const char *text, const char *where)
{
	char *copy = strdup(text), *rest = copy, *item;
	int ret = 0;

	if (!copy)
		return err_memory();
	axis->param = param;
	axis->count = 0;
	while (!ret && (item = strsep(&rest, ",")))
		ret = add_item(axis, trim(item), where);
	free(copy);
	return ret;
}
