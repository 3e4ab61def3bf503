// SPDX-License-Identifier: GPL-2.0-only
#include "group.h"

#include <errno.h>
#include <linux/perf_event.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "open.h"

/* The core's own are started last and stopped first, so that they see least of the other's calls. */
enum {
	SOFT,
	CORE,
	PARTS
};

/* @at: which of the counters each file is; the first is the leader. */
struct part {
	int fd[COUNTERS];
	size_t at[COUNTERS], count;
};

struct counter_group {
	struct part part[PARTS];
	struct counter_reading reading[COUNTERS];
};

static void open_one(struct counter_group *group, const struct counter *c, size_t i)
{
	struct part *part = &group->part[c->kind == COUNTER_CPU ? CORE : SOFT];
	int leader = part->count ? part->fd[0] : -1, fd;

	if (*c->why) {
		memcpy(group->reading[i].why, c->why, sizeof(c->why));
		return;
	}
	fd = counter_open(c, -1, leader, group->reading[i].why);
	if (fd < 0)
		return;
	part->fd[part->count] = fd;
	part->at[part->count++] = i;
}

struct counter_group *counter_group_open(const struct counters *counters)
{
	struct counter_group *group;

	if (!counters || !counters->count)
		return NULL;
	group = calloc(1, sizeof(*group));
	for (size_t i = 0; group && i < counters->count; i++)
		if (!counters->counter[i].machine)
			open_one(group, &counters->counter[i], i);
	return group;
}

static void control(const struct part *part, unsigned long request)
{
	if (part->count)
		ioctl(part->fd[0], request, PERF_IOC_FLAG_GROUP);
}

void counter_group_start(struct counter_group *group)
{
	if (!group)
		return;
	control(&group->part[SOFT], PERF_EVENT_IOC_ENABLE);
	control(&group->part[CORE], PERF_EVENT_IOC_ENABLE);
}

/* A pinned group that does not get its registers is in error: its file is at its end. */
void counter_reading_take(struct counter_reading *reading, const struct counter_block *block,
			  long len, size_t i)
{
	long least = (long)(3 + i + 1) * (long)sizeof(uint64_t);

	if (len < least || i >= block->count)
		snprintf(reading->why, sizeof(reading->why),
			 len ? "its group could not be read"
			     : "its group lost the registers: something else has pinned them, as "
			       "the NMI watchdog does");
	else if (!block->running || block->running > block->enabled)
		snprintf(reading->why, sizeof(reading->why),
			 "its group never ran: the registers were taken all the time");
	if (*reading->why)
		return;
	reading->share = (double)block->running / (double)block->enabled;
	reading->value = counter_scale(block->value[i], block->enabled, block->running);
}

static void take(struct counter_group *group, const struct part *part)
{
	struct counter_block block = { 0 };
	ssize_t len = part->count ? read(part->fd[0], &block, sizeof(block)) : 0;

	for (size_t i = 0; i < part->count; i++)
		counter_reading_take(&group->reading[part->at[i]], &block, len, i);
}

void counter_group_stop(struct counter_group *group)
{
	if (!group)
		return;
	control(&group->part[CORE], PERF_EVENT_IOC_DISABLE);
	control(&group->part[SOFT], PERF_EVENT_IOC_DISABLE);
	take(group, &group->part[CORE]);
	take(group, &group->part[SOFT]);
}

const struct counter_reading *counter_group_reading(const struct counter_group *group, size_t i)
{
	return &group->reading[i];
}

void counter_group_close(struct counter_group *group)
{
	if (!group)
		return;
	for (size_t p = 0; p < PARTS; p++)
		for (size_t i = 0; i < group->part[p].count; i++)
			close(group->part[p].fd[i]);
	free(group);
}
