// SPDX-License-Identifier: GPL-2.0-only
/* The command that made a run, as it has to be typed to make it again. */
#include "internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/control.h"
#include "util/err.h"

/* Does the shell take @word as it is? */
static bool is_plain_word(const char *word)
{
	return *word && !word[strspn(word, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
					   "0123456789_-+=.,:/%@")];
}

/* As it has to be typed: in single quotes, a single quote itself outside of them. */
static void put_word(FILE *out, const char *word)
{
	if (is_plain_word(word)) {
		fputs(word, out);
		return;
	}
	fputc('\'', out);
	for (; *word; word++)
		fputs(*word == '\'' ? "'\\''" : (const char[]){ *word, 0 }, out);
	fputc('\'', out);
}

static int keep_command(struct run *run, const json_t *words)
{
	const json_t *word;
	char *line = NULL, *kept;
	size_t i, size;
	FILE *out = open_memstream(&line, &size);

	if (!out)
		return err_memory();
	json_array_foreach (words, i, word) {
		fputs(i ? " " : "", out);
		put_word(out, json_string_value(word));
	}
	fclose(out);
	kept = pool_copy(&run->pool, line);
	free(line);
	if (!kept)
		return err_memory();
	control_clean(kept);
	run->command = kept;
	return 0;
}

int run_read_command(const struct place *place, struct run *run, const json_t *root)
{
	json_t *words, *word;
	size_t i;
	int ret = field_optional(place, root, "command", FIELD_ARRAY, &words);

	run->command = "";
	if (ret || !words)
		return ret;
	json_array_foreach (words, i, word) {
		ret = field_check(place, word, "command", FIELD_STRING);
		if (ret)
			return ret;
	}
	return keep_command(run, words);
}
