// SPDX-License-Identifier: GPL-2.0-only
/* Facts: what a run was made on, a text for each name. */
#include "internal.h"

#include "analysis/text/text.h"
#include "util/err.h"

static int read_fact(const struct place *place, struct run *run, const char *name,
		     const json_t *value, struct fact *fact)
{
	char number[TEXT_NUMBER];
	char *key = pool_copy(&run->pool, name);

	if (!field_is_name(name))
		return place_error(place, "a fact without a printable name");
	if (json_is_string(value))
		fact->text = run_keep_text(run, value);
	else if (json_is_number(value))
		fact->text = pool_copy(&run->pool, text_exact(number, json_number_value(value)));
	else if (json_is_boolean(value))
		fact->text = json_is_true(value) ? "yes" : "no";
	else
		return place_error(place, "fact \"%s\" is no string, number or boolean", name);
	if (!key || !fact->text)
		return err_memory();
	fact->name = key;
	return 0;
}

static int read_facts(const struct place *place, struct run *run, json_t *object,
		      struct facts *facts)
{
	json_t *value;
	const char *name;
	int ret;

	facts->fact = pool_alloc(&run->pool, json_object_size(object) * sizeof(*facts->fact));
	if (!facts->fact)
		return err_memory();
	json_object_foreach (object, name, value) {
		ret = read_fact(place, run, name, value, &facts->fact[facts->count]);
		if (ret)
			return ret;
		facts->count++;
	}
	return 0;
}

int run_read_facts(const struct place *place, struct run *run, const json_t *root)
{
	const struct {
		const char *key;
		struct facts *facts;
	} parts[] = { { "machine", &run->machine },
		      { "vm", &run->vm },
		      { "module", &run->module } };

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		json_t *object;
		int ret = field_optional(place, root, parts[i].key, FIELD_OBJECT, &object);

		if (!ret && object)
			ret = read_facts(place, run, object, parts[i].facts);
		if (ret)
			return ret;
	}
	return 0;
}
