// SPDX-License-Identifier: GPL-2.0-only
#include "roles.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench/loop/slot_pages.h"
#include "bench/machine/cpu_policy.h"
#include "bench/subscriber/device_prep.h"
#include "util/err.h"

#define LOAD(name, role, axis, who) extern const struct workload load_##name;
#include "workloads/loads.def"
#undef LOAD

enum who {
	CPU,
	DEVICE
};

/* The loads: of a worker with the role, as many as the axis says. */
static const struct role {
	const char *name, *axis, *place_axis;
	const struct workload *load;
	enum who who;
} roles[] = {
#define LOAD(name, role, axis, who) { role, axis, "place_" axis, &load_##name, who },
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

static const char *word_of(const struct point *point, const char *axis)
{
	return point_value(point, axis)->text;
}

/* Workers that play the device. */
static size_t count_devices(const struct point *point)
{
	size_t count = 0;

	for (size_t i = 0; i < ROLES; i++)
		if (roles[i].who == DEVICE)
			count += count_of(point, roles[i].axis);
	if (ready_wanted(point))
		count += count_of(point, "threads");
	return count;
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
	w->owner = workload == hire->point->workload;
	w->ready = w->owner ? ready_wanted(hire->point) : NULL;
	w->retouch_pages = workload->retouch ? count_of(hire->point, "retouch_pages") : 0;
	w->space = (struct workspace){
		.slot = arena_slot(hire->arena, slot),
		.len = hire->arena->slot_len,
		.page_size = (size_t)sysconf(_SC_PAGESIZE),
		.thp = slot_pages_huge(hire->point),
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

/* Gives @count workers from the @first-th on, all of one role, their CPUs by the policy of @axis. */
static int place_role(struct crew *crew, const struct hire *hire, struct places *places,
		      const char *axis, size_t first, size_t count)
{
	int *cpus = calloc(count + 1, sizeof(*cpus)), ret;

	if (!cpus)
		return err_memory();
	ret = places_take(places, axis, word_of(hire->point, axis), count, cpus);
	for (size_t i = 0; !ret && i < count; i++) {
		crew->workers[first + i].cpu = cpus[i];
		crew->workers[first + i].policy = word_of(hire->point, axis);
	}
	free(cpus);
	return ret;
}

/* Who is after a slot has it on the node of the worker whose slot it is. */
static int place_memory(struct crew *crew, const struct hire *hire, const struct places *places)
{
	int ret = 0;

	for (size_t i = 0; !ret && i < crew->count; i++) {
		const struct worker *owner = &crew->workers[i % hire->arena->slots];

		ret = places_memory(places, word_of(hire->point, "memory"), owner->cpu,
				    &crew->workers[i].space.node);
	}
	return ret;
}

/* The invalidators choose first, then the roles in the order of loads.def. */
static int place_workers(struct crew *crew, const struct hire *hire)
{
	size_t next = hire->arena->slots;
	struct places places;
	int ret = places_open(&places, crew->topo, word_of(hire->point, "home"));

	if (ret)
		return ret;
	ret = place_role(crew, hire, &places, "place", 0, next);
	for (size_t r = 0; !ret && r < ROLES; r++) {
		size_t count = count_of(hire->point, roles[r].axis);

		ret = place_role(crew, hire, &places, roles[r].place_axis, next, count);
		next += count;
	}
	if (!ret)
		ret = place_memory(crew, hire, &places);
	places_close(&places);
	return ret;
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
static int check(const struct hire *hire)
{
	if (!count_devices(hire->point))
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
	int ret = check(hire);

	if (ret)
		return ret;
	crew->workers = calloc(count, sizeof(*crew->workers));
	crew->stamps = calloc(hire->arena->slots, sizeof(*crew->stamps));
	if (!crew->workers || !crew->stamps)
		return err_memory();
	add_workers(crew, hire);
	ret = place_workers(crew, hire);
	return ret ? ret : equip(crew, hire);
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
	for (size_t i = 0; i < crew->count; i++) {
		if (crew->workers[i].ready)
			return true;
		for (size_t r = 0; r < ROLES; r++)
			if (crew->workers[i].role == roles[r].name && roles[r].who == DEVICE)
				return true;
	}
	return false;
}
