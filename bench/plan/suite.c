// SPDX-License-Identifier: GPL-2.0-only
/* A suite as a whole: from its file and the command line, with what sections inherit. */
#include "internal.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/control.h"
#include "util/err.h"
#include "util/file.h"

enum {
	SUITE_BYTES = 1 << 20 /* of a suite's file, at the most */
};

bool suite_is_text(const char *text)
{
	json_t *string = json_string(text); /* NULL unless it is UTF-8 */

	json_decref(string);
	return string && !control_in(text);
}

/* run.json holds the text, and a terminal shows it. */
static int keep_text(struct suite *suite, const char *text, size_t len)
{
	char *flat;
	bool fine;

	if (!len)
		return err_usage("the suite %s is empty", suite->path);
	suite->text = strndup(text, len);
	flat = strndup(text, len);
	if (!suite->text || !flat) {
		free(flat);
		return err_memory();
	}
	for (char *c = flat; *c; c++)
		if (strchr("\t\r\n", *c))
			*c = ' ';
	fine = strlen(flat) == len && suite_is_text(flat);
	free(flat);
	return fine ? 0 : err_usage("the suite %s is no text in UTF-8", suite->path);
}

static void drop_axis(struct section *section, const struct param *param)
{
	for (size_t i = 0; i < section->axis_count; i++) {
		if (section->axes[i].param != param)
			continue;
		section->axis_count--;
		memmove(&section->axes[i], &section->axes[i + 1],
			(section->axis_count - i) * sizeof(section->axes[0]));
		memmove(&section->lines[i], &section->lines[i + 1],
			(section->axis_count - i) * sizeof(section->lines[0]));
		return;
	}
}

/* The command line stands above the file: a key that it gives is taken out of every section. */
static int override_key(struct suite *suite, const struct override *override)
{
	const struct param *param = suite_param(override->key);
	char where[SUITE_NAME_LEN + 16];

	snprintf(where, sizeof(where), "--set %s", override->key);
	for (size_t i = 0; i < suite->section_count; i++) {
		if (param)
			drop_axis(suite->sections[i], param);
		else if (!strcmp(override->key, "workload"))
			suite->sections[i]->workloads.count = 0;
	}
	if (param)
		drop_axis(suite->global, param);
	else if (!strcmp(override->key, "workload"))
		suite->global->workloads.count = 0;
	return suite_set(suite, suite->global, override->key, override->values, 0, where);
}

/* Does any workload of the section know @param? */
static bool section_uses(const struct suite *suite, const struct section *section,
			 const struct param *param)
{
	const struct axis *workloads = suite_workloads(suite, section);

	for (size_t i = 0; i < workloads->count; i++)
		if (param_find(workload_find(workloads->values[i].text)->params, param->name) ==
		    param)
			return true;
	return false;
}

static int check_section(const struct suite *suite, const struct section *section)
{
	if (!suite_workloads(suite, section)->count)
		return err_usage("%s: the section [%s] names no workload", suite->path,
				 section->name);
	for (size_t i = 0; i < section->axis_count; i++) {
		const struct param *param = section->axes[i].param;

		if (param_find(engine_params, param->name) != param &&
		    !section_uses(suite, section, param))
			return err_usage("%s:%d: no workload of the section [%s] has the axis '%s'",
					 suite->path, section->lines[i], section->name,
					 param->name);
	}
	return 0;
}

/* An axis of [global], or of the command line, that nothing here has would be silently ignored. */
static int check_global(const struct suite *suite)
{
	for (size_t i = 0; i < suite->global->axis_count; i++) {
		const struct param *param = suite->global->axes[i].param;
		bool used = param_find(engine_params, param->name) == param;

		for (size_t j = 0; !used && j < suite->section_count; j++)
			used = section_uses(suite, suite->sections[j], param);
		if (!used)
			return err_usage("%s: no workload of this suite has the axis '%s'",
					 suite->path, param->name);
	}
	return 0;
}

/* The metrics that the report shows, of counters: only now are all keys known. */
static int check_metrics(const struct suite *suite)
{
	for (size_t i = 0; i < suite->metric_count; i++)
		if (counters_names_metric(suite->metrics[i]) &&
		    !counters_is_metric(&suite->counters, suite->metrics[i]))
			return err_usage("%s: the metric '%s' is none of the counters that are "
					 "asked for (`counters`, --counters)",
					 suite->path, suite->metrics[i]);
	return 0;
}

/* It measures nothing itself. */
static int check_members(const struct suite *suite)
{
	if (suite->section_count || suite->global->axis_count || suite->global->workloads.count ||
	    suite->metric_count || *suite->by || suite->repeats || suite->most || suite->precision)
		return err_usage("%s: a suite with 'suites' has a 'help' and nothing else",
				 suite->path);
	return 0;
}

static int check(const struct suite *suite)
{
	int ret = 0;

	if (suite->member_count)
		return check_members(suite);
	if (!suite->section_count)
		return err_usage("%s: there is no section but [global], so nothing to measure",
				 suite->path);
	for (size_t i = 0; !ret && i < suite->section_count; i++)
		ret = check_section(suite, suite->sections[i]);
	if (!ret)
		ret = check_metrics(suite);
	return ret ? ret : check_global(suite);
}

/* By its file: results hold the name. */
static int name_suite(struct suite *suite)
{
	const char *base = strrchr(suite->path, '/');
	char *dot;

	base = base ? base + 1 : suite->path;
	dot = strrchr(base, '.');
	if ((size_t)snprintf(suite->name, sizeof(suite->name), "%.*s",
			     dot ? (int)(dot - base) : INT_MAX, base) >= sizeof(suite->name))
		return err_usage("a suite's name has at most %d characters: %s", SUITE_NAME_LEN - 1,
				 suite->path);
	if (!*suite->name || !suite_is_text(suite->name))
		return err_usage("the file of the suite %s gives it no printable name",
				 suite->path);
	return 0;
}

int suite_load(struct suite *suite, const char *path, const char *text, size_t len,
	       const struct override *overrides)
{
	int ret;

	memset(suite, 0, sizeof(*suite));
	snprintf(suite->path, sizeof(suite->path), "%s", path);
	ret = name_suite(suite);
	if (ret)
		return ret;
	suite->global = calloc(1, sizeof(*suite->global));
	if (!suite->global)
		return err_memory();
	ret = keep_text(suite, text, len);
	if (!ret)
		ret = suite_parse(suite);
	for (; !ret && overrides && overrides->key; overrides++)
		ret = override_key(suite, overrides);
	if (!ret)
		ret = check(suite);
	if (ret)
		suite_free(suite);
	return ret;
}

int suite_read(struct suite *suite, const char *name, const struct override *overrides)
{
	char path[PATH_MAX], *text;
	const char *why;
	size_t len;
	int ret = suite_path(name, path, sizeof(path));

	if (ret)
		return ret;
	text = file_read(path, SUITE_BYTES, &len, &why);
	if (!text)
		return err_usage("cannot read the suite %s: %s", path, why);
	ret = suite_load(suite, path, text, len, overrides);
	free(text);
	return ret;
}

void suite_free(struct suite *suite)
{
	for (size_t i = 0; i < suite->section_count; i++)
		free(suite->sections[i]);
	free(suite->global);
	free(suite->text);
	memset(suite, 0, sizeof(*suite));
}

static const struct axis *find_axis(const struct section *section, const struct param *param)
{
	for (size_t i = 0; i < section->axis_count; i++)
		if (section->axes[i].param == param)
			return &section->axes[i];
	return NULL;
}

int suite_axis(const struct suite *suite, const struct section *section, const struct param *param,
	       struct axis *axis)
{
	const struct axis *found = find_axis(section, param);

	if (!found)
		found = find_axis(suite->global, param);
	if (!found)
		return axis_parse(axis, param, param->preset, param->name);
	*axis = *found;
	return 0;
}

const struct axis *suite_workloads(const struct suite *suite, const struct section *section)
{
	return section->workloads.count ? &section->workloads : &suite->global->workloads;
}
