// SPDX-License-Identifier: GPL-2.0-only
/* Nothing at all: what the engine itself costs. */
#include "workload.h"

static int null_op(struct workspace *w)
{
	(void)w;
	return 0;
}

const struct workload workload_null = {
	.name = "null",
	.help = "no operation: the engine's own cost",
	.op = null_op,
};
