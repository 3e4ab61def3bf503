// SPDX-License-Identifier: GPL-2.0-only
/* Nobody subscribes: the control that needs no module. */
#include "backend.h"

#include "arena.h"

static const char *const callback_hists[] = { "cb.start", "cb.end" };

static int none_attach(const struct point *point, enum select select, const struct arena *arena,
		       void **state)
{
	(void)point;
	(void)select;
	(void)arena;
	*state = NULL;
	return 0;
}

static int none_read(void *state, struct record *record, double seconds)
{
	static const struct loghist empty;

	(void)state;
	(void)seconds;
	for (size_t i = 0; i < sizeof(callback_hists) / sizeof(callback_hists[0]); i++)
		record_hist(record, callback_hists[i], &empty, "nobody is subscribed");
	return 0;
}

const struct backend backend_none = {
	.name = "none",
	.attach = none_attach,
	.read = none_read,
};
