// SPDX-License-Identifier: GPL-2.0-only
/* Lines of samples.jsonl that cannot be read: they are counted and named, and do not stop the rest. */
#include "internal.h"

#include <stdio.h>
#include <string.h>

#include "util/err.h"

/* What the error says after "FILE:LINE: ", which is known. */
static const char *without_place(const struct place *place, const char *text)
{
	int len = snprintf(NULL, 0, "%s:%zu: ", place->file, place->line);

	return strlen(text) > (size_t)len ? text + len : text;
}

int damage_note(struct loader *l)
{
	struct run *run = l->run;
	const char *why = "";

	if (run->damaged < RUN_DAMAGES) {
		why = pool_copy(&run->pool, without_place(&l->place, err_text()));
		if (!why)
			return err_memory();
		run->damage[run->damaged] = (struct damage){ l->place.line, why };
	}
	run->damaged++;
	for (size_t i = 0; i < run->axes; i++)
		run->axis[i].count = l->values[i];
	err_clear();
	return 0;
}

int damage_check(struct loader *l)
{
	const struct run *run = l->run;
	const struct place first = { l->place.file, run->damage[0].line };

	if (run->samples || !run->damaged)
		return 0;
	if (run->damaged == 1)
		return place_error(&first, "%s", run->damage[0].why);
	return place_error(&first, "%s; none of the %zu lines can be read", run->damage[0].why,
			   run->damaged);
}
