// SPDX-License-Identifier: GPL-2.0-only
#include "sample_counts.h"

#include <stdlib.h>
#include <string.h>

#include "analysis/text/text.h"

/* Why the last sample of a point was the last: as results have it, and in words. */
static const struct {
	const char *why, *words;
} reasons[] = {
	{ "repeats", "as many as asked for" },
	{ "precise", "precise enough" },
	{ "most", "the most, and not precise enough" },
	{ "skipped", "skipped" },
	{ "", "cut short" },
};

enum {
	REASONS = sizeof(reasons) / sizeof(reasons[0])
};

/* The points of one reason: how many, and how many samples they have. */
struct kind {
	size_t points, least, most;
};

static const char *reason_of(const struct point *p)
{
	for (size_t i = p->count; i-- > 0;)
		if (*p->sample[i]->last)
			return p->sample[i]->last;
	return "";
}

static void count_point(struct kind kinds[REASONS], const struct point *p)
{
	for (size_t i = 0; i < REASONS; i++) {
		struct kind *kind = &kinds[i];

		if (strcmp(reasons[i].why, reason_of(p)))
			continue;
		if (!kind->points || p->count < kind->least)
			kind->least = p->count;
		if (p->count > kind->most)
			kind->most = p->count;
		kind->points++;
	}
}

static void print_kind(FILE *out, const struct kind *kind, const char *words, const char *before)
{
	fprintf(out, "%s%zu point%s with %zu", before, kind->points, kind->points == 1 ? "" : "s",
		kind->least);
	if (kind->most > kind->least)
		fprintf(out, " to %zu", kind->most);
	fprintf(out, ", %s", words);
}

/* Results of before there were reasons have none, and were not cut short for that. */
static bool has_reasons(const struct grid *grid)
{
	for (size_t i = 0; i < grid->points; i++)
		if (*reason_of(&grid->point[i]))
			return true;
	return false;
}

static void print_kinds(FILE *out, const struct grid *grid)
{
	struct kind kinds[REASONS] = { 0 };
	const char *before = "samples: ";

	for (size_t i = 0; i < grid->points; i++)
		count_point(kinds, &grid->point[i]);
	for (size_t i = 0; i < REASONS; i++) {
		if (!kinds[i].points)
			continue;
		print_kind(out, &kinds[i], reasons[i].words, before);
		before = "; ";
	}
}

void enough_print(FILE *out, const struct grid *grid)
{
	size_t size;
	char *line = NULL;
	FILE *words;

	if (grid->run->status == RUN_COMPLETE && !has_reasons(grid))
		return;
	words = open_memstream(&line, &size);
	if (!words)
		return;
	print_kinds(words, grid);
	fclose(words);
	text_wrap(out, line, 4);
	free(line);
}
