// SPDX-License-Identifier: GPL-2.0-only
/* The INI form of a suite: which key stands in which section, and on which line. */
#include "suite_parts.h"

#include <errno.h>
#include <ini.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/err.h"

/* inih hands over keys without their line, so the lines are counted where they are read. */
struct parser {
	struct suite *suite;
	const char *rest; /* of suite->text */
	int line;
	bool failed;
};

static int open_section(struct suite *suite, const char *name, const char *where,
			struct section **found)
{
	struct section *section;

	if (!strcmp(name, "global")) {
		*found = suite->global;
		return 0;
	}
	if (!*name)
		return err_usage("%s: a section has no name, or a key stands before the first",
				 where);
	for (size_t i = 0; i < suite->section_count; i++) {
		*found = suite->sections[i];
		if (!strcmp((*found)->name, name))
			return 0;
	}
	if (suite->section_count == SECTIONS)
		return err_usage("%s: a suite has at most %d sections", where, SECTIONS);
	section = calloc(1, sizeof(*section));
	if (!section)
		return err_memory();
	snprintf(section->name, sizeof(section->name), "%s", name);
	suite->sections[suite->section_count++] = section;
	*found = section;
	return 0;
}

/* As ini_handler wants it: 1 to go on. Only the first error counts. */
static int on_key(void *arg, const char *section_name, const char *key, const char *values)
{
	struct parser *p = arg;
	struct section *section = NULL;
	char where[PATH_MAX + 16];

	snprintf(where, sizeof(where), "%s:%d", p->suite->path, p->line);
	if (p->failed)
		return 0;
	p->failed = open_section(p->suite, section_name, where, &section) ||
		    suite_set(p->suite, section, key, values, p->line, where);
	return !p->failed;
}

/* inih does not tell of a section without keys, which has all from [global]. */
static void open_header(struct parser *p, const char *line)
{
	const char *end = strchr(line, ']');
	char where[PATH_MAX + 16], name[SUITE_NAME_LEN];
	struct section *section;

	if (*line != '[' || !end || p->failed)
		return;
	snprintf(where, sizeof(where), "%s:%d", p->suite->path, p->line);
	if (end - line > SUITE_NAME_LEN - 1) {
		p->failed = true;
		err_usage("%s: a section's name has at most %d characters", where,
			  SUITE_NAME_LEN - 2);
		return;
	}
	snprintf(name, sizeof(name), "%.*s", (int)(end - line - 1), line + 1);
	p->failed = open_section(p->suite, name, where, &section);
}

/* As ini_reader wants it: like fgets(). */
static char *next_line(char *line, int size, void *arg)
{
	struct parser *p = arg;
	size_t len = strcspn(p->rest, "\n");

	if (!*p->rest)
		return NULL;
	p->line++;
	if (len + 2 > (size_t)size) {
		if (!p->failed)
			err_usage("%s:%d: a line has at most %d characters", p->suite->path,
				  p->line, size - 2);
		p->failed = true;
		return NULL;
	}
	len += p->rest[len] == '\n';
	memcpy(line, p->rest, len);
	line[len] = '\0';
	p->rest += len;
	open_header(p, line);
	return line;
}

int suite_parse(struct suite *suite)
{
	struct parser p = { .suite = suite, .rest = suite->text };
	int line = ini_parse_stream(next_line, &p, on_key, &p);

	if (p.failed)
		return -EINVAL;
	if (line)
		return err_usage("%s:%d: this line is neither a [section] nor KEY = VALUES",
				 suite->path, line);
	return 0;
}
