// SPDX-License-Identifier: GPL-2.0-only
/* A device whose ranges come and go. */
#include "workload.h"

/* One page behind the slot, which is nobody's. */
static int track_op(struct workspace *w)
{
	return device_track(w, w->slot + w->len, w->page_size);
}

const struct workload load_track = {
	.name = "track",
	.help = "SECMMU_INSERT and SECMMU_REMOVE of one range",
	.op = track_op,
};
