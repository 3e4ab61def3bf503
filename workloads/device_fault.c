// SPDX-License-Identifier: GPL-2.0-only
/* A device that faults: page after page of a worker's slot. */
#include "workload.h"

#include <errno.h>

enum {
	NEXT,  /* page */
	PAGES, /* of a fault */
	WRITE
};

static int fault_init(struct workspace *w)
{
	w->local[PAGES] = param_count(w, "fault_pages");
	w->local[WRITE] = param_count(w, "fault_write");
	return 0;
}

/* What is not mapped at the moment, and collisions without end, are counted by the device. */
static int fault_op(struct workspace *w)
{
	size_t pages = w->len / w->page_size, first = (size_t)w->local[NEXT];
	size_t count = (size_t)w->local[PAGES];
	int ret;

	if (count > pages - first)
		count = pages - first;
	ret = device_fault(w, first, count, w->local[WRITE]);
	w->local[NEXT] = (long long)((first + count) % pages);
	return ret == -EFAULT || ret == -EBUSY || ret == -ETIMEDOUT ? 0 : ret;
}

const struct workload load_fault = {
	.name = "fault",
	.help = "SECMMU_FAULT of `fault_pages` pages of a slot",
	.init = fault_init,
	.op = fault_op,
};
