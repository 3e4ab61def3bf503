// SPDX-License-Identifier: GPL-2.0-only
/* Descriptors: opened, duplicated, closed, and handed to another process. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "holder.h"
#include "world.h"

int world_slot(const struct world *world, uint64_t number)
{
	uint64_t i;
	int slot;

	for (i = 0; i < FILES; i++) {
		slot = (int)((number + i) % FILES);
		if (world->slot[slot] >= 0)
			return slot;
	}
	return -1;
}

/* What was open there is not any more. */
static void forget(struct world *world, int slot)
{
	if (world->slot[slot] >= 0)
		world->file[world->slot[slot]].users--;
	world->slot[slot] = -1;
}

static void take(struct world *world, int slot, int file)
{
	world->slot[slot] = file;
	world->file[file].users++;
}

/* A file that is not in use. There are as many as descriptors. */
static int unused(const struct world *world)
{
	int file = 0;

	while (world->file[file].users)
		file++;
	return file;
}

/* At a descriptor that may be open already: then what it led to is closed. */
static void call_open(struct world *world, const struct call *call)
{
	int slot = (int)(call->field[F_file] % FILES);
	int fd = open(SECMMU_DEVICE, O_RDWR);
	int file;

	if (fd < 0) {
		if (errno != EINTR)
			world_fail(world, call, "%s", strerror(errno));
		return;
	}
	if (dup2(fd, FIRST_FILE + slot) != FIRST_FILE + slot) {
		world_fail(world, call, "dup2: %s", strerror(errno));
		return;
	}
	close(fd);
	forget(world, slot);
	file = unused(world);
	memset(&world->file[file], 0, offsetof(struct model_file, range));
	world->file[file].certain = true;
	take(world, slot, file);
}

static void call_close(struct world *world, const struct call *call, int slot)
{
	if (close(FIRST_FILE + slot) && errno != EINTR)
		world_fail(world, call, "%s", strerror(errno));
	forget(world, slot);
}

static void call_dup(struct world *world, const struct call *call, int slot)
{
	int to = (int)(call->field[F_to] % FILES);
	int file = world->slot[slot];

	if (to == slot)
		return;
	if (dup2(FIRST_FILE + slot, FIRST_FILE + to) != FIRST_FILE + to) {
		world_fail(world, call, "%s", strerror(errno));
		return;
	}
	forget(world, to);
	take(world, to, file);
}

void file_call(struct world *world, const struct call *call)
{
	int slot;

	world_lock(world);
	slot = world_slot(world, call->field[F_file]);
	if (call->op == OP_open)
		call_open(world, call);
	else if (slot < 0)
		slot = -1; /* nothing is open */
	else if (call->op == OP_close)
		call_close(world, call, slot);
	else if (call->op == OP_dup)
		call_dup(world, call, slot);
	else
		holder_give(world->holder, FIRST_FILE + slot);
	world_unlock(world);
}
