// SPDX-License-Identifier: GPL-2.0-only
/* Nobody subscribes: the control that needs no module. */
#include "backend.h"

#include "bench/loop/arena.h"

static int none_attach(const struct point *point, enum select select, const struct arena *arena,
		       void **state)
{
	(void)point;
	(void)select;
	(void)arena;
	*state = NULL;
	return 0;
}

const struct backend backend_none = {
	.name = "none",
	.silent = "nobody is subscribed",
	.attach = none_attach,
};
