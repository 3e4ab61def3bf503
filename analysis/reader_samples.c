// SPDX-License-Identifier: GPL-2.0-only
/* samples.jsonl: one JSON object per line. */
#include "reader_parts.h"

#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "text.h"
#include "util/err.h"

enum {
	KNOWN_TEXTS = 64
};

struct loader {
	struct run *run;
	struct place place;
	unsigned int flags;
	size_t room; /* samples that fit into run->sample */
	/* Texts that samples may share, the last of them; and how many there were. */
	const char *known[KNOWN_TEXTS];
	size_t knowns;
};

/* One copy of the string @value, mostly: reasons and units repeat in each sample. */
static int share_text(struct loader *l, const json_t *value, const char **text)
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

static int find_metric(struct loader *l, const char *name, size_t *metric)
{
	*metric = run_metric(l->run, name);
	if (*metric == RUN_NONE)
		return place_error(&l->place, "metric \"%s\" is not in run.json", name);
	return 0;
}

static int read_metrics(struct loader *l, const json_t *root, struct sample *s)
{
	struct run *run = l->run;
	json_t *metrics, *value;
	const char *name;
	double *values;
	size_t m;
	int ret = field(&l->place, root, "metrics", FIELD_OBJECT, &metrics);

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

/* One [index, count] of @hist, which has room for it. */
static int read_bin(struct loader *l, const json_t *pair, struct hist *hist, uint16_t *index,
		    uint64_t *bin)
{
	json_t *i = json_array_get(pair, 0), *n = json_array_get(pair, 1);
	size_t at = hist->bins;

	if (json_array_size(pair) != 2 || !json_is_integer(i) || !json_is_integer(n))
		return place_error(&l->place, "\"%s\": bin %zu is no [index, count]", hist->name,
				   at);
	if (json_integer_value(i) < 0 || json_integer_value(i) >= LOGHIST_BINS)
		return place_error(&l->place, "\"%s\": there is no bin %lld", hist->name,
				   json_integer_value(i));
	if (at > 0 && json_integer_value(i) <= index[at - 1])
		return place_error(&l->place, "\"%s\": bin %lld is not above the one before it",
				   hist->name, json_integer_value(i));
	if (json_integer_value(n) <= 0)
		return place_error(&l->place, "\"%s\": bin %lld counts %lld", hist->name,
				   json_integer_value(i), json_integer_value(n));
	index[at] = (uint16_t)json_integer_value(i);
	bin[at] = (uint64_t)json_integer_value(n);
	hist->bins++;
	return 0;
}

static int read_bins(struct loader *l, const json_t *pairs, struct hist *hist)
{
	size_t count = json_array_size(pairs), i;
	uint16_t *index = pool_alloc(&l->run->pool, count * sizeof(*index));
	uint64_t *bin = pool_alloc(&l->run->pool, count * sizeof(*bin));
	uint64_t sum = 0;
	json_t *pair;

	if (!index || !bin)
		return err_memory();
	json_array_foreach (pairs, i, pair) {
		int ret = read_bin(l, pair, hist, index, bin);

		if (ret)
			return ret;
		if (bin[i] > RUN_COUNT - sum)
			return place_error(&l->place,
					   "\"%s\": the bins count more than %llu values",
					   hist->name, RUN_COUNT);
		sum += bin[i];
	}
	hist->index = index;
	hist->bin = bin;
	if (sum != hist->count)
		return place_error(&l->place, "\"%s\": the bins count %ju values, \"count\" is %ju",
				   hist->name, (uintmax_t)sum, (uintmax_t)hist->count);
	if (count &&
	    (loghist_index(hist->min) != index[0] || loghist_index(hist->max) != index[count - 1]))
		return place_error(
			&l->place,
			"\"%s\": \"min\" and \"max\" are not in the first and the last bin",
			hist->name);
	if (count && hist->min > hist->max)
		return place_error(&l->place, "\"%s\": \"min\" is above \"max\"", hist->name);
	return 0;
}

/* "cycles" need "hz"; any other unit is nanoseconds. */
static int read_hist_unit(struct loader *l, const json_t *object, struct hist *hist)
{
	json_t *unit, *hz;
	int ret = field(&l->place, object, "unit", FIELD_NAME, &unit);

	if (ret)
		return ret;
	hist->hz = 1e9;
	if (strcmp(json_string_value(unit), "cycles") == 0) {
		ret = field(&l->place, object, "hz", FIELD_NUMBER, &hz);
		if (ret)
			return ret;
		hist->hz = json_number_value(hz);
	} else if (strcmp(json_string_value(unit), "ns") != 0) {
		return place_error(&l->place, "\"%s\": unit \"%s\", not cycles or ns", hist->name,
				   json_string_value(unit));
	}
	if (hist->hz < 1 || hist->hz > 1e12)
		return place_error(&l->place, "\"%s\": \"hz\" is not from 1 to 10^12", hist->name);
	return 0;
}

static int read_hist(struct loader *l, const json_t *object, struct hist *hist)
{
	json_t *count, *sum, *min, *max, *sub_bits, *bins;
	const struct {
		const char *key;
		enum field_type type;
		json_t **value;
	} members[] = {
		{ "count", FIELD_COUNT, &count }, { "sum", FIELD_COUNT, &sum },
		{ "min", FIELD_COUNT, &min },     { "max", FIELD_COUNT, &max },
		{ "bins", FIELD_ARRAY, &bins },   { "sub_bits", FIELD_COUNT, &sub_bits },
	};
	int ret = field_check(&l->place, object, hist->name, FIELD_OBJECT);

	for (size_t i = 0; i < sizeof(members) / sizeof(members[0]) && !ret; i++)
		ret = field(&l->place, object, members[i].key, members[i].type, members[i].value);
	if (!ret)
		ret = read_hist_unit(l, object, hist);
	if (ret)
		return ret;
	if (json_integer_value(sub_bits) != LOGHIST_SUB_BITS)
		return place_error(&l->place, "\"%s\": \"sub_bits\" is %lld, this program knows %d",
				   hist->name, json_integer_value(sub_bits), LOGHIST_SUB_BITS);
	hist->count = (uint64_t)json_integer_value(count);
	hist->sum = (uint64_t)json_integer_value(sum);
	hist->min = (uint64_t)json_integer_value(min);
	hist->max = (uint64_t)json_integer_value(max);
	return read_bins(l, bins, hist);
}

static int read_hists(struct loader *l, const json_t *root, struct sample *s)
{
	json_t *object, *value, *name_json;
	struct hist *hist;
	const char *name;
	int ret = field_optional(&l->place, root, "hist", FIELD_OBJECT, &object);

	if (ret || !object)
		return ret;
	hist = pool_alloc(&l->run->pool, json_object_size(object) * sizeof(*hist));
	if (!hist)
		return err_memory();
	s->hist = hist;
	json_object_foreach (object, name, value) {
		name_json = json_string(name);
		ret = name_json ? share_text(l, name_json, &hist->name) : err_memory();
		json_decref(name_json);
		if (!ret)
			ret = read_hist(l, value, hist);
		if (ret)
			return ret;
		hist++;
		s->hists++;
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
		ret = read_axes(l, root, s);
	if (ret || s->status != SAMPLE_OK)
		return ret;
	ret = read_metrics(l, root, s);
	if (!ret)
		ret = read_absent(l, root, s);
	if (!ret && l->flags & RUN_HISTOGRAMS)
		ret = read_hists(l, root, s);
	return ret;
}

static int read_line(struct loader *l, const char *line, size_t len)
{
	struct run *run = l->run;
	struct sample *grown;
	json_t *root;
	int ret;

	if (run->samples == RUN_SAMPLES)
		return place_error(&l->place, "a run has at most %d samples", RUN_SAMPLES);
	if (run->samples == l->room) {
		l->room = l->room ? 2 * l->room : 256;
		grown = reallocarray(run->sample, l->room, sizeof(*grown));
		if (!grown)
			return err_memory();
		run->sample = grown;
	}
	root = place_json(&l->place, line, len);
	if (!root)
		return -EINVAL;
	run->sample[run->samples] = (struct sample){ 0 };
	ret = read_sample(l, root, &run->sample[run->samples]);
	json_decref(root);
	if (!ret)
		run->samples++;
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

	snprintf(file, sizeof(file), "%s/samples.jsonl", run->path);
	return read_lines(&loader, in);
}
