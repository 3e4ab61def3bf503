// SPDX-License-Identifier: GPL-2.0-only
#include "device_ops.h"

#include "workloads/workload.h"

static const struct device_ops *ops_of(const struct workspace *w)
{
	const struct device_handle *handle = w->device;

	return handle->ops;
}

int device_fault(const struct workspace *w, size_t first, size_t pages, bool write)
{
	return ops_of(w)->fault(w, first, pages, write);
}

int device_read(const struct workspace *w, size_t offset, void *data, size_t len)
{
	return ops_of(w)->access(w, offset, data, len, false);
}

int device_write(const struct workspace *w, size_t offset, const void *data, size_t len)
{
	return ops_of(w)->access(w, offset, (void *)data, len, true);
}

int device_track(const struct workspace *w, char *start, size_t len)
{
	return ops_of(w)->track(w, start, len);
}

int device_clone(struct workspace *w)
{
	return ops_of(w)->clone(w);
}

int device_adopt(const struct workspace *w, int fd)
{
	return ops_of(w)->adopt(w, fd);
}
