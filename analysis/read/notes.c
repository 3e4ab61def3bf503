// SPDX-License-Identifier: GPL-2.0-only
#include "notes.h"

#include <string.h>

/* More are no help to a reader, and a result that was made up may have one for each sample. */
enum {
	KINDS = 16
};

struct kind {
	const char *note;
	const struct sample *first;
	const struct sample *last; /* a sample counts once */
	size_t count;
};

size_t notes_kind(const char *note)
{
	return strcspn(note, ":");
}

static bool is_alike(const char *a, const char *b)
{
	size_t len = notes_kind(a);

	return len == notes_kind(b) && !strncmp(a, b, len);
}

static void add(struct kind kinds[KINDS], size_t *count, const struct sample *s, const char *note)
{
	size_t i = 0;

	while (i < *count && !is_alike(kinds[i].note, note))
		i++;
	if (i == KINDS)
		return;
	if (i == *count)
		kinds[(*count)++] = (struct kind){ note, s, NULL, 0 };
	kinds[i].count += kinds[i].last != s;
	kinds[i].last = s;
}

void notes_each(const struct run *run,
		void (*each)(void *arg, const char *note, const struct sample *first, size_t count),
		void *arg)
{
	struct kind kinds[KINDS];
	size_t count = 0;

	for (size_t i = 0; i < run->samples; i++)
		for (size_t n = 0; n < run->sample[i].notes; n++)
			if (run->sample[i].status == SAMPLE_OK)
				add(kinds, &count, &run->sample[i], run->sample[i].note[n]);
	for (size_t i = 0; i < count; i++)
		each(arg, kinds[i].note, kinds[i].first, kinds[i].count);
}
