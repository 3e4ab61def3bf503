// SPDX-License-Identifier: GPL-2.0-only
/* mprotect of a whole mapping in one direction; the way back is not timed. */
#include "workload.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>

static const char *const directions[] = { "ro", "rw", NULL };

static const struct param mprotect_params[] = {
	{ .name = "to",
	  .unit = "",
	  .kind = PARAM_CHOICE,
	  .preset = "ro",
	  .choices = directions,
	  .help = "the protection that is timed: ro (from writable) or rw (from read-only)" },
	{ 0 }
};

enum {
	TIMED,
	BACK,
	WATCH, /* a device writes, which must not be while the slot may only be read */
	LOCKED /* it may only be read since the last operation */
};

static int mprotect_init(struct workspace *w)
{
	int to_ro = !strcmp(param_choice(w, "to"), "ro");
	int ret = slot_map(w);

	w->local[TIMED] = to_ro ? PROT_READ : PROT_READ | PROT_WRITE;
	w->local[BACK] = to_ro ? PROT_READ | PROT_WRITE : PROT_READ;
	w->local[WATCH] = to_ro && param_count(w, "accessors") && param_count(w, "access_write");
	if (!ret)
		slot_touch(w);
	return ret;
}

/* Pages are written while they can be, so that each operation finds the same page-table entries. */
static int mprotect_prep(struct workspace *w)
{
	if (w->local[LOCKED])
		w->stale += slot_changes(w);
	w->local[LOCKED] = w->local[WATCH];
	if (w->local[BACK] == PROT_READ)
		slot_touch(w);
	if (mprotect(w->slot, w->len, (int)w->local[BACK]))
		return -errno;
	if (w->local[BACK] != PROT_READ)
		slot_touch(w);
	return 0;
}

static int mprotect_op(struct workspace *w)
{
	return mprotect(w->slot, w->len, (int)w->local[TIMED]) ? -errno : 0;
}

const struct workload workload_mprotect = {
	.name = "mprotect",
	.help = "mprotect of a mapping of `pages` written pages",
	.events = { { "PROTECTION_VMA" } },
	.params = mprotect_params,
	.init = mprotect_init,
	.prep = mprotect_prep,
	.op = mprotect_op,
};
