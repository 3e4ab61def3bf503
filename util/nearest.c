// SPDX-License-Identifier: GPL-2.0-only
#include "nearest.h"

#include <stdio.h>
#include <string.h>

enum {
	LONGEST = 63
};

static size_t min3(size_t a, size_t b, size_t c)
{
	size_t least = a < b ? a : b;

	return least < c ? least : c;
}

/* Levenshtein's distance with one row, V. I. Levenshtein 1966; words are cut at LONGEST. */
static size_t distance(const char *a, const char *b)
{
	size_t row[LONGEST + 1];
	size_t a_len = strnlen(a, LONGEST), b_len = strnlen(b, LONGEST);

	for (size_t j = 0; j <= b_len; j++)
		row[j] = j;
	for (size_t i = 1; i <= a_len; i++) {
		size_t diagonal = row[0];

		row[0] = i;
		for (size_t j = 1; j <= b_len; j++) {
			size_t above = row[j];

			row[j] = min3(above + 1, row[j - 1] + 1, diagonal + (a[i - 1] != b[j - 1]));
			diagonal = above;
		}
	}
	return row[b_len];
}

const char *nearest(const char *word, const char *const *names, size_t count)
{
	size_t best = strnlen(word, LONGEST) / 2 + 1;
	const char *found = NULL;

	for (size_t i = 0; i < count; i++) {
		size_t d = distance(word, names[i]);

		if (d < best) {
			best = d;
			found = names[i];
		}
	}
	return found;
}

void nearest_keep(char *best, size_t size, const char *word, const char *name)
{
	const char *const both[] = { best, name };

	if (nearest(word, both, 2) == name)
		snprintf(best, size, "%s", name);
}
