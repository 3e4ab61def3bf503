// SPDX-License-Identifier: GPL-2.0-only
/* MADV_COLLAPSE: small pages are copied into a huge one. */
#include "workload.h"

#include <errno.h>
#include <sys/mman.h>

#include "huge.h"

/* Linux 6.1; glibc 2.36 does not know it. */
#ifndef MADV_COLLAPSE
#define MADV_COLLAPSE 25
#endif

static const char *collapse_lacks(const struct workspace *w)
{
	const char *reason = huge_lacks(w);

	if (reason)
		return reason;
	/* An unknown advice is refused before the address is looked at. */
	return madvise(w->slot, 0, MADV_COLLAPSE) ? "needs MADV_COLLAPSE (Linux 6.1)" : NULL;
}

static int collapse_init(struct workspace *w)
{
	return slot_map(w);
}

static int collapse_prep(struct workspace *w)
{
	if (madvise(w->slot, w->len, MADV_DONTNEED) || madvise(w->slot, w->len, MADV_NOHUGEPAGE))
		return -errno;
	slot_discarded(w);
	slot_touch(w);
	return madvise(w->slot, w->len, MADV_HUGEPAGE) ? -errno : 0;
}

/* Where no huge page is free, nothing was measured. */
static int collapse_op(struct workspace *w)
{
	if (!madvise(w->slot, w->len, MADV_COLLAPSE))
		return 0;
	if (errno != EAGAIN && errno != ENOMEM && errno != EBUSY)
		return -errno;
	w->missed++;
	return 0;
}

const struct workload workload_collapse = {
	.name = "collapse",
	.help = "madvise(MADV_COLLAPSE) of `pages` written pages, whole huge pages",
	.events = { { "CLEAR" } },
	.lacks = collapse_lacks,
	.huge = true,
	.init = collapse_init,
	.prep = collapse_prep,
	.op = collapse_op,
	.slow_ms = 150,
};
