// SPDX-License-Identifier: GPL-2.0-only
#include "fuzz.h"

#include <dirent.h>
#include <limits.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "util/control.h"
#include "util/err.h"

void require(bool holds, const char *format, ...)
{
	va_list args;

	if (holds)
		return;
	fputs("does not hold: ", stderr);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	abort();
}

bool accepted(int ret)
{
	enum exit_code code = err_exit_code();
	char sentence[1024];

	snprintf(sentence, sizeof(sentence), "%s", err_text());
	err_clear();
	require(ret <= 0, "%d is neither 0 nor an errno", ret);
	require((ret == 0) == (code == EXIT_FINE), "returned %d, with exit code %d (%s)", ret, code,
		sentence);
	if (!ret)
		return true;
	require(code == EXIT_USAGE || code == EXIT_SETUP || code == EXIT_UNTRUSTED,
		"exit code %d (%s)", code, sentence);
	require(sentence[0] && !control_in(sentence), "no sentence: \"%s\"", sentence);
	return false;
}

char *text_of(const uint8_t *data, size_t size)
{
	char *text = size ? strndup((const char *)data, size) : strdup("");

	require(text, "memory is out");
	return text;
}

void require_plain(const char *what, const char *text)
{
	char *flat = strdup(text);

	for (char *c = flat; *c; c++)
		if (*c == '\n' || *c == '\t')
			*c = ' ';
	require(!control_in(flat), "%s has a control character: %s", what, text);
	free(flat);
}

/* The end of the field at @text; RFC 4180. */
static const char *csv_field(const char *text)
{
	if (*text != '"')
		return text + strcspn(text, ",\n\"");
	for (text++; *text; text++) {
		if (*text == '"' && text[1] == '"')
			text++;
		else if (*text == '"')
			return text + 1;
	}
	return text;
}

void require_csv(const char *text)
{
	size_t fields = 0, first = 0;

	while (*text) {
		text = csv_field(text);
		fields++;
		require(*text == ',' || *text == '\n', "a field ends in \"%.20s\"", text);
		if (*text++ == ',')
			continue;
		if (!first)
			first = fields;
		require(fields == first, "a row has %zu fields, the first %zu", fields, first);
		fields = 0;
	}
	require(fields == 0, "the last row does not end");
}

static char scratch_path[64];

static void remove_scratch(void)
{
	remove_folder(scratch_path);
}

const char *scratch(void)
{
	if (scratch_path[0])
		return scratch_path;
	strcpy(scratch_path, "/dev/shm/shootdown-fuzz-XXXXXX");
	if (!mkdtemp(scratch_path)) {
		strcpy(scratch_path, "/tmp/shootdown-fuzz-XXXXXX");
		require(mkdtemp(scratch_path), "no folder %s", scratch_path);
	}
	atexit(remove_scratch);
	return scratch_path;
}

char *contents(const char *folder, const char *name)
{
	char path[PATH_MAX], *text = NULL;
	size_t size = 0;
	FILE *in;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	in = fopen(path, "re");
	if (!in || getdelim(&text, &size, '\0', in) < 0) {
		free(text);
		text = strdup("");
	}
	if (in)
		fclose(in);
	return text;
}

void put_contents(const char *folder, const char *name, const void *data, size_t size)
{
	char path[PATH_MAX];
	FILE *out;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	out = fopen(path, "we");
	require(out, "cannot write %s", path);
	fwrite(data, 1, size, out);
	fclose(out);
}

static void remove_files(const char *folder)
{
	DIR *dir = opendir(folder);
	struct dirent *entry;

	while (dir && (entry = readdir(dir))) {
		char path[PATH_MAX];

		snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
		if (entry->d_type != DT_DIR)
			unlink(path);
	}
	if (dir)
		closedir(dir);
}

void remove_folder(const char *folder)
{
	DIR *dir = opendir(folder);
	struct dirent *entry;

	while (dir && (entry = readdir(dir))) {
		char path[PATH_MAX];

		if (entry->d_type != DT_DIR || entry->d_name[0] == '.')
			continue;
		snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
		remove_files(path);
		rmdir(path);
	}
	if (dir)
		closedir(dir);
	remove_files(folder);
	rmdir(folder);
}

struct run_input run_input(const uint8_t *data, size_t size)
{
	const uint8_t *nul = size ? memchr(data, '\0', size) : NULL;
	struct run_input input = { .head = (const char *)data, .head_len = size };

	if (!nul)
		return input;
	input.head_len = (size_t)(nul - data);
	input.lines = (const char *)nul + 1;
	input.lines_len = size - input.head_len - 1;
	return input;
}
