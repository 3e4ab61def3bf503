/* SPDX-License-Identifier: GPL-2.0-only */
/* Fields of a JSON object, with the place in the file when one is not as it has to be. */
#ifndef ANALYSIS_READ_JSON_FIELD_H
#define ANALYSIS_READ_JSON_FIELD_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

/* Where something was read. @line 0: the file as a whole. */
struct place {
	const char *file;
	size_t line;
};

/* err_usage() with "FILE:LINE: " in front; control characters become '?'. */
int place_error(const struct place *place, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/*
 * The JSON document that the @len bytes at @text are, without an object that has a key twice; NULL with an error.
 * @place->line becomes that within @text, unless it was given.
 */
json_t *place_json(struct place *place, const char *text, size_t len);

enum {
	FIELD_NAME_LEN = 256
};

/* 1 to FIELD_NAME_LEN bytes, without control characters. */
bool field_is_name(const char *text);

enum field_type {
	FIELD_STRING,
	FIELD_NAME,   /* a string that is a name: see field_is_name() */
	FIELD_NUMBER, /* finite: JSON knows no other */
	FIELD_COUNT,  /* an integer, 0 or more */
	FIELD_BOOLEAN,
	FIELD_OBJECT,
	FIELD_ARRAY,
};

/* 0 when @value is a @type; otherwise an error that calls it @key. NULL is "missing". */
int field_check(const struct place *place, const json_t *value, const char *key,
		enum field_type type);

/*
 * Member @key of @object as *@value, which @object keeps owning. 0, or an error: missing, or
 * no @type.
 */
int field(const struct place *place, const json_t *object, const char *key, enum field_type type,
	  json_t **value);

/* The same for a member that may be missing: *@value is NULL then. */
int field_optional(const struct place *place, const json_t *object, const char *key,
		   enum field_type type, json_t **value);

#endif
