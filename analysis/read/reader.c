// SPDX-License-Identifier: GPL-2.0-only
#include "internal.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "util/control.h"
#include "util/err.h"
#include "util/file.h"

enum {
	HEAD_BYTES = 1 << 26 /* of run.json, at the most */
};

/* The folder's own name, also for "." and for a path that ends in a slash. */
static int name_run(struct run *run, const char *path)
{
	char full[PATH_MAX], *name;
	struct stat st;

	if (!realpath(path, full) || stat(full, &st))
		return err_usage("%s: %s", path, strerror(errno));
	if (!S_ISDIR(st.st_mode))
		return err_usage("%s is no folder: name the folder of a run", path);
	name = pool_copy(&run->pool, basename(full));
	run->path = pool_copy(&run->pool, path);
	if (!name || !run->path)
		return err_memory();
	control_clean(name);
	run->name = name;
	return 0;
}

char *run_head(const char *path, size_t *len)
{
	char file[PATH_MAX + sizeof("/run.json")], *head;
	const char *why;

	snprintf(file, sizeof(file), "%s/run.json", path);
	head = file_read(file, HEAD_BYTES, len, &why);
	if (!head)
		err_usage("%s: %s; is this the folder of a run?", file, why);
	return head;
}

static int read_root(const struct place *place, struct run *run, const json_t *root, FILE *samples,
		     unsigned int flags)
{
	json_t *order;
	int ret = run_read_head(place, run, root);

	if (!ret)
		ret = field_optional(place, root, "values", FIELD_OBJECT, &order);
	if (!ret && samples) /* killed before the first of them: then there is no file */
		ret = run_read_samples(run, samples, flags);
	if (!ret)
		ret = axes_sort(place, run, order);
	return ret;
}

/* @run has its path and its name. */
static int read_head(struct run *run, const char *head, size_t len, FILE *samples,
		     unsigned int flags)
{
	char file[PATH_MAX + sizeof("/run.json")];
	struct place place = { .file = file };
	json_t *root;
	int ret;

	snprintf(file, sizeof(file), "%s/run.json", run->path);
	root = place_json(&place, head, len);
	if (!root)
		return -EINVAL;
	ret = json_is_object(root) ? read_root(&place, run, root, samples, flags)
				   : place_error(&place, "not a JSON object");
	json_decref(root);
	return ret;
}

int run_load(struct run *run, const char *path, const char *head, size_t len, FILE *samples,
	     unsigned int flags)
{
	*run = (struct run){ 0 };
	run->path = pool_copy(&run->pool, path);
	run->name = run->path;
	return run->path ? read_head(run, head, len, samples, flags) : err_memory();
}

/* Opens samples.jsonl; NULL and 0 when there is none. */
static int open_samples(const struct run *run, FILE **samples)
{
	char file[PATH_MAX + sizeof("/samples.jsonl")];
	const char *why;

	snprintf(file, sizeof(file), "%s/samples.jsonl", run->path);
	*samples = file_open(file, &why);
	return *samples || errno == ENOENT ? 0 : err_usage("%s: %s", file, why);
}

int run_read(struct run *run, const char *path, unsigned int flags)
{
	FILE *samples;
	size_t len;
	char *head;
	int ret;

	*run = (struct run){ 0 };
	ret = name_run(run, path);
	if (ret)
		return ret;
	head = run_head(path, &len);
	if (!head)
		return -EINVAL;
	ret = open_samples(run, &samples);
	if (!ret)
		ret = read_head(run, head, len, samples, flags);
	if (samples)
		fclose(samples);
	free(head);
	return ret;
}

void run_free(struct run *run)
{
	for (size_t i = 0; i < run->axes; i++)
		free(run->axis[i].value);
	free(run->sample);
	pool_free(&run->pool);
}

size_t run_axis(const struct run *run, const char *name)
{
	for (size_t i = 0; i < run->axes; i++)
		if (strcmp(run->axis[i].name, name) == 0)
			return i;
	return RUN_NONE;
}

size_t run_metric(const struct run *run, const char *name)
{
	for (size_t i = 0; i < run->metrics; i++)
		if (strcmp(run->metric[i].name, name) == 0)
			return i;
	return RUN_NONE;
}

size_t run_axis_value(const struct run *run, size_t axis, const char *text)
{
	for (size_t i = 0; i < run->axis[axis].count; i++)
		if (strcmp(run->axis[axis].value[i].text, text) == 0)
			return i;
	return RUN_NONE;
}

const char *facts_get(const struct facts *facts, const char *name, const char *missing)
{
	for (size_t i = 0; i < facts->count; i++)
		if (strcmp(facts->fact[i].name, name) == 0)
			return facts->fact[i].text;
	return missing;
}

void hist_add(struct loghist *to, const struct hist *from)
{
	for (size_t i = 0; i < from->bins; i++)
		to->bin[from->index[i]] += from->bin[i];
	to->count += from->count;
	to->sum += from->sum;
	if (from->count && from->min < to->min)
		to->min = from->min;
	if (from->count && from->max > to->max)
		to->max = from->max;
}
