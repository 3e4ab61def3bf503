// SPDX-License-Identifier: GPL-2.0-only
/* A suite's file: read, multiplied out, written again from what was read, and read again: the same plan. */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

#include "bench/plan/plan.h"
#include "bench/plan/suite.h"

enum {
	LINE = 198,    /* as long as a suite's line may be */
	POINTS = 5000, /* enough for one input */
	SAMPLES = 20000,
	REFUSED = 100000,
	REFUSED_SAMPLES = 1000000
};

static void put_axis(FILE *out, const char *name, const struct axis *axis)
{
	fprintf(out, "%s = ", name);
	for (size_t i = 0; i < axis->count; i++)
		fprintf(out, "%s%s", i ? "," : "", axis->values[i].text);
	fputc('\n', out);
}

static void put_section(FILE *out, const struct section *section)
{
	if (section->workloads.count)
		put_axis(out, "workload", &section->workloads);
	for (size_t i = 0; i < section->axis_count; i++)
		put_axis(out, section->axes[i].param->name, &section->axes[i]);
}

static char *print_suite(const struct suite *suite)
{
	char *text;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	fprintf(out, "[global]\nhelp = %s\n", suite->help);
	if (suite->repeats)
		fprintf(out, "repeats = %d\n", suite->repeats);
	for (size_t i = 0; i < suite->metric_count; i++)
		fprintf(out, "%s%s%s", i ? ", " : "metrics = ", suite->metrics[i],
			i + 1 == suite->metric_count ? "\n" : "");
	for (size_t i = 0; i < suite->counters.count; i++)
		fprintf(out, "%s%s%s", i ? "," : "counters=", suite->counters.counter[i].name,
			i + 1 == suite->counters.count ? "\n" : "");
	put_section(out, suite->global);
	for (size_t i = 0; i < suite->section_count; i++) {
		fprintf(out, "[%s]\n", suite->sections[i]->name);
		put_section(out, suite->sections[i]);
	}
	fclose(out);
	return text;
}

/* How many points the suite multiplies out to, or as many as that. */
static double count_points(const struct suite *suite)
{
	double points = 0;

	for (size_t s = 0; s < suite->section_count; s++) {
		const struct axis *workloads = suite_workloads(suite, suite->sections[s]);

		for (size_t w = 0; w < workloads->count; w++) {
			const struct param *tables[] = {
				engine_params, workload_find(workloads->values[w].text)->params
			};
			double product = 1;

			for (size_t t = 0; t < 2; t++) {
				const struct param *param = tables[t];

				for (; param && param->name; param++) {
					struct axis axis;

					suite_axis(suite, suite->sections[s], param, &axis);
					product *= (double)axis.count;
				}
			}
			points += product;
		}
	}
	return points;
}

/* The plan in words; NULL when there is none. */
static char *plan_of(const struct suite *suite, enum select select)
{
	double points = count_points(suite), repeats = suite->repeats ? suite->repeats : 2;
	struct plan plan;
	char *text;
	size_t size;
	FILE *out;
	bool made;

	if ((points > POINTS && points <= REFUSED) ||
	    (points * repeats > SAMPLES && points * repeats <= REFUSED_SAMPLES))
		return NULL;
	made = accepted(plan_make(&plan, suite, (int)repeats, 1, select));
	require(made == (points <= REFUSED && points * repeats <= REFUSED_SAMPLES),
		"%.0f points, each %.0f times, and a plan: %d", points, repeats, made);
	if (!made)
		return NULL;
	out = open_memstream(&text, &size);
	plan_print(&plan, out);
	fclose(out);
	plan_free(&plan);
	return text;
}

static bool has_long_line(const char *text)
{
	for (; *text; text += strcspn(text, "\n") + 1)
		if (strcspn(text, "\n") > LINE)
			return true;
	return false;
}

static void read_again(const struct suite *first, const char *plan, enum select select)
{
	char *text = print_suite(first), *again;
	struct suite suite;

	if (!has_long_line(text)) {
		int ret = suite_load(&suite, first->path, text, strlen(text), NULL);

		require(accepted(ret), "refused, as it was written from the same: %s", text);
		again = plan_of(&suite, select);
		require(again && !strcmp(plan, again), "plans differ: %s%s", plan, again);
		free(again);
		suite_free(&suite);
	}
	free(text);
}

/* No section is there that the file does not name. */
static void check_sections(const struct suite *suite)
{
	char header[SUITE_NAME_LEN + 2];

	for (size_t i = 0; i < suite->section_count; i++) {
		snprintf(header, sizeof(header), "[%s]", suite->sections[i]->name);
		require(strstr(suite->text, header), "there is no section %s", header);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	enum select select = size % 2 ? SELECT_FILE : SELECT_LOAD;
	struct suite suite;
	char *plan;

	if (!accepted(suite_load(&suite, "fuzz/fuzz.suite", (const char *)data, size, NULL)))
		return 0;
	require(strlen(suite.text) == size, "%zu bytes of %zu were read", strlen(suite.text), size);
	require_plain("help", suite.help);
	check_sections(&suite);
	plan = plan_of(&suite, select);
	if (plan) {
		require_plain("a plan", plan);
		read_again(&suite, plan, select);
	}
	free(plan);
	suite_free(&suite);
	return 0;
}
