// SPDX-License-Identifier: GPL-2.0-only
/* A hole is punched into a file that is mapped: its pages go from all mappings. */
#include "workload.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

enum {
	MEMFD /* the file */
};

static int punch_init(struct workspace *w)
{
	w->local[MEMFD] = memfd_create("punch", MFD_CLOEXEC);
	if (w->local[MEMFD] < 0 || ftruncate((int)w->local[MEMFD], (off_t)w->len))
		return -errno;
	return slot_map_file(w, (int)w->local[MEMFD], MAP_SHARED);
}

static int punch_prep(struct workspace *w)
{
	slot_discarded(w);
	slot_touch(w);
	return 0;
}

static int punch_op(struct workspace *w)
{
	return fallocate((int)w->local[MEMFD], FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0,
			 (off_t)w->len)
		       ? -errno
		       : 0;
}

static void punch_fini(struct workspace *w)
{
	close((int)w->local[MEMFD]);
}

const struct workload workload_punch = {
	.name = "punch",
	.help = "fallocate(FALLOC_FL_PUNCH_HOLE) of a shared file of `pages` written, mapped pages",
	.events = { { "CLEAR" } },
	.init = punch_init,
	.prep = punch_prep,
	.op = punch_op,
	.fini = punch_fini,
};
