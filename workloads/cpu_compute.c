// SPDX-License-Identifier: GPL-2.0-only
/*
 * A bystander: it shares the address space, and does nothing but read memory of its own, which nobody
 * invalidates.
 */
#include "workload.h"

#include <errno.h>
#include <stdint.h>
#include <sys/mman.h>

/* Few enough that a turn is short against an interrupt; several, for their entries in the TLB. */
enum {
	OWN_PAGES = 8
};

enum {
	OWN /* its address */
};

/* Written by the bystander, and so on its node. A child that fork() makes gets none of it. */
static int compute_init(struct workspace *w)
{
	size_t len = OWN_PAGES * w->page_size;
	char *own = mmap(NULL, len, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);

	if (own == MAP_FAILED || madvise(own, len, MADV_DONTFORK))
		return -errno;
	w->local[OWN] = (long long)(uintptr_t)own;
	return 0;
}

static int compute_op(struct workspace *w)
{
	const volatile char *own = (const volatile char *)(uintptr_t)w->local[OWN];

	for (size_t i = 0; i < OWN_PAGES; i++)
		own[i * w->page_size];
	return 0;
}

static void compute_fini(struct workspace *w)
{
	if (w->local[OWN])
		munmap((void *)(uintptr_t)w->local[OWN], OWN_PAGES * w->page_size);
}

const struct workload load_compute = {
	.name = "compute",
	.help = "reads a word of each of a few pages of its own",
	.watch = true,
	.init = compute_init,
	.op = compute_op,
	.fini = compute_fini,
};
