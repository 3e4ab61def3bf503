// SPDX-License-Identifier: GPL-2.0-only
/*
 * The simulated secondary MMU as a subscriber: its module, its devices, and what workers do with
 * them.
 */
#include "backend.h"

#include <errno.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "bench/loop/arena.h"
#include "device.h"
#include "device_ops.h"
#include "module.h"
#include "probes.h"
#include "util/err.h"

/*
 * All devices of a sample.
 *
 * @ids:     for each device, the names of its ranges in the order of the arena
 * @beside:  one more, of another variant, that is neither used nor counted; -1: none
 * @adopted: what devices of child processes counted; under @lock
 */
struct fleet {
	struct device_spec spec;
	size_t count;
	int *fds;
	unsigned int **ids;
	int beside;
	pthread_mutex_t lock; /* of @adopted; taken between operations only */
	struct probes adopted;
};

/* A worker's device. */
struct handle {
	struct device_handle base;
	struct fleet *fleet;
	int fd;
};

/* We loaded the module, so we unload it. */
static bool loaded_by_us;

static int secmmu_prepare(const char *variant, enum select select)
{
	int ret = 0;

	if (select == SELECT_LOAD) {
		char loaded[SECMMU_NAME_LEN];

		module_word("parameters/variant", loaded, sizeof(loaded));
		if (!strcmp(loaded, variant))
			return 0;
		ret = module_unload();
	} else if (module_loaded()) {
		return 0;
	}
	if (!ret)
		ret = module_load(variant);
	if (!ret)
		loaded_by_us = true;
	return ret;
}

static void secmmu_finish(void)
{
	/* A sentence on what failed before stays the one that is told. */
	if (loaded_by_us)
		module_unload();
	loaded_by_us = false;
}

static json_t *secmmu_describe(void)
{
	char srcversion[64], version[64], variant[SECMMU_NAME_LEN];

	if (!module_loaded())
		return NULL;
	module_word("srcversion", srcversion, sizeof(srcversion));
	module_word("version", version, sizeof(version));
	module_word("parameters/variant", variant, sizeof(variant));
	return json_pack("{s:s, s:s, s:s}", "srcversion", srcversion, "version", version, "variant",
			 variant);
}

static void secmmu_detach(void *state)
{
	struct fleet *fleet = state;

	for (size_t i = 0; i < fleet->count; i++) {
		if (fleet->fds[i] >= 0)
			close(fleet->fds[i]);
		free(fleet->ids[i]);
	}
	if (fleet->beside >= 0)
		close(fleet->beside);
	pthread_mutex_destroy(&fleet->lock);
	free(fleet->fds);
	free(fleet->ids);
	free(fleet);
}

static struct fleet *fleet_alloc(const struct point *point, enum select select)
{
	struct fleet *fleet = calloc(1, sizeof(*fleet));

	if (!fleet)
		return NULL;
	device_spec_of(&fleet->spec, point, select);
	fleet->beside = -1;
	pthread_mutex_init(&fleet->lock, NULL);
	fleet->fds = calloc((size_t)point_value(point, "devices")->count, sizeof(*fleet->fds));
	fleet->ids = calloc((size_t)point_value(point, "devices")->count, sizeof(*fleet->ids));
	if (fleet->fds && fleet->ids)
		return fleet;
	secmmu_detach(fleet);
	return NULL;
}

static int add_device(struct fleet *fleet, const struct arena *arena)
{
	size_t i = fleet->count++;

	fleet->ids[i] = calloc(arena->ranges + 1, sizeof(*fleet->ids[i]));
	fleet->fds[i] = fleet->ids[i] ? device_open(&fleet->spec) : err_memory();
	if (fleet->fds[i] < 0)
		return fleet->fds[i];
	return device_insert(fleet->fds[i], arena->base, arena->range_len, arena->range_stride,
			     arena->ranges, fleet->ids[i]);
}

static int add_beside(struct fleet *fleet, const struct point *point, const struct arena *arena)
{
	struct device_spec spec;
	unsigned int *ids;
	int ret;

	device_spec_beside(&spec, point);
	fleet->beside = device_open(&spec);
	if (fleet->beside < 0)
		return fleet->beside;
	ids = calloc(arena->ranges + 1, sizeof(*ids));
	if (!ids)
		return err_memory();
	ret = device_insert(fleet->beside, arena->base, arena->range_len, arena->range_stride,
			    arena->ranges, ids);
	free(ids);
	return ret;
}

static int secmmu_attach(const struct point *point, enum select select, const struct arena *arena,
			 void **state)
{
	struct fleet *fleet = fleet_alloc(point, select);
	long long devices = point_value(point, "devices")->count;
	const char *beside = point_value(point, "beside")->text;
	int ret = fleet ? 0 : err_memory();

	for (long long i = 0; !ret && i < devices; i++)
		ret = add_device(fleet, arena);
	if (!ret && strcmp(beside, "none"))
		ret = add_beside(fleet, point, arena);
	if (ret && fleet)
		secmmu_detach(fleet);
	else
		*state = fleet;
	return ret;
}

static int secmmu_reset(void *state)
{
	struct fleet *fleet = state;
	int ret = 0;

	memset(&fleet->adopted, 0, sizeof(fleet->adopted));
	for (size_t i = 0; !ret && i < fleet->count; i++)
		ret = device_reset(fleet->fds[i]);
	return ret;
}

static int secmmu_read(void *state, struct record *record, double seconds)
{
	struct fleet *fleet = state;
	struct probes *probes = malloc(sizeof(*probes));
	int ret = 0;

	if (!probes)
		return err_memory();
	*probes = fleet->adopted;
	for (size_t i = 0; !ret && i < fleet->count; i++)
		ret = device_add_probes(fleet->fds[i], probes);
	if (!ret)
		probes_record(probes, &fleet->spec, seconds, record);
	free(probes);
	return ret;
}

static int secmmu_verify(void *state, unsigned long long *stale)
{
	struct fleet *fleet = state;
	int ret = 0;

	for (size_t i = 0; !ret && i < fleet->count; i++)
		ret = device_verify(fleet->fds[i], stale);
	return ret;
}

static int secmmu_fault(const struct workspace *w, size_t first, size_t pages, bool write)
{
	const struct handle *handle = w->device;
	struct secmmu_fault fault = {
		.size = sizeof(fault),
		.flags = write ? SECMMU_FAULT_WRITE : 0,
		.start = (uintptr_t)w->slot + first * w->page_size,
		.length = pages * w->page_size,
		.id = w->range,
	};

	return ioctl(handle->fd, SECMMU_FAULT, &fault) ? -errno : 0;
}

/* As much at once as the module takes. */
static int secmmu_access(const struct workspace *w, size_t offset, void *data, size_t len,
			 bool write)
{
	const struct handle *handle = w->device;
	int ret = 0;

	for (size_t done = 0, part; !ret && done < len; done += part) {
		struct secmmu_access access = {
			.size = sizeof(access),
			.flags = write ? SECMMU_ACCESS_WRITE : 0,
			.start = (uintptr_t)w->slot + offset + done,
			.data = (uintptr_t)data + done,
			.id = w->range,
		};

		part = len - done < SECMMU_ACCESS_MOST ? len - done : SECMMU_ACCESS_MOST;
		access.length = part;
		ret = ioctl(handle->fd, SECMMU_ACCESS, &access) ? -errno : 0;
	}
	return ret;
}

static int secmmu_track(const struct workspace *w, char *start, size_t len)
{
	const struct handle *handle = w->device;
	struct secmmu_range range = { .start = (uintptr_t)start, .length = len };
	struct secmmu_insert insert = {
		.size = sizeof(insert),
		.ranges = (uintptr_t)&range,
		.count = 1,
	};
	struct secmmu_remove remove = { .size = sizeof(remove), .count = 1 };

	if (ioctl(handle->fd, SECMMU_INSERT, &insert))
		return -errno;
	remove.ids = (uintptr_t)&range.id;
	return ioctl(handle->fd, SECMMU_REMOVE, &remove) ? -errno : 0;
}

static int secmmu_clone(struct workspace *w)
{
	struct handle *handle = w->device;
	int fd = device_open(&handle->fleet->spec), ret;

	if (fd < 0)
		return fd;
	ret = device_insert(fd, w->slot, w->len, 0, 1, &w->range);
	handle->fd = fd;
	return ret ? ret : fd;
}

static int secmmu_adopt(const struct workspace *w, int fd)
{
	struct handle *handle = w->device;
	struct fleet *fleet = handle->fleet;
	int ret;

	pthread_mutex_lock(&fleet->lock);
	ret = device_add_probes(fd, &fleet->adopted);
	pthread_mutex_unlock(&fleet->lock);
	return ret;
}

static const struct device_ops secmmu_ops = {
	.fault = secmmu_fault,
	.access = secmmu_access,
	.track = secmmu_track,
	.clone = secmmu_clone,
	.adopt = secmmu_adopt,
};

static int secmmu_equip(void *state, const struct arena *arena, size_t slot, struct workspace *w)
{
	struct fleet *fleet = state;
	struct handle *handle = calloc(1, sizeof(*handle));
	long range = arena_slot_range(arena, slot);

	if (!handle)
		return err_memory();
	handle->base.ops = &secmmu_ops;
	handle->fleet = fleet;
	handle->fd = fleet->fds[w->index % fleet->count];
	w->device = handle;
	w->range = range < 0 ? 0 : fleet->ids[w->index % fleet->count][range];
	return 0;
}

const struct backend backend_secmmu = {
	.name = "secmmu",
	.module = true,
	.silent = "secmmu does not say",
	.prepare = secmmu_prepare,
	.finish = secmmu_finish,
	.describe = secmmu_describe,
	.attach = secmmu_attach,
	.equip = secmmu_equip,
	.reset = secmmu_reset,
	.read = secmmu_read,
	.verify = secmmu_verify,
	.detach = secmmu_detach,
};
