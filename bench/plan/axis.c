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

#include "bench/machine/measured_machine.h"

enum {
	PERCENT_MOST = 1000 /* a policy that pins nobody takes more workers than there are CPUs */
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

/* @number per cent of the CPUs, rounded down; but where there is a share at all, it is 1 at least. */
static int take_share(long long *number)
{
	if (*number > PERCENT_MOST)
		return -EINVAL;
	if (*number)
		*number = (long long)target_cpus() * *number / 100 ?: 1;
	return 0;
}

static int parse_number(const struct param *param, const char *text, long long *number)
{
	static const char suffixes[] = "KMG";
	const char *suffix, *end;

	if (!number_begin(text, number, &end))
		return -EINVAL;
	if (!strcmp(end, "%") && param->of == OF_CPUS)
		return take_share(number);
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

/* The number of each NUMA node that has what the axis is about. */
static int add_each(struct axis *axis, const char *where)
{
	int nodes[TARGET_NODES], ret = 0;
	size_t count =
		axis->param->of == OF_NODES ? target_cpu_nodes(nodes) : target_memory_nodes(nodes);

	for (size_t i = 0; !ret && i < count; i++)
		ret = add_number(axis, nodes[i], where);
	return ret;
}

static const char *form_of(const struct param *param)
{
	if (param->of == OF_CPUS)
		return ", nor a share of the CPUs as 50%";
	return param->kind == PARAM_SIZE ? " of bytes (with K, M or G)" : "";
}

static int add_item(struct axis *axis, char *text, const char *where)
{
	long long number;

	if (!*text)
		return err_usage("%s: '%s' has an empty value", where, axis->param->name);
	if (strlen(text) >= VALUE_LEN)
		return err_usage("%s: '%s' has a value of more than %d characters", where,
				 axis->param->name, VALUE_LEN - 1);
	if (axis->param->of >= OF_NODES && !strcmp(text, "each"))
		return add_each(axis, where);
	if (param_takes_word(axis->param, text))
		return add_choice(axis, text, where);
	if (strstr(text, ".."))
		return add_range(axis, text, where);
	if (parse_number(axis->param, text, &number))
		return err_usage("%s: '%s' is '%s', which is not a whole number%s", where,
				 axis->param->name, text, form_of(axis->param));
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
