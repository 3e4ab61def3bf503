// SPDX-License-Identifier: GPL-2.0-only
/* A device that reads memory by its translations, knows what it must not see, and may write as well. */
#include "workload.h"

#include <errno.h>
#include <stdatomic.h>

enum {
	NEXT,   /* page */
	WRITES, /* after each read */
	COUNT   /* of them: what is written */
};

static int access_init(struct workspace *w)
{
	w->local[WRITES] = param_count(w, "access_write");
	return 0;
}

static int read_stamp(struct workspace *w, size_t page)
{
	unsigned long long dead = atomic_load(&w->stamps->dead), stamp = 0;
	int ret = device_read(w, page * w->page_size, &stamp, sizeof(stamp));

	w->stale += !ret && slot_is_stale(w, dead, stamp);
	return ret;
}

/* Memory that comes and goes, or may not be written, is no error of the device's. */
static int access_op(struct workspace *w)
{
	size_t page = (size_t)w->local[NEXT];
	int ret = read_stamp(w, page);

	if (!ret && w->local[WRITES]) {
		w->local[COUNT]++;
		ret = device_write(w, page * w->page_size + SLOT_DEVICE_WORD, &w->local[COUNT],
				   sizeof(w->local[COUNT]));
	}
	w->local[NEXT] = (long long)((page + 1) % (w->len / w->page_size));
	return ret == -EFAULT || ret == -EBUSY || ret == -ETIMEDOUT ? 0 : ret;
}

const struct workload load_access = {
	.name = "access",
	.help = "SECMMU_ACCESS: reads the first bytes of a page of a slot, and checks them; with "
		"`access_write`, writes the next ones",
	.init = access_init,
	.op = access_op,
};
