/* SPDX-License-Identifier: GPL-2.0-only */
/* What the device of a worker can do: the device_*() calls of workload.h, by backend. */
#ifndef BENCH_SUBSCRIBER_DEVICE_OPS_H
#define BENCH_SUBSCRIBER_DEVICE_OPS_H

#include <stdbool.h>
#include <stddef.h>

struct workspace;

/* As workload.h has them; a read and a write are @access. */
struct device_ops {
	int (*fault)(const struct workspace *w, size_t first, size_t pages, bool write);
	int (*access)(const struct workspace *w, size_t offset, void *data, size_t len, bool write);
	int (*track)(const struct workspace *w, char *start, size_t len);
	int (*clone)(struct workspace *w);
	int (*adopt)(const struct workspace *w, int fd);
};

/* What workspace.device points to: the first member of the backend's own. */
struct device_handle {
	const struct device_ops *ops;
};

#endif
