// SPDX-License-Identifier: GPL-2.0-only
/* What a key of a suite may be, and what it sets. */
#include "internal.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "bench/results/record.h"
#include "util/err.h"
#include "util/nearest.h"
#include "util/number.h"

/* The key `workload` has the values of an axis, but no preset. */
static const struct param *workload_param(void)
{
	static struct param param = { .name = "workload", .kind = PARAM_CHOICE };
	static const char *names[64];

	for (size_t i = 0; workload_at(i) && i < 63; i++)
		names[i] = workload_at(i)->name;
	param.choices = names;
	return &param;
}

const struct param *suite_param(const char *key)
{
	const struct param *param = param_find(engine_params, key);

	for (size_t i = 0; !param && workload_at(i); i++)
		param = param_find(workload_at(i)->params, key);
	return param;
}

static size_t collect_names(const struct param *table, const char **names, size_t count,
			    size_t room)
{
	for (; table && table->name && count < room; table++)
		names[count++] = table->name;
	return count;
}

static int unknown_key(const char *key, const char *where)
{
	const char *names[128] = {
		"help",         "repeats",   "workload", "metrics", "suites",
		"repeats_most", "precision", "counters", "by",
	};
	size_t count = collect_names(engine_params, names, 9, 128);
	const char *guess;

	for (size_t i = 0; workload_at(i); i++)
		count = collect_names(workload_at(i)->params, names, count, 128);
	guess = nearest(key, names, count);
	return err_usage("%s: there is no axis '%s'%s%s%s", where, key,
			 guess ? "; did you mean '" : "", guess ? guess : "",
			 guess ? "'?" : "; `shootdown list axes` names them all");
}

static int set_axis(struct section *section, const struct param *param, const char *values,
		    int line, const char *where)
{
	for (size_t i = 0; i < section->axis_count; i++)
		if (section->axes[i].param == param)
			return err_usage("%s: '%s' stands twice in this section", where,
					 param->name);
	if (section->axis_count == SECTION_AXES)
		return err_usage("%s: a section has at most %d axes", where, SECTION_AXES);
	section->lines[section->axis_count] = line;
	return axis_parse(&section->axes[section->axis_count++], param, values, where);
}

static int set_help(struct suite *suite, const char *text, const char *where)
{
	if (!suite_is_text(text))
		return err_usage("%s: 'help' is no text in UTF-8", where);
	if ((size_t)snprintf(suite->help, sizeof(suite->help), "%s", text) >= sizeof(suite->help))
		return err_usage("%s: 'help' has at most %d characters", where, SUITE_HELP_LEN - 1);
	return 0;
}

static int set_number(int *number, const char *key, const char *text, int most, const char *where)
{
	long long value;

	if (!number_parse(text, 1, most, &value))
		return err_usage("%s: '%s' is '%s', but it goes from 1 to %d", where, key, text,
				 most);
	*number = (int)value;
	return 0;
}

static int set_repeats(struct suite *suite, const char *text, const char *where)
{
	return set_number(&suite->repeats, "repeats", text, 10000, where);
}

static int set_most(struct suite *suite, const char *text, const char *where)
{
	return set_number(&suite->most, "repeats_most", text, 10000, where);
}

static int set_precision(struct suite *suite, const char *text, const char *where)
{
	return set_number(&suite->precision, "precision", text, 100, where);
}

static bool is_metric(const char *name)
{
	const struct metric *metric;

	for (size_t i = 0; (metric = metric_at(i)); i++)
		if (!strcmp(metric->name, name))
			return true;
	return false;
}

static int unknown_metric(const char *name, const char *where)
{
	char guess[SUITE_NAME_LEN] = "";
	const struct metric *metric;

	for (size_t i = 0; (metric = metric_at(i)); i++)
		nearest_keep(guess, sizeof(guess), name, metric->name);
	if (*guess)
		return err_usage("%s: there is no metric '%s'; did you mean '%s'?", where, name,
				 guess);
	return err_usage("%s: there is no metric '%s'; `shootdown list metrics` names them all",
			 where, name);
}

static int set_metrics(struct suite *suite, const char *text, const char *where)
{
	char copy[SUITE_METRICS * SUITE_NAME_LEN], *rest = copy, *name;

	if ((size_t)snprintf(copy, sizeof(copy), "%s", text) >= sizeof(copy))
		return err_usage("%s: a list of metrics has at most %zu characters", where,
				 sizeof(copy) - 1);
	suite->metric_count = 0;
	while ((name = strsep(&rest, ", "))) {
		if (!*name)
			continue;
		if (!is_metric(name) && !counters_names_metric(name))
			return unknown_metric(name, where);
		if (suite->metric_count == SUITE_METRICS)
			return err_usage("%s: a suite shows at most %d metrics", where,
					 SUITE_METRICS);
		snprintf(suite->metrics[suite->metric_count++], SUITE_NAME_LEN, "%s", name);
	}
	return 0;
}

static int set_counters(struct suite *suite, const char *text, const char *where)
{
	return counters_parse(&suite->counters, text, where);
}

static int set_by(struct suite *suite, const char *text, const char *where)
{
	const struct param *param = suite_param(text);

	if (!param && strcmp(text, "workload") && strcmp(text, "section"))
		return unknown_key(text, where);
	snprintf(suite->by, sizeof(suite->by), "%s", param ? param->name : text);
	return 0;
}

/* That they are there is for who expands them to see. */
static int set_members(struct suite *suite, const char *text, const char *where)
{
	char copy[SUITE_MEMBERS * SUITE_NAME_LEN], *rest = copy, *name;

	if (!suite_is_text(text) ||
	    (size_t)snprintf(copy, sizeof(copy), "%s", text) >= sizeof(copy))
		return err_usage("%s: 'suites' is no list of names of less than %zu characters",
				 where, sizeof(copy));
	suite->member_count = 0;
	while ((name = strsep(&rest, ", "))) {
		if (!*name)
			continue;
		if (strlen(name) >= SUITE_NAME_LEN || suite->member_count == SUITE_MEMBERS)
			return err_usage("%s: at most %d suites, of at most %d characters each",
					 where, SUITE_MEMBERS, SUITE_NAME_LEN - 1);
		snprintf(suite->members[suite->member_count++], SUITE_NAME_LEN, "%s", name);
	}
	return 0;
}

/* The keys that stand in [global] only. */
static const struct {
	const char *name;
	int (*set)(struct suite *suite, const char *values, const char *where);
} global_keys[] = {
	{ "help", set_help },
	{ "repeats", set_repeats },
	{ "repeats_most", set_most },
	{ "precision", set_precision },
	{ "metrics", set_metrics },
	{ "suites", set_members },
	{ "by", set_by },
	{ "counters", set_counters },
};

enum {
	GLOBAL_KEYS = sizeof(global_keys) / sizeof(global_keys[0])
};

static int set_global(struct suite *suite, size_t key, const char *values, int line,
		      const char *where)
{
	if (line && suite->given & 1u << key)
		return err_usage("%s: '%s' stands twice", where, global_keys[key].name);
	suite->given |= 1u << key;
	return global_keys[key].set(suite, values, where);
}

int suite_set(struct suite *suite, struct section *section, const char *key, const char *values,
	      int line, const char *where)
{
	const struct param *param = suite_param(key);

	if (!strcmp(key, "workload")) {
		if (section->workloads.count)
			return err_usage("%s: 'workload' stands twice in this section", where);
		return axis_parse(&section->workloads, workload_param(), values, where);
	}
	for (size_t i = 0; section == suite->global && i < GLOBAL_KEYS; i++)
		if (!strcmp(key, global_keys[i].name))
			return set_global(suite, i, values, line, where);
	return param ? set_axis(section, param, values, line, where) : unknown_key(key, where);
}
