// SPDX-License-Identifier: GPL-2.0-only
/* The INI form of a suite: which key stands in which section, and on which line. */
#include "internal.h"

#include <errno.h>
#include <ini.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/err.h"

enum {
	INIH_NAME_LEN = 49 /* inih cuts a longer name of a section */
};

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

/* What may follow a section's header. */
static bool is_comment(const char *text)
{
	text += strspn(text, " \t\r\n");
	return !*text || strchr(";#", *text);
}

static int read_header(struct parser *p, const char *line, const char *where)
{
	const char *end = strchr(line, ']');
	char name[INIH_NAME_LEN + 1];
	struct section *section;

	if (!end || !is_comment(end + 1))
		return err_usage("%s: a section's header is not of the form [NAME]", where);
	if (end - line - 1 > INIH_NAME_LEN)
		return err_usage("%s: a section's name has at most %d characters", where,
				 INIH_NAME_LEN);
	snprintf(name, sizeof(name), "%.*s", (int)(end - line - 1), line + 1);
	if (!suite_is_text(name))
		return err_usage("%s: a section's name has a control character", where);
	return open_section(p->suite, name, where, &section);
}

/*
 * What inih does not tell of: a section without keys, which has all from [global]. And what it takes
 * for more of the line before: a line that is indented.
 */
static void check_line(struct parser *p, const char *line)
{
	char where[PATH_MAX + 16];

	if (p->failed)
		return;
	snprintf(where, sizeof(where), "%s:%d", p->suite->path, p->line);
	if (*line == '[')
		p->failed = read_header(p, line, where);
	else if (strchr(" \t", *line) && !is_comment(line))
		p->failed = err_usage("%s: a line begins with a blank; a list stands on one line",
				      where);
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
	check_line(p, line);
	return line;
}

int suite_parse(struct suite *suite)
{
	static const char mark[] = "\xef\xbb\xbf"; /* of UTF-8, which some editors write */
	struct parser p = { .suite = suite, .rest = suite->text };
	int line;

	if (!strncmp(p.rest, mark, strlen(mark)))
		p.rest += strlen(mark);
	line = ini_parse_stream(next_line, &p, on_key, &p);
	if (p.failed)
		return -EINVAL;
	if (line)
		return err_usage("%s:%d: this line is neither a [section] nor KEY = VALUES",
				 suite->path, line);
	return 0;
}
