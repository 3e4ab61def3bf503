// SPDX-License-Identifier: GPL-2.0-only
/* "perf" of a sample: where its CPUs were, where perf recorded that. */
#include "internal.h"

#include <errno.h>

#include "util/err.h"

static int read_symbol(struct loader *l, const json_t *row, struct symbol *symbol)
{
	const json_t *name = json_array_get(row, 0), *count = json_array_get(row, 1);

	if (!json_is_array(row) || json_array_size(row) != 2)
		return place_error(&l->place, "a symbol is no [name, samples]");
	if (field_check(&l->place, name, "symbol", FIELD_NAME) ||
	    field_check(&l->place, count, "samples", FIELD_COUNT))
		return -EINVAL;
	symbol->samples = (uint64_t)json_integer_value(count);
	return share_text(l, name, &symbol->name);
}

static int read_symbols(struct loader *l, const json_t *rows, struct sample *s)
{
	struct symbol *symbol =
		pool_alloc(&l->run->pool, (json_array_size(rows) + 1) * sizeof(*symbol));
	int ret = symbol ? 0 : err_memory();

	s->symbol = symbol;
	for (size_t i = 0; !ret && i < json_array_size(rows); i++) {
		ret = read_symbol(l, json_array_get(rows, i), &symbol[i]);
		s->symbols++;
	}
	return ret;
}

/* Only of perf record; where there are no names, nothing is shown. */
int sample_read_profile(struct loader *l, const json_t *root, struct sample *s)
{
	json_t *perf, *kernel = NULL, *symbols = NULL;
	int ret = field_optional(&l->place, root, "perf", FIELD_OBJECT, &perf);

	if (ret || !perf)
		return ret;
	ret = field_optional(&l->place, perf, "kernel", FIELD_COUNT, &kernel);
	if (!ret)
		ret = field_optional(&l->place, perf, "symbols", FIELD_ARRAY, &symbols);
	if (ret || !kernel || !symbols)
		return ret;
	s->in_kernel = (uint64_t)json_integer_value(kernel);
	return read_symbols(l, symbols, s);
}
