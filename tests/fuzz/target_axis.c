// SPDX-License-Identifier: GPL-2.0-only
/* KEY=VALUES of the command line: what is accepted is within its limits, and reads back as the same. */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

#include "bench/plan/internal.h"
#include "bench/plan/suite.h"

/* Each workload, so that each axis is one of its own. */
static const char every[] = "[global]\nrepeats = 2\n[all]\nranges = 1\nworkload = ";

static void check_value(const struct param *param, const struct value *value)
{
	if (param->kind != PARAM_CHOICE) {
		require(value->count >= param->min && value->count <= param->max,
			"%s is %lld, from %lld to %lld", param->name, value->count, param->min,
			param->max);
		return;
	}
	for (size_t i = 0; param->choices[i]; i++)
		if (!strcmp(param->choices[i], value->text))
			return;
	require(false, "%s is '%s', which is no choice", param->name, value->text);
}

static void check_axis(const struct param *param, const char *values)
{
	static struct axis axis, again;
	char *text;
	size_t size;
	FILE *out;

	if (!accepted(axis_parse(&axis, param, values, "fuzz")))
		return;
	require(axis.count > 0, "an axis without values");
	out = open_memstream(&text, &size);
	for (size_t i = 0; i < axis.count; i++) {
		check_value(param, &axis.values[i]);
		fprintf(out, "%s%s", i ? ", " : "", axis.values[i].text);
	}
	fclose(out);
	require(accepted(axis_parse(&again, param, text, "fuzz")), "refused: %s", text);
	require(again.count == axis.count, "%zu values, then %zu", axis.count, again.count);
	for (size_t i = 0; i < axis.count; i++)
		require(!strcmp(axis.values[i].text, again.values[i].text) &&
				axis.values[i].count == again.values[i].count,
			"'%s', then '%s'", axis.values[i].text, again.values[i].text);
	free(text);
}

static void check_override(const char *key, const char *values)
{
	const struct override overrides[] = { { key, values }, { 0 } };
	struct suite suite;
	char text[1024];
	size_t len = (size_t)sprintf(text, "%s", every);

	for (size_t i = 0; workload_at(i); i++)
		len += (size_t)sprintf(text + len, "%s%s", i ? "," : "", workload_at(i)->name);
	if (accepted(suite_load(&suite, "fuzz/fuzz.suite", text, len, overrides))) {
		require_plain("help", suite.help);
		suite_free(&suite);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = text_of(data, size), *values = strchr(text, '=');

	if (values) {
		*values++ = '\0';
		if (suite_param(text))
			check_axis(suite_param(text), values);
		check_override(text, values);
	}
	free(text);
	return 0;
}
