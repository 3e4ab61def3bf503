// SPDX-License-Identifier: GPL-2.0-only
#include "device_prep.h"

#include <errno.h>
#include <stddef.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <string.h>

#include "bench/loop/worker.h"
#include "util/clock.h"

static struct worker *worker_of(struct workspace *w)
{
	return (struct worker *)((char *)w - offsetof(struct worker, space));
}

/* Only beside operations that are timed; the others prepare them. */
static void keep(struct workspace *w, uint64_t took)
{
	struct worker *worker = worker_of(w);

	if (worker->timing)
		loghist_record(worker->ready_hist, took);
}

/* What is not mapped, or may not be written, is no error of the device's. */
static int excused(int ret)
{
	return ret == -EFAULT || ret == -EBUSY || ret == -ETIMEDOUT ? 0 : ret;
}

/*
 * By what the device has: page by page, each fault is of one page, so its translations are small. Where
 * pages are huge it then faults in all at once, which gives it a huge translation for the operation to
 * take away.
 */
static int use_pages(struct workspace *w, bool write)
{
	bool huge = w->thp || worker_of(w)->workload->huge;
	unsigned long long dead = atomic_load(&w->stamps->dead), word = 0;
	int ret = 0;

	for (size_t at = 0; !ret && at < w->len; at += w->page_size) {
		ret = write ? device_write(w, at + SLOT_DEVICE_WORD, &word, sizeof(word))
			    : device_read(w, at, &word, sizeof(word));
		w->stale += !ret && !write && slot_is_stale(w, dead, word);
		ret = excused(ret);
	}
	if (!ret && huge)
		ret = excused(device_fault(w, 0, w->len / w->page_size, write));
	return ret;
}

static int use_all(struct workspace *w, bool write)
{
	uint64_t from = clock_cycles();
	int ret = use_pages(w, write);

	keep(w, clock_cycles() - from);
	return ret;
}

static int read_all(struct workspace *w)
{
	return use_all(w, false);
}

static int write_all(struct workspace *w)
{
	return use_all(w, true);
}

int (*ready_wanted(const struct point *point))(struct workspace *w)
{
	const char *word = point_value(point, "ready")->text;

	if (!strcmp(word, "no"))
		return NULL;
	return strcmp(word, "read") ? write_all : read_all;
}
