// SPDX-License-Identifier: GPL-2.0-only
/* run.json: what was run, where and how. */
#include "internal.h"

#include <stdio.h>
#include <string.h>

#include "analysis/text/text.h"
#include "util/control.h"
#include "util/err.h"

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

enum {
	FORMAT_VERSION = 1
};

const char *run_keep_text(struct run *run, const json_t *value)
{
	char *copy = pool_copy(&run->pool, json_string_value(value));

	if (copy)
		control_clean(copy);
	return copy;
}

/* A member of an object and where its value goes. */
struct member {
	const char *key;
	enum {
		MEMBER_TEXT,         /* const char *, cleaned */
		MEMBER_TEXT_OR_NONE, /* the same; "" when it is missing */
		MEMBER_NAME,         /* const char *; refused where text would be cleaned */
		MEMBER_NUMBER,       /* double */
		MEMBER_COUNT,        /* uint64_t */
		MEMBER_BOOLEAN,      /* bool */
	} type;
	void *to;
};

static int keep_string(struct run *run, const json_t *value, const char **to)
{
	*to = value ? run_keep_text(run, value) : "";
	return *to ? 0 : err_memory();
}

static int read_member(const struct place *place, struct run *run, const json_t *object,
		       const struct member *member)
{
	static const enum field_type types[] = {
		[MEMBER_TEXT] = FIELD_STRING, [MEMBER_TEXT_OR_NONE] = FIELD_STRING,
		[MEMBER_NAME] = FIELD_NAME,   [MEMBER_NUMBER] = FIELD_NUMBER,
		[MEMBER_COUNT] = FIELD_COUNT, [MEMBER_BOOLEAN] = FIELD_BOOLEAN,
	};
	json_t *value = json_object_get(object, member->key);
	int ret = 0;

	if (value || member->type != MEMBER_TEXT_OR_NONE)
		ret = field_check(place, value, member->key, types[member->type]);
	if (ret)
		return ret;
	if (member->type == MEMBER_NUMBER)
		*(double *)member->to = json_number_value(value);
	else if (member->type == MEMBER_COUNT)
		*(uint64_t *)member->to = (uint64_t)json_integer_value(value);
	else if (member->type == MEMBER_BOOLEAN)
		*(bool *)member->to = json_is_true(value);
	else
		ret = keep_string(run, value, member->to);
	return ret;
}

static int read_members(const struct place *place, struct run *run, const json_t *object,
			const struct member *members, size_t count)
{
	int ret = 0;

	for (size_t i = 0; i < count && !ret; i++)
		ret = read_member(place, run, object, &members[i]);
	return ret;
}

static int read_format(const struct place *place, struct run *run, const json_t *root)
{
	const char *format = json_string_value(json_object_get(root, "format"));
	uint64_t version;
	const struct member member = { "version", MEMBER_COUNT, &version };
	int ret;

	if (!format || strcmp(format, "shootdown-run") != 0)
		return place_error(place, "\"format\" is not \"shootdown-run\": these are not "
					  "results of shootdown");
	ret = read_members(place, run, root, &member, 1);
	if (ret)
		return ret;
	if (version != FORMAT_VERSION)
		return place_error(place, "format version %ju, this program reads %d",
				   (uintmax_t)version, FORMAT_VERSION);
	return 0;
}

static int read_status(const struct place *place, struct run *run, const json_t *root)
{
	const char *status;
	const struct member members[] = {
		{ "status", MEMBER_NAME, &status },
		{ "why", MEMBER_TEXT_OR_NONE, &run->why },
	};
	int ret = read_members(place, run, root, members, ARRAY_SIZE(members));

	if (ret)
		return ret;
	if (strcmp(status, "complete") == 0) {
		run->status = RUN_COMPLETE;
		return 0;
	}
	run->status = RUN_INCOMPLETE;
	if (strcmp(status, "running") == 0)
		run->why = "it is still running, or its writer was killed";
	else if (strcmp(status, "incomplete") != 0)
		return place_error(
			place, "\"status\" is \"%s\", not running, complete or incomplete", status);
	return 0;
}

static int read_plan(const struct place *place, struct run *run, const json_t *root)
{
	const struct member members[] = {
		{ "started", MEMBER_TEXT, &run->started },
		{ "finished", MEMBER_TEXT_OR_NONE, &run->finished },
		{ "emulated", MEMBER_BOOLEAN, &run->emulated },
		{ "seed", MEMBER_COUNT, &run->seed },
		{ "repeats", MEMBER_COUNT, &run->repeats },
		{ "planned", MEMBER_COUNT, &run->planned },
	};

	return read_members(place, run, root, members, ARRAY_SIZE(members));
}

/* A file, line by line. */
static int keep_lines(struct run *run, const json_t *value)
{
	char *text = pool_copy(&run->pool, value ? json_string_value(value) : "");

	if (!text)
		return err_memory();
	run->text = text;
	while (*text) {
		size_t len = strcspn(text, "\n\t");
		char end = text[len];

		text[len] = '\0';
		control_clean(text);
		text[len] = end;
		text += len + (end != '\0');
	}
	return 0;
}

static int read_suite(const struct place *place, struct run *run, const json_t *root)
{
	const struct member members[] = {
		{ "name", MEMBER_NAME, &run->suite },
		{ "help", MEMBER_TEXT_OR_NONE, &run->help },
	};
	json_t *suite, *text;
	int ret = field(place, root, "suite", FIELD_OBJECT, &suite);

	if (!ret)
		ret = read_members(place, run, suite, members, ARRAY_SIZE(members));
	if (!ret)
		ret = field_optional(place, suite, "text", FIELD_STRING, &text);
	return ret ? ret : keep_lines(run, text);
}

static int read_tool(const struct place *place, struct run *run, const json_t *root)
{
	const struct member members[] = {
		{ "version", MEMBER_TEXT, &run->version },
		{ "commit", MEMBER_TEXT_OR_NONE, &run->commit },
	};
	json_t *tool;
	int ret = field(place, root, "tool", FIELD_OBJECT, &tool);

	return ret ? ret : read_members(place, run, tool, members, ARRAY_SIZE(members));
}

static int read_axes(const struct place *place, struct run *run, const json_t *root)
{
	json_t *names, *name;
	size_t i;
	int ret = field(place, root, "axes", FIELD_ARRAY, &names);

	if (ret)
		return ret;
	if (json_array_size(names) > RUN_AXES)
		return place_error(place, "a run has at most %d axes", RUN_AXES);
	run->axis = pool_alloc(&run->pool, json_array_size(names) * sizeof(*run->axis));
	if (!run->axis)
		return err_memory();
	json_array_foreach (names, i, name) {
		ret = field_check(place, name, "axes", FIELD_NAME);
		if (ret)
			return ret;
		if (run_axis(run, json_string_value(name)) != RUN_NONE)
			return place_error(place, "axis \"%s\" is there twice",
					   json_string_value(name));
		run->axis[i].name = run_keep_text(run, name);
		if (!run->axis[i].name)
			return err_memory();
		run->axes++;
	}
	return 0;
}

static int read_metric(const struct place *place, struct run *run, const char *name,
		       const json_t *object, struct metric *metric)
{
	static const char *const words[] = { "lower", "higher", "neither" };
	const char *better;
	const struct member members[] = {
		{ "unit", MEMBER_TEXT, &metric->unit },
		{ "help", MEMBER_TEXT_OR_NONE, &metric->help },
		{ "better", MEMBER_NAME, &better },
	};
	int ret = field_check(place, object, name, FIELD_OBJECT);

	if (!ret)
		ret = read_members(place, run, object, members, ARRAY_SIZE(members));
	if (ret)
		return ret;
	metric->name = pool_copy(&run->pool, name);
	if (!metric->name)
		return err_memory();
	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		if (strcmp(better, words[i]) == 0) {
			metric->better = (enum better)i;
			return 0;
		}
	}
	return place_error(place,
			   "metric \"%s\": \"better\" is \"%s\", not lower, higher or neither",
			   name, better);
}

static int read_metrics(const struct place *place, struct run *run, const json_t *root)
{
	json_t *object, *value;
	const char *name;
	int ret = field(place, root, "metrics", FIELD_OBJECT, &object);

	if (ret)
		return ret;
	if (json_object_size(object) > RUN_METRICS)
		return place_error(place, "a run has at most %d metrics", RUN_METRICS);
	run->metric = pool_alloc(&run->pool, json_object_size(object) * sizeof(*run->metric));
	if (!run->metric)
		return err_memory();
	json_object_foreach (object, name, value) {
		if (!field_is_name(name))
			return place_error(place, "a metric without a printable name");
		ret = read_metric(place, run, name, value, &run->metric[run->metrics]);
		if (ret)
			return ret;
		run->metrics++;
	}
	return 0;
}

static int read_cost(const struct place *place, struct run *run, const char *name,
		     const json_t *object, struct calibration *cost)
{
	const struct member members[] = {
		{ "value", MEMBER_NUMBER, &cost->value },
		{ "unit", MEMBER_TEXT, &cost->unit },
	};
	int ret;

	if (!field_is_name(name))
		return place_error(place, "a cost without a printable name");
	cost->name = pool_copy(&run->pool, name);
	if (!cost->name)
		return err_memory();
	ret = field_check(place, object, name, FIELD_OBJECT);
	return ret ? ret : read_members(place, run, object, members, ARRAY_SIZE(members));
}

static int read_calibration(const struct place *place, struct run *run, const json_t *root)
{
	json_t *object, *value;
	const char *name;
	int ret = field_optional(place, root, "calibration", FIELD_OBJECT, &object);

	if (ret || !object)
		return ret;
	run->calibration =
		pool_alloc(&run->pool, json_object_size(object) * sizeof(*run->calibration));
	if (!run->calibration)
		return err_memory();
	json_object_foreach (object, name, value) {
		ret = read_cost(place, run, name, value, &run->calibration[run->calibrations]);
		if (ret)
			return ret;
		run->calibrations++;
	}
	return 0;
}

static bool is_shown(const struct run *run, size_t metric)
{
	for (size_t i = 0; i < run->shows; i++)
		if (run->shown[i] == metric)
			return true;
	return false;
}

/* The metrics that the suite asks for, each once; a name that is no metric is left out. */
static void choose_shown(struct run *run, const json_t *wanted)
{
	const json_t *name;
	size_t i;

	json_array_foreach (wanted, i, name) {
		size_t metric =
			json_is_string(name) ? run_metric(run, json_string_value(name)) : RUN_NONE;

		if (metric != RUN_NONE && !is_shown(run, metric))
			run->shown[run->shows++] = metric;
	}
}

/* After the axes; an axis that this run does not have is none to compare by. */
static int read_by(const struct place *place, struct run *run, const json_t *root)
{
	json_t *by;
	int ret = field_optional(place, json_object_get(root, "suite"), "by", FIELD_NAME, &by);

	run->by = ret || !by ? RUN_NONE : run_axis(run, json_string_value(by));
	return ret;
}

/* Where the suite asks for none: op.p50, or the first that there is. */
static int read_shown(const struct place *place, struct run *run, const json_t *root)
{
	json_t *wanted;
	int ret = field_optional(place, json_object_get(root, "suite"), "metrics", FIELD_ARRAY,
				 &wanted);

	if (ret || !run->metrics)
		return ret;
	run->shown = pool_alloc(&run->pool, (json_array_size(wanted) + 1) * sizeof(*run->shown));
	if (!run->shown)
		return err_memory();
	if (wanted)
		choose_shown(run, wanted);
	if (run->shows)
		return 0;
	run->shown[0] = run_metric(run, "op.p50") == RUN_NONE ? 0 : run_metric(run, "op.p50");
	run->shows = 1;
	return 0;
}

int run_read_head(const struct place *place, struct run *run, const json_t *root)
{
	static int (*const parts[])(const struct place *, struct run *, const json_t *) = {
		read_format,    read_status, read_plan,    run_read_command, read_suite, read_tool,
		run_read_facts, read_axes,   read_metrics, read_calibration, read_shown, read_by,
	};
	int ret = 0;

	for (size_t i = 0; i < ARRAY_SIZE(parts) && !ret; i++)
		ret = parts[i](place, run, root);
	return ret;
}
