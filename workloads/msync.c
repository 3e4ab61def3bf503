// SPDX-License-Identifier: GPL-2.0-only
/* msync of a shared file: pages are made clean, and so read-only, before they are written out. */
#include "workload.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/vfs.h>
#include <unistd.h>

enum {
	FILE_OF /* the file, which has no name */
};

/* Where temporary files go that outlive a reboot, and so lie on a disk where there is one. */
static const char folder[] = "/var/tmp";

/* These never write pages out. */
static bool is_memory(long type)
{
	return type == TMPFS_MAGIC || type == RAMFS_MAGIC;
}

static const char *msync_lacks(const struct workspace *w)
{
	struct statfs fs;

	(void)w;
	if (statfs(folder, &fs) || is_memory((long)fs.f_type))
		return "needs a file system on a disk at /var/tmp";
	return NULL;
}

static int msync_init(struct workspace *w)
{
	w->local[FILE_OF] = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	if (w->local[FILE_OF] < 0 || ftruncate((int)w->local[FILE_OF], (off_t)w->len))
		return -errno;
	return slot_map_file(w, (int)w->local[FILE_OF], MAP_SHARED);
}

static int msync_prep(struct workspace *w)
{
	slot_touch(w);
	return 0;
}

static int msync_op(struct workspace *w)
{
	return msync(w->slot, w->len, MS_SYNC) ? -errno : 0;
}

static void msync_fini(struct workspace *w)
{
	close((int)w->local[FILE_OF]);
}

const struct workload workload_msync = {
	.name = "msync",
	.help = "msync(MS_SYNC) of a shared file of `pages` written pages; needs a disk",
	.events = { { "PROTECTION_PAGE" } }, /* one for several pages, where they are a large folio */
	.lacks = msync_lacks,
	.needs = "disk",
	.init = msync_init,
	.prep = msync_prep,
	.op = msync_op,
	.fini = msync_fini,
};
