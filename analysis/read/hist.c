// SPDX-License-Identifier: GPL-2.0-only
/* The histograms of a sample: what they count must be what they say. */
#include "internal.h"

#include <string.h>

#include "util/err.h"

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
	uint16_t *index = pool_alloc(l->hists, count * sizeof(*index));
	uint64_t *bin = pool_alloc(l->hists, count * sizeof(*bin));
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
	hist = pool_alloc(l->hists, json_object_size(object) * sizeof(*hist));
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

int sample_read_hists(struct loader *l, const json_t *root, struct sample *s)
{
	int ret = read_hists(l, root, s);

	if (l->flags & RUN_HISTOGRAMS)
		return ret;
	s->hist = NULL;
	s->hists = 0;
	return ret;
}
