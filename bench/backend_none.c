// SPDX-License-Identifier: GPL-2.0-only
/* Nobody subscribes: the control that needs no module. */
#include "backend.h"

#include <string.h>

#include "arena.h"

static int none_attach(const struct point *point, enum select select, const struct arena *arena,
		       void **state)
{
	(void)point;
	(void)select;
	(void)arena;
	*state = NULL;
	return 0;
}

/* Was it measured, or has it a reason of its own? */
static bool is_known(const struct record *record, const char *name)
{
	return json_object_get(record->metrics, name) || json_object_get(record->absent, name);
}

/* All that is not the operation's own, or of those beside it, would come from a subscriber. */
static int none_read(void *state, struct record *record, double seconds)
{
	const struct metric *m;

	(void)state;
	(void)seconds;
	for (size_t i = 0; (m = metric_at(i)); i++)
		if (strncmp(m->name, "op.", 3) && !is_known(record, m->name))
			record_absent(record, m->name, "nobody is subscribed");
	return 0;
}

const struct backend backend_none = {
	.name = "none",
	.attach = none_attach,
	.read = none_read,
};
