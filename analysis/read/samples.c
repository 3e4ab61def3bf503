// SPDX-License-Identifier: GPL-2.0-only
/* samples.jsonl: one JSON object per line. */
#include "internal.h"

#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/err.h"

int share_text(struct loader *l, const json_t *value, const char **text)
{
	for (size_t i = 0; i < l->knowns && i < KNOWN_TEXTS; i++) {
		if (strcmp(l->known[i], json_string_value(value)) == 0) {
			*text = l->known[i];
			return 0;
		}
	}
	*text = run_keep_text(l->run, value);
	if (!*text)
		return err_memory();
	l->known[l->knowns++ % KNOWN_TEXTS] = *text;
	return 0;
}

static int refuse_axis(struct loader *l, const json_t *axes)
{
	const char *name;
	json_t *value;

	json_object_foreach ((json_t *)axes, name, value)
		if (run_axis(l->run, name) == RUN_NONE)
			return place_error(&l->place, "axis \"%s\" is not in run.json", name);
	return 0;
}

/* A sample lacks the parameters that its workload does not have. */
static int read_axes(struct loader *l, const json_t *root, struct sample *s)
{
	struct run *run = l->run;
	json_t *axes, *value, *none = json_string(RUN_NO_VALUE);
	int ret = none ? field(&l->place, root, "axes", FIELD_OBJECT, &axes) : err_memory();

	if (!ret)
		ret = refuse_axis(l, axes);
	s->axis = pool_alloc(&run->pool, run->axes * sizeof(*s->axis));
	if (!s->axis)
		ret = err_memory();
	for (size_t i = 0; i < run->axes && !ret; i++) {
		value = json_object_get(axes, run->axis[i].name);
		ret = axis_intern(&l->place, run, &run->axis[i], value ? value : none, &s->axis[i]);
	}
	json_decref(none);
	return ret;
}

/* Samples have their metrics in the order of run.json, mostly: the search begins where the last one ended. */
static int find_metric(struct loader *l, const char *name, size_t *metric)
{
	for (size_t i = 0; i < l->run->metrics; i++) {
		size_t m = l->next < l->run->metrics ? l->next : 0;

		l->next = m + 1;
		if (strcmp(l->run->metric[m].name, name) == 0) {
			*metric = m;
			return 0;
		}
	}
	return place_error(&l->place, "metric \"%s\" is not in run.json", name);
}

/* A sample that failed may have some, or none. */
static int read_metrics(struct loader *l, const json_t *root, struct sample *s)
{
	struct run *run = l->run;
	json_t *metrics, *value;
	const char *name;
	double *values;
	size_t m;
	int ret = s->status == SAMPLE_OK
			  ? field(&l->place, root, "metrics", FIELD_OBJECT, &metrics)
			  : field_optional(&l->place, root, "metrics", FIELD_OBJECT, &metrics);

	if (ret)
		return ret;
	values = pool_alloc(&run->pool, run->metrics * sizeof(*values));
	if (!values)
		return err_memory();
	for (m = 0; m < run->metrics; m++)
		values[m] = NAN;
	json_object_foreach (metrics, name, value) {
		ret = find_metric(l, name, &m);
		if (!ret)
			ret = field_check(&l->place, value, name, FIELD_NUMBER);
		if (ret)
			return ret;
		values[m] = json_number_value(value);
	}
	s->value = values;
	return 0;
}

static int read_absent(struct loader *l, const json_t *root, struct sample *s)
{
	struct absent *absent;
	json_t *object, *why;
	const char *name;
	int ret = field_optional(&l->place, root, "absent", FIELD_OBJECT, &object);

	if (ret || !object)
		return ret;
	absent = pool_alloc(&l->run->pool, json_object_size(object) * sizeof(*absent));
	if (!absent)
		return err_memory();
	s->absent = absent;
	json_object_foreach (object, name, why) {
		ret = find_metric(l, name, &absent->metric);
		if (!ret)
			ret = field_check(&l->place, why, name, FIELD_STRING);
		if (!ret)
			ret = share_text(l, why, &absent->why);
		if (ret)
			return ret;
		if (!isnan(s->value[absent->metric]))
			return place_error(&l->place, "\"%s\" is both measured and absent", name);
		absent++;
		s->absents++;
	}
	return 0;
}

static int read_status(struct loader *l, const json_t *root, struct sample *s)
{
	static const char *const words[] = {
		[SAMPLE_OK] = "ok",
		[SAMPLE_FAILED] = "failed",
		[SAMPLE_SKIPPED] = "skipped",
	};
	json_t *status, *why;
	int ret = field(&l->place, root, "status", FIELD_NAME, &status);

	if (!ret)
		ret = field_optional(&l->place, root, "why", FIELD_STRING, &why);
	if (ret)
		return ret;
	s->why = "";
	if (why)
		ret = share_text(l, why, &s->why);
	if (ret)
		return ret;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (strcmp(json_string_value(status), words[i]) == 0) {
			s->status = (enum sample_status)i;
			return 0;
		}
	}
	return place_error(&l->place, "\"status\" is \"%s\", not ok, failed or skipped",
			   json_string_value(status));
}

static int read_last(struct loader *l, const json_t *root, struct sample *s)
{
	json_t *last;
	int ret = field_optional(&l->place, root, "last", FIELD_NAME, &last);

	s->last = "";
	return ret || !last ? ret : share_text(l, last, &s->last);
}

/* The plan takes an A/A point twice in each repeat, and counts the second on from `repeats`. */
static uint8_t half_of(const struct run *run, uint64_t repeat)
{
	if (run->repeats == 0 || repeat < run->repeats)
		return 0;
	return repeat - run->repeats < run->repeats ? 1 : 2;
}

/* Samples are appended as they end: a number that does not rise was counted already. */
static int read_number(struct loader *l, const json_t *root, struct sample *s)
{
	json_t *number, *repeat;
	int ret = field(&l->place, root, "sample", FIELD_COUNT, &number);

	if (!ret)
		ret = field(&l->place, root, "repeat", FIELD_COUNT, &repeat);
	if (ret)
		return ret;
	s->number = (uint64_t)json_integer_value(number);
	s->repeat = (uint64_t)json_integer_value(repeat);
	s->half = half_of(l->run, s->repeat);
	if (l->run->samples > 0 && s->number <= s[-1].number)
		return place_error(&l->place, "sample %ju comes after sample %ju",
				   (uintmax_t)s->number, (uintmax_t)s[-1].number);
	return 0;
}

static int read_sample(struct loader *l, const json_t *root, struct sample *s)
{
	int ret = json_is_object(root) ? 0 : place_error(&l->place, "not a JSON object");

	if (!ret)
		ret = read_number(l, root, s);
	if (!ret)
		ret = read_status(l, root, s);
	if (!ret)
		ret = read_last(l, root, s);
	if (!ret)
		ret = read_axes(l, root, s);
	if (!ret && s->status != SAMPLE_SKIPPED)
		ret = read_metrics(l, root, s);
	if (ret || s->status != SAMPLE_OK)
		return ret;
	ret = read_absent(l, root, s);
	if (!ret)
		ret = sample_read_notes(l, root, s);
	if (!ret)
		ret = sample_read_profile(l, root, s);
	if (!ret)
		ret = sample_read_hists(l, root, s);
	return ret;
}

static int make_room(struct loader *l)
{
	struct run *run = l->run;
	struct sample *grown;

	if (run->samples == RUN_SAMPLES)
		return place_error(&l->place, "a run has at most %d samples", RUN_SAMPLES);
	if (run->samples < l->room)
		return 0;
	l->room = l->room ? 2 * l->room : 256;
	grown = reallocarray(run->sample, l->room, sizeof(*grown));
	if (!grown)
		return err_memory();
	run->sample = grown;
	return 0;
}

static int read_json(struct loader *l, const char *line, size_t len)
{
	struct run *run = l->run;
	json_t *root = place_json(&l->place, line, len);
	int ret;

	if (!root)
		return -EINVAL;
	run->sample[run->samples] = (struct sample){ .line = l->place.line };
	ret = read_sample(l, root, &run->sample[run->samples]);
	json_decref(root);
	if (!ret)
		run->samples++;
	return ret;
}

static int read_line(struct loader *l, const char *line, size_t len)
{
	int ret = make_room(l);

	if (ret)
		return ret;
	for (size_t i = 0; i < l->run->axes; i++)
		l->values[i] = l->run->axis[i].count;
	ret = read_json(l, line, len);
	if (ret == -EINVAL)
		ret = damage_note(l);
	pool_clear(&l->scratch);
	return ret;
}

static int read_lines(struct loader *l, FILE *in)
{
	char *line = NULL;
	size_t size = 0;
	ssize_t len;
	int ret = 0;

	errno = 0;
	while (!ret && (len = getline(&line, &size, in)) > 0) {
		l->place.line++;
		if (line[len - 1] == '\n')
			ret = read_line(l, line, (size_t)len);
		else
			l->run->cut = true;
	}
	if (!ret && ferror(in))
		ret = err_usage("%s: %s", l->place.file, strerror(errno));
	free(line);
	return ret;
}

int run_read_samples(struct run *run, FILE *in, unsigned int flags)
{
	char file[PATH_MAX + sizeof("/samples.jsonl")];
	struct loader loader = { .run = run, .place.file = file, .flags = flags };
	int ret;

	loader.hists = flags & RUN_HISTOGRAMS ? &run->pool : &loader.scratch;
	loader.values = calloc(run->axes + 1, sizeof(*loader.values));
	if (!loader.values)
		return err_memory();
	snprintf(file, sizeof(file), "%s/samples.jsonl", run->path);
	ret = read_lines(&loader, in);
	pool_free(&loader.scratch);
	free(loader.values);
	return ret ? ret : damage_check(&loader);
}
