// SPDX-License-Identifier: GPL-2.0-only
/* Which workloads there are, and what they share: their slot of memory. */
#include "workload.h"

#include <errno.h>
#include <linux/mempolicy.h>
#include <sched.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

/* As many nodes as any kernel is built for (CONFIG_NODES_SHIFT is at most 10). */
enum {
	MASK_NODES = 1024,
	NODES_A_WORD = 8 * sizeof(unsigned long)
};

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

/*
 * The system call itself: it stands in the loop of workloads that map anew for each operation, and
 * hwloc would allocate for each.
 */
int slot_bind(const struct workspace *w, void *start, size_t len)
{
	unsigned long nodes[MASK_NODES / NODES_A_WORD] = { 0 };
	size_t node = (size_t)w->node;

	if (w->node < 0)
		return 0;
	if (node >= MASK_NODES)
		return -EINVAL;
	nodes[node / NODES_A_WORD] = 1ul << node % NODES_A_WORD;
	/* The kernel takes one bit less than it is told of. */
	return syscall(SYS_mbind, start, len, MPOL_BIND, nodes, MASK_NODES + 1, 0) ? -errno : 0;
}

static int map(const struct workspace *w, char *start, size_t len, int prot, int flags, int fd)
{
	void *at = mmap(start, len, PROT_READ | PROT_WRITE | prot, flags | MAP_FIXED, fd, 0);

	if (at == MAP_FAILED)
		return -errno;
	if (w->thp && flags & MAP_ANONYMOUS && madvise(at, len, MADV_HUGEPAGE))
		return -errno;
	return slot_bind(w, start, len);
}

int slot_map(const struct workspace *w)
{
	return slot_map_part(w, 0, w->len, 0);
}

int slot_map_part(const struct workspace *w, size_t offset, size_t len, int prot)
{
	return map(w, w->slot + offset, len, prot, MAP_PRIVATE | MAP_ANONYMOUS, -1);
}

int slot_map_file(const struct workspace *w, int fd, int flags)
{
	return map(w, w->slot, w->len, 0, flags, fd);
}

void slot_read(const struct workspace *w)
{
	for (size_t at = 0; at < w->len; at += w->page_size)
		*(volatile char *)(w->slot + at);
}

void slot_touch(const struct workspace *w)
{
	unsigned long long stamp =
		atomic_load_explicit(&w->stamps->written, memory_order_relaxed) + 1;

	/* pairs with the load in slot_is_stale(): no page has a stamp before it is said */
	atomic_store(&w->stamps->written, stamp);
	for (size_t at = 0; at < w->len; at += w->page_size)
		*(volatile unsigned long long *)(w->slot + at) = stamp;
}

void slot_discarded(const struct workspace *w)
{
	/* pairs with the load of who reads for the device: the pages are gone before it is said */
	atomic_store(&w->stamps->dead,
		     atomic_load_explicit(&w->stamps->written, memory_order_relaxed));
}

void slot_overwritten(const struct workspace *w)
{
	unsigned long long last = atomic_load_explicit(&w->stamps->written, memory_order_relaxed);

	/* pairs with the load of who reads for the device: the pages are written before it is said */
	atomic_store(&w->stamps->dead, last - 1);
}

/*
 * The order matters: what is dead is read before the access, what was written after it. In between,
 * a page may have been given back and written anew, but its stamp then lies between the two.
 */
bool slot_is_stale(const struct workspace *w, unsigned long long dead, unsigned long long stamp)
{
	unsigned long long written = atomic_load(&w->stamps->written);

	return stamp && written && (stamp <= dead || stamp > written);
}

static unsigned long long sum_device_words(const struct workspace *w)
{
	unsigned long long sum = 0;

	for (size_t at = SLOT_DEVICE_WORD; at < w->len; at += w->page_size)
		sum = sum * 31 + *(volatile unsigned long long *)(w->slot + at);
	return sum;
}

bool slot_changes(const struct workspace *w)
{
	unsigned long long before = sum_device_words(w);

	sched_yield();
	return before != sum_device_words(w);
}
