// SPDX-License-Identifier: GPL-2.0-only
#include "tlb_flush.h"

#include <errno.h>
#include <sys/mman.h>
#include <unistd.h>

#include "workload.h"

enum {
	NEXT, /* offset of the page */
	FLAGS,
	MEMFD /* -1: there is none */
};

static int map(const struct workspace *w)
{
	if (w->local[MEMFD] < 0)
		return slot_map(w);
	return slot_map_file(w, (int)w->local[MEMFD], (int)w->local[FLAGS]);
}

int tlb_flush_init(struct workspace *w, int map_flags)
{
	w->local[NEXT] = 0;
	w->local[FLAGS] = map_flags;
	w->local[MEMFD] = -1;
	if (!(map_flags & MAP_ANONYMOUS)) {
		w->local[MEMFD] = memfd_create("tlb_flush", MFD_CLOEXEC);
		if (w->local[MEMFD] < 0 || ftruncate((int)w->local[MEMFD], (off_t)w->len))
			return -errno;
	}
	return map(w);
}

int tlb_flush_prep(struct workspace *w)
{
	if ((size_t)w->local[NEXT] < w->len)
		return 0;
	w->local[NEXT] = 0;
	return munmap(w->slot, w->len) ? -errno : map(w);
}

int tlb_flush_op(struct workspace *w, int kept)
{
	volatile char *page = w->slot + w->local[NEXT];

	*page = 1;
	if (madvise(w->slot + w->local[NEXT], w->page_size, MADV_DONTNEED))
		return -errno;
	w->local[NEXT] += (long long)w->page_size;
	return *page == kept ? 0 : -EIO;
}

void tlb_flush_fini(struct workspace *w)
{
	if (w->local[MEMFD] >= 0)
		close((int)w->local[MEMFD]);
}
