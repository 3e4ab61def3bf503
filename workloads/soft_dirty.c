// SPDX-License-Identifier: GPL-2.0-only
/* clear_refs: from now on the kernel is to note which pages are written, so all become read-only. */
#include "workload.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

enum {
	FILE_OF /* /proc/self/clear_refs */
};

static const char *soft_dirty_lacks(const struct workspace *w)
{
	int fd = open("/proc/self/clear_refs", O_WRONLY | O_CLOEXEC);
	bool can = fd >= 0 && write(fd, "4", 1) == 1;

	(void)w;
	if (fd >= 0)
		close(fd);
	return can ? NULL : "needs /proc/self/clear_refs (CONFIG_PROC_PAGE_MONITOR)";
}

static int soft_dirty_init(struct workspace *w)
{
	w->local[FILE_OF] = open("/proc/self/clear_refs", O_WRONLY | O_CLOEXEC);
	return w->local[FILE_OF] < 0 ? -errno : slot_map(w);
}

static int soft_dirty_prep(struct workspace *w)
{
	slot_touch(w);
	return 0;
}

/* To all of the address space, also where it has no pages. */
static int soft_dirty_op(struct workspace *w)
{
	return write((int)w->local[FILE_OF], "4", 1) == 1 ? 0 : -errno;
}

static void soft_dirty_fini(struct workspace *w)
{
	close((int)w->local[FILE_OF]);
}

const struct workload workload_soft_dirty = {
	.name = "soft_dirty",
	.help = "a write of 4 to clear_refs, with `pages` written pages: soft-dirty tracking",
	.events = { { "SOFT_DIRTY" } },
	.lacks = soft_dirty_lacks,
	.init = soft_dirty_init,
	.prep = soft_dirty_prep,
	.op = soft_dirty_op,
	.fini = soft_dirty_fini,
};
