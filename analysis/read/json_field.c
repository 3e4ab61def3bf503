// SPDX-License-Identifier: GPL-2.0-only
#include "json_field.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "util/control.h"
#include "util/err.h"

int place_error(const struct place *place, const char *format, ...)
{
	char what[512];
	va_list args;

	va_start(args, format);
	vsnprintf(what, sizeof(what), format, args);
	va_end(args);
	if (place->line == 0)
		return err_usage("%s: %s", place->file, what);
	return err_usage("%s:%zu: %s", place->file, place->line, what);
}

#define TYPE(type) (1u << (type))

static const struct {
	unsigned int types;
	const char *wanted;
} kinds[] = {
	[FIELD_STRING] = { TYPE(JSON_STRING), "a string" },
	[FIELD_NAME] = { TYPE(JSON_STRING), "a string of 1 to 256 printable characters" },
	[FIELD_NUMBER] = { TYPE(JSON_INTEGER) | TYPE(JSON_REAL), "a number" },
	[FIELD_COUNT] = { TYPE(JSON_INTEGER), "an integer of 0 or more" },
	[FIELD_BOOLEAN] = { TYPE(JSON_TRUE) | TYPE(JSON_FALSE), "true or false" },
	[FIELD_OBJECT] = { TYPE(JSON_OBJECT), "an object" },
	[FIELD_ARRAY] = { TYPE(JSON_ARRAY), "an array" },
};

json_t *place_json(struct place *place, const char *text, size_t len)
{
	json_error_t error = { .text = "a NUL byte" };
	/* jansson passes over one behind a number. */
	json_t *root = memchr(text, '\0', len)
			       ? NULL
			       : json_loadb(text, len, JSON_REJECT_DUPLICATES, &error);

	if (root)
		return root;
	if (!place->line && error.line > 0)
		place->line = (size_t)error.line;
	place_error(place, "not JSON: %s", error.text);
	return NULL;
}

bool field_is_name(const char *text)
{
	return text[0] && strlen(text) <= FIELD_NAME_LEN && !control_in(text);
}

static bool is_kind(const json_t *value, enum field_type type)
{
	if (!(kinds[type].types & TYPE(json_typeof(value))))
		return false;
	if (type == FIELD_NAME)
		return field_is_name(json_string_value(value));
	return type != FIELD_COUNT || json_integer_value(value) >= 0;
}

int field_check(const struct place *place, const json_t *value, const char *key,
		enum field_type type)
{
	if (!value)
		return place_error(place, "\"%s\" is missing", key);
	if (!is_kind(value, type))
		return place_error(place, "\"%s\" is not %s", key, kinds[type].wanted);
	return 0;
}

int field(const struct place *place, const json_t *object, const char *key, enum field_type type,
	  json_t **value)
{
	*value = json_object_get(object, key);
	return field_check(place, *value, key, type);
}

int field_optional(const struct place *place, const json_t *object, const char *key,
		   enum field_type type, json_t **value)
{
	*value = json_object_get(object, key);
	return *value ? field_check(place, *value, key, type) : 0;
}
