// SPDX-License-Identifier: GPL-2.0-only
/* move_pages(2) of a span to another node, and back with the next operation. */
#include "workload.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "machine.h"

enum {
	NODE,   /* where the pages are to go next: 0 or 1, into machine_nodes() */
	TARGET, /* address of an array: for each page, the node */
	STATUS, /* address of an array: for each page, what became of it */
	PAGES   /* address of an array: the pages */
};

static int move_pages_init(struct workspace *w)
{
	size_t count = w->len / w->page_size;
	void **pages = calloc(count, sizeof(*pages));

	w->local[TARGET] = (long long)calloc(count, sizeof(int));
	w->local[STATUS] = (long long)calloc(count, sizeof(int));
	w->local[PAGES] = (long long)pages;
	if (!w->local[TARGET] || !w->local[STATUS] || !pages)
		return -ENOMEM;
	for (size_t i = 0; i < count; i++)
		pages[i] = w->slot + i * w->page_size;
	return slot_map(w);
}

static int move_pages_prep(struct workspace *w)
{
	int *target = (int *)w->local[TARGET], nodes[2];

	machine_nodes(nodes);
	for (size_t i = 0; i < w->len / w->page_size; i++)
		target[i] = nodes[w->local[NODE]];
	w->local[NODE] ^= 1;
	slot_touch(w);
	return 0;
}

static int move_pages_op(struct workspace *w)
{
	long left = syscall(SYS_move_pages, 0, w->len / w->page_size, w->local[PAGES],
			    w->local[TARGET], w->local[STATUS], MPOL_MF_MOVE);

	w->missed += left > 0;
	return left < 0 ? -errno : 0;
}

static void move_pages_fini(struct workspace *w)
{
	free((void *)w->local[TARGET]);
	free((void *)w->local[STATUS]);
	free((void *)w->local[PAGES]);
}

const struct workload workload_move_pages = {
	.name = "move_pages",
	.help = "move_pages of `pages` written pages to another node; needs two",
	.events = { { "CLEAR", AT_TIMES } },
	.lacks = machine_lacks_nodes,
	.init = move_pages_init,
	.prep = move_pages_prep,
	.op = move_pages_op,
	.fini = move_pages_fini,
};
