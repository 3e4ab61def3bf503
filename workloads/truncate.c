// SPDX-License-Identifier: GPL-2.0-only
/* A file that is mapped is cut to nothing: its pages go from all mappings. */
#include "workload.h"

#include <errno.h>
#include <sys/mman.h>
#include <unistd.h>

enum {
	MEMFD /* the file */
};

static int truncate_init(struct workspace *w)
{
	w->local[MEMFD] = memfd_create("truncate", MFD_CLOEXEC);
	return w->local[MEMFD] < 0 ? -errno : slot_map_file(w, (int)w->local[MEMFD], MAP_SHARED);
}

static int truncate_prep(struct workspace *w)
{
	if (ftruncate((int)w->local[MEMFD], (off_t)w->len))
		return -errno;
	slot_discarded(w);
	slot_touch(w);
	return 0;
}

static int truncate_op(struct workspace *w)
{
	return ftruncate((int)w->local[MEMFD], 0) ? -errno : 0;
}

static void truncate_fini(struct workspace *w)
{
	close((int)w->local[MEMFD]);
}

const struct workload workload_truncate = {
	.name = "truncate",
	.help = "ftruncate to nothing of a shared file of `pages` written, mapped pages",
	.events = { { "CLEAR" } },
	.init = truncate_init,
	.prep = truncate_prep,
	.op = truncate_op,
	.fini = truncate_fini,
};
