/* SPDX-License-Identifier: GPL-2.0-only */
/* What records are made of, and read by. */
#ifndef UTIL_JSON_H
#define UTIL_JSON_H

#include <jansson.h>

/* The string @key of @object; "" when there is none. */
static inline const char *json_text(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text ? text : "";
}

/* An array of the strings in @words, which ends with NULL. */
static inline json_t *json_words(const char *const *words)
{
	json_t *all = json_array();

	for (; *words; words++)
		json_array_append_new(all, json_string(*words));
	return all;
}

#endif
