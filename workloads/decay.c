// SPDX-License-Identifier: GPL-2.0-only
/* An allocator's decay: its dirty extents, spread over an arena, are given back in one burst. */
#include "workload.h"

#include <errno.h>
#include <sys/mman.h>

static const struct param decay_params[] = { { .name = "extent",
					       .unit = "",
					       .kind = PARAM_COUNT,
					       .preset = "4",
					       .min = 1,
					       .max = 65536,
					       .help = "pages of an extent; every other extent is "
						       "given back, each by a call of its own" },
					     { 0 } };

enum {
	EXTENT /* bytes */
};

static const char *decay_lacks(const struct workspace *w)
{
	size_t extent = (size_t)param_count(w, "extent") * w->page_size;

	return w->len < extent ? "needs pages of at least one extent" : NULL;
}

static int decay_init(struct workspace *w)
{
	w->local[EXTENT] = param_count(w, "extent") * (long long)w->page_size;
	return slot_map(w);
}

static int decay_prep(struct workspace *w)
{
	slot_touch(w);
	return 0;
}

static int decay_op(struct workspace *w)
{
	size_t extent = (size_t)w->local[EXTENT];

	for (size_t at = 0; at + extent <= w->len; at += 2 * extent)
		if (madvise(w->slot + at, extent, MADV_DONTNEED))
			return -errno;
	return 0;
}

const struct workload workload_decay = {
	.name = "decay",
	.help = "madvise(MADV_DONTNEED) of every other extent of `pages` written pages: a burst",
	.events = { { "CLEAR" } },
	.params = decay_params,
	.lacks = decay_lacks,
	.init = decay_init,
	.prep = decay_prep,
	.op = decay_op,
};
