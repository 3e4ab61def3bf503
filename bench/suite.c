// SPDX-License-Identifier: GPL-2.0-only
#include "suite.h"

#include <dirent.h>
#include <errno.h>
#include <ini.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "paths.h"
#include "record.h"
#include "util/err.h"
#include "util/nearest.h"

#define SUFFIX ".suite"

/* inih hands over keys without their line, so the lines are counted where they are read. */
struct parser {
	struct suite *suite;
	const char *rest; /* of suite->text */
	int line;
	bool failed;
};

static const char *const *workload_names(size_t *count)
{
	static const char *names[64];
	size_t i;

	for (i = 0; workload_at(i) && i < 63; i++)
		names[i] = workload_at(i)->name;
	if (count)
		*count = i;
	return names;
}

static const struct param *workload_param(void)
{
	static struct param param = { .name = "workload", .kind = PARAM_CHOICE };

	param.choices = workload_names(NULL);
	return &param;
}

/* The axis @key of the engine or of any workload. */
static const struct param *find_param(const char *key)
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
	const char *names[128] = { "help", "repeats", "workload", "metrics" };
	size_t count = collect_names(engine_params, names, 4, 128);
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

static int set_repeats(struct suite *suite, const char *text, const char *where)
{
	char *end;
	long repeats = strtol(text, &end, 10);

	if (end == text || *end || repeats < 1 || repeats > 10000)
		return err_usage("%s: 'repeats' is '%s', but it goes from 1 to 10000", where, text);
	suite->repeats = (int)repeats;
	return 0;
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
		if (!is_metric(name))
			return unknown_metric(name, where);
		if (suite->metric_count == SUITE_METRICS)
			return err_usage("%s: a suite shows at most %d metrics", where,
					 SUITE_METRICS);
		snprintf(suite->metrics[suite->metric_count++], SUITE_NAME_LEN, "%s", name);
	}
	return 0;
}

static int set_key(struct suite *suite, struct section *section, const char *key,
		   const char *values, int line, const char *where)
{
	const struct param *param;

	if (!strcmp(key, "workload")) {
		if (section->workloads.count)
			return err_usage("%s: 'workload' stands twice in this section", where);
		return axis_parse(&section->workloads, workload_param(), values, where);
	}
	if (section == suite->global && !strcmp(key, "help")) {
		snprintf(suite->help, sizeof(suite->help), "%s", values);
		return 0;
	}
	if (section == suite->global && !strcmp(key, "repeats"))
		return set_repeats(suite, values, where);
	if (section == suite->global && !strcmp(key, "metrics"))
		return set_metrics(suite, values, where);
	param = find_param(key);
	return param ? set_axis(section, param, values, line, where) : unknown_key(key, where);
}

static int open_section(struct suite *suite, const char *name, const char *where,
			struct section **found)
{
	struct section *section;

	if (!strcmp(name, "global")) {
		*found = suite->global;
		return 0;
	}
	if (!*name)
		return err_usage("%s: a section has no name, or a key stands before the first",
				 where);
	for (size_t i = 0; i < suite->section_count; i++) {
		*found = suite->sections[i];
		if (!strcmp((*found)->name, name))
			return 0;
	}
	if (suite->section_count == SECTIONS)
		return err_usage("%s: a suite has at most %d sections", where, SECTIONS);
	section = calloc(1, sizeof(*section));
	if (!section)
		return err_memory();
	snprintf(section->name, sizeof(section->name), "%s", name);
	suite->sections[suite->section_count++] = section;
	*found = section;
	return 0;
}

/* As ini_handler wants it: 1 to go on. Only the first error counts. */
static int on_key(void *arg, const char *section_name, const char *key, const char *values)
{
	struct parser *p = arg;
	struct section *section = NULL;
	char where[PATH_MAX + 16];

	snprintf(where, sizeof(where), "%s:%d", p->suite->path, p->line);
	if (p->failed)
		return 0;
	p->failed = open_section(p->suite, section_name, where, &section) ||
		    set_key(p->suite, section, key, values, p->line, where);
	return !p->failed;
}

/* inih does not tell of a section without keys, which has all from [global]. */
static void open_header(struct parser *p, const char *line)
{
	const char *end = strchr(line, ']');
	char where[PATH_MAX + 16], name[SUITE_NAME_LEN];
	struct section *section;

	if (*line != '[' || !end || p->failed)
		return;
	snprintf(where, sizeof(where), "%s:%d", p->suite->path, p->line);
	if (end - line > SUITE_NAME_LEN - 1) {
		p->failed = true;
		err_usage("%s: a section's name has at most %d characters", where,
			  SUITE_NAME_LEN - 2);
		return;
	}
	snprintf(name, sizeof(name), "%.*s", (int)(end - line - 1), line + 1);
	p->failed = open_section(p->suite, name, where, &section);
}

/* As ini_reader wants it: like fgets(). */
static char *next_line(char *line, int size, void *arg)
{
	struct parser *p = arg;
	size_t len = strcspn(p->rest, "\n");

	if (!*p->rest)
		return NULL;
	p->line++;
	if (len + 2 > (size_t)size) {
		if (!p->failed)
			err_usage("%s:%d: a line has at most %d characters", p->suite->path,
				  p->line, size - 2);
		p->failed = true;
		return NULL;
	}
	len += p->rest[len] == '\n';
	memcpy(line, p->rest, len);
	line[len] = '\0';
	p->rest += len;
	open_header(p, line);
	return line;
}

static int parse(struct suite *suite)
{
	struct parser p = { .suite = suite, .rest = suite->text };
	int line = ini_parse_stream(next_line, &p, on_key, &p);

	if (p.failed)
		return -EINVAL;
	if (line)
		return err_usage("%s:%d: this line is neither a [section] nor KEY = VALUES",
				 suite->path, line);
	return 0;
}

static int read_text(struct suite *suite)
{
	FILE *f = fopen(suite->path, "re");
	json_t *text; /* run.json holds it */
	size_t size = 0;
	ssize_t len;

	if (!f)
		return err_usage("cannot read the suite %s: %s", suite->path, strerror(errno));
	errno = 0;
	len = getdelim(&suite->text, &size, '\0', f);
	if (len < 0 && errno)
		err_usage("cannot read the suite %s: %s", suite->path, strerror(errno));
	fclose(f);
	if (len <= 0)
		return err_usage("the suite %s is empty", suite->path);
	text = json_string(suite->text);
	json_decref(text);
	return text ? 0 : err_usage("the suite %s is no text in UTF-8", suite->path);
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
	const struct param *param = find_param(override->key);
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
	return set_key(suite, suite->global, override->key, override->values, 0, where);
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

static int check(const struct suite *suite)
{
	int ret = 0;

	if (!suite->section_count)
		return err_usage("%s: there is no section but [global], so nothing to measure",
				 suite->path);
	for (size_t i = 0; !ret && i < suite->section_count; i++)
		ret = check_section(suite, suite->sections[i]);
	return ret ? ret : check_global(suite);
}

static bool is_path(const char *name)
{
	size_t len = strlen(name), suffix = strlen(SUFFIX);

	return strchr(name, '/') || (len > suffix && !strcmp(name + len - suffix, SUFFIX));
}

struct name_list {
	const char *names[64];
	size_t count;
};

static int collect_name(void *arg, const char *name)
{
	struct name_list *list = arg;

	if (list->count < 64)
		list->names[list->count++] = strdup(name);
	return 0;
}

static int unknown_suite(const char *name)
{
	struct name_list list = { .count = 0 };
	const char *guess;
	int ret;

	suite_each(collect_name, &list);
	guess = nearest(name, list.names, list.count);
	ret = err_usage("there is no suite '%s'%s%s%s", name, guess ? "; did you mean '" : "",
			guess ? guess : "",
			guess ? "'?" : "; `shootdown list suites` names them all");
	for (size_t i = 0; i < list.count; i++)
		free((char *)list.names[i]);
	return ret;
}

int suite_path(const char *name, char *path, size_t size)
{
	char relative[SUITE_NAME_LEN + 16];
	FILE *f;

	if (is_path(name)) {
		snprintf(path, size, "%s", name);
		return 0;
	}
	if (strlen(name) >= SUITE_NAME_LEN)
		return err_usage("a suite's name has at most %d characters", SUITE_NAME_LEN - 1);
	snprintf(relative, sizeof(relative), "suites/%s" SUFFIX, name);
	if (path_of(path, size, relative))
		return err_setup("cannot find the folder of the suites");
	f = fopen(path, "re");
	if (!f)
		return unknown_suite(name);
	fclose(f);
	return 0;
}

static void name_suite(struct suite *suite)
{
	const char *base = strrchr(suite->path, '/');
	char *dot;

	snprintf(suite->name, sizeof(suite->name), "%.*s", SUITE_NAME_LEN - 1,
		 base ? base + 1 : suite->path);
	dot = strrchr(suite->name, '.');
	if (dot)
		*dot = '\0';
}

int suite_read(struct suite *suite, const char *name, const struct override *overrides)
{
	int ret;

	memset(suite, 0, sizeof(*suite));
	ret = suite_path(name, suite->path, sizeof(suite->path));
	if (ret)
		return ret;
	name_suite(suite);
	suite->global = calloc(1, sizeof(*suite->global));
	if (!suite->global)
		return err_memory();
	ret = read_text(suite);
	if (!ret)
		ret = parse(suite);
	for (; !ret && overrides && overrides->key; overrides++)
		ret = override_key(suite, overrides);
	if (!ret)
		ret = check(suite);
	if (ret)
		suite_free(suite);
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

static int is_suite(const struct dirent *entry)
{
	return entry->d_name[0] != '.' && is_path(entry->d_name);
}

int suite_each(int (*fn)(void *arg, const char *name), void *arg)
{
	struct dirent **entries;
	char path[PATH_MAX];
	int count, ret = 0;

	if (path_of(path, sizeof(path), "suites"))
		return err_setup("cannot find the folder of the suites");
	count = scandir(path, &entries, is_suite, alphasort);
	if (count < 0)
		return err_setup("cannot list %s: %s", path, strerror(errno));
	for (int i = 0; i < count; i++) {
		entries[i]->d_name[strlen(entries[i]->d_name) - strlen(SUFFIX)] = '\0';
		if (!ret)
			ret = fn(arg, entries[i]->d_name);
		free(entries[i]);
	}
	free(entries);
	return ret;
}
