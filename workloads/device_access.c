// SPDX-License-Identifier: GPL-2.0-only
/* A device that reads memory by its translations, and knows what it must not see. */
#include "workload.h"

#include <errno.h>
#include <stdatomic.h>

enum {
	NEXT /* page */
};

/*
 * The order matters: what is dead is read before the access, what was written after it. In between,
 * a page may have been given back and written anew, but its stamp then lies between the two.
 */
static int access_op(struct workspace *w)
{
	size_t page = (size_t)w->local[NEXT];
	unsigned long long dead = atomic_load(&w->stamps->dead), stamp = 0;
	int ret = device_read(w, page * w->page_size, &stamp, sizeof(stamp));

	w->local[NEXT] = (long long)((page + 1) % (w->len / w->page_size));
	if (ret == -EFAULT || ret == -EBUSY || ret == -ETIMEDOUT)
		return 0;
	if (!ret && stamp && (stamp <= dead || stamp > atomic_load(&w->stamps->written)))
		w->stale++;
	return ret;
}

const struct workload load_access = {
	.name = "access",
	.help = "SECMMU_ACCESS: reads the first bytes of a page of a slot, and checks them",
	.op = access_op,
};
