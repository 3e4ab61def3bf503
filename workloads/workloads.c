// SPDX-License-Identifier: GPL-2.0-only
/* Which workloads there are, and what they share: their slot of memory. */
#include "workload.h"

#include <errno.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>

#define WORKLOAD(name) extern const struct workload workload_##name;
#include "workloads.def"
#undef WORKLOAD

static const struct workload *const workloads[] = {
#define WORKLOAD(name) &workload_##name,
#include "workloads.def"
#undef WORKLOAD
};

const struct workload *workload_at(size_t i)
{
	return i < sizeof(workloads) / sizeof(workloads[0]) ? workloads[i] : NULL;
}

const struct workload *workload_find(const char *name)
{
	for (size_t i = 0; workload_at(i); i++)
		if (!strcmp(workload_at(i)->name, name))
			return workload_at(i);
	return NULL;
}

int slot_map(const struct workspace *w)
{
	void *at = mmap(w->slot, w->len, PROT_READ | PROT_WRITE,
			MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);

	return at == MAP_FAILED ? -errno : 0;
}

void slot_touch(const struct workspace *w)
{
	unsigned long long stamp =
		atomic_load_explicit(&w->stamps->written, memory_order_relaxed) + 1;

	/* pairs with the loads in access_op(): no page has a stamp before it is said */
	atomic_store(&w->stamps->written, stamp);
	for (size_t at = 0; at < w->len; at += w->page_size)
		*(volatile unsigned long long *)(w->slot + at) = stamp;
}

void slot_discarded(const struct workspace *w)
{
	/* pairs with the load in access_op(): the pages are gone before it is said */
	atomic_store(&w->stamps->dead,
		     atomic_load_explicit(&w->stamps->written, memory_order_relaxed));
}
