// SPDX-License-Identifier: GPL-2.0-only
#include "roles.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "util/err.h"

#define LOAD(name, role, axis) extern const struct workload load_##name;
#include "workloads/loads.def"
#undef LOAD

/* The device loads: of a worker with the role, as many as the axis says. */
static const struct role {
	const char *name, *axis;
	const struct workload *load;
} roles[] = {
#define LOAD(name, role, axis) { role, axis, &load_##name },
#include "workloads/loads.def"
#undef LOAD
};

enum {
	ROLES = sizeof(roles) / sizeof(roles[0])
};

static const char invalidator[] = "invalidator";

static size_t count_of(const struct point *point, const char *axis)
{
	return (size_t)point_value(point, axis)->count;
}

static size_t count_workers(const struct hire *hire)
{
	size_t count = hire->arena->slots;

	for (size_t i = 0; i < ROLES; i++)
		count += count_of(hire->point, roles[i].axis);
	return count;
}

/* The @index-th worker of its role. */
static void add_worker(struct crew *crew, const struct hire *hire, const char *role,
		       const struct workload *workload, size_t index)
{
	struct worker *w = &crew->workers[crew->count++];
	size_t slot = index % hire->arena->slots;

	w->role = role;
	w->workload = workload;
	w->space = (struct workspace){
		.slot = arena_slot(hire->arena, slot),
		.len = hire->arena->slot_len,
		.page_size = (size_t)sysconf(_SC_PAGESIZE),
		.stamps = &crew->stamps[slot],
		.params = hire->point,
		.index = index,
	};
}

static void add_workers(struct crew *crew, const struct hire *hire)
{
	for (size_t i = 0; i < hire->arena->slots; i++)
		add_worker(crew, hire, invalidator, hire->point->workload, i);
	for (size_t r = 0; r < ROLES; r++)
		for (size_t i = 0; i < count_of(hire->point, roles[r].axis); i++)
			add_worker(crew, hire, roles[r].name, roles[r].load, i);
}

static int equip(struct crew *crew, const struct hire *hire)
{
	int ret = 0;

	for (size_t i = 0; !ret && hire->backend->equip && i < crew->count; i++)
		ret = hire->backend->equip(hire->state, hire->arena, i % hire->arena->slots,
					   &crew->workers[i].space);
	return ret;
}

/* A device can fault only within its ranges. */
static int check(const struct crew *crew, const struct hire *hire, size_t count)
{
	if (count > topo_cpus(crew->topo))
		return err_skipped("%zu workers, but there are %zu CPUs to pin them to", count,
				   topo_cpus(crew->topo));
	if (count == hire->arena->slots)
		return 0;
	if (!hire->backend->equip)
		return err_skipped("the variant '%s' has no device to load",
				   point_value(hire->point, "variant")->text);
	if (arena_slot_range(hire->arena, 0) < 0)
		return err_skipped("the device has no range around the workers' %zu bytes: hit=1 "
				   "and range_size",
				   hire->arena->slot_len);
	return 0;
}

int roles_hire(struct crew *crew, const struct hire *hire)
{
	size_t count = count_workers(hire);
	int ret = check(crew, hire, count);

	if (ret)
		return ret;
	crew->workers = calloc(count, sizeof(*crew->workers));
	crew->stamps = calloc(hire->arena->slots, sizeof(*crew->stamps));
	if (!crew->workers || !crew->stamps)
		return err_memory();
	add_workers(crew, hire);
	return equip(crew, hire);
}

void roles_dismiss(struct crew *crew)
{
	for (size_t i = 0; i < crew->count; i++)
		free(crew->workers[i].space.device);
	free(crew->workers);
	free(crew->stamps);
}

bool role_is(const struct worker *worker, const char *name)
{
	if (worker->role == invalidator)
		return !strcmp(name, "op");
	return !strcmp(worker->workload->name, name);
}

bool roles_play_device(const struct crew *crew)
{
	return crew->count && crew->workers[crew->count - 1].role != invalidator;
}
