// SPDX-License-Identifier: GPL-2.0-only
#include "emission.h"

#include <stdio.h>
#include <string.h>

#include "util/err.h"

static const char *const how_often[] = {
	[EACH_OPERATION] = "",
	[EACH_PAGE] = " per page",
	[AT_TIMES] = " at times",
};

static size_t count_of(const struct workload *workload)
{
	size_t count = 0;

	while (count < EMISSIONS && workload->events[count].event)
		count++;
	return count;
}

static unsigned long long fewest(const struct emission *emission, const struct point *point,
				 unsigned long long operations)
{
	switch (emission->often) {
	case EACH_OPERATION:
		return operations;
	case EACH_PAGE:
		return operations * (unsigned long long)point_value(point, "pages")->count;
	default:
		return 0;
	}
}

static const struct emission *find(const struct workload *workload, const char *event)
{
	for (size_t i = 0; i < count_of(workload); i++)
		if (!strcmp(workload->events[i].event, event))
			return &workload->events[i];
	return NULL;
}

/* Fewer events of a declared type than there must be; @declared: how many of all such types. */
static int check_declared(const struct point *point, const struct record *record,
			  unsigned long long operations, unsigned long long *declared)
{
	for (size_t i = 0; i < EVENTS; i++) {
		const struct emission *emission = find(point->workload, event_names[i]);
		unsigned long long least;

		if (!emission)
			continue;
		least = fewest(emission, point, operations);
		if (record->events[i] < least)
			return err_untrusted("%llu operations of %s, so at least %llu events %s, "
					     "but there were %llu",
					     operations, point->workload->name, least,
					     event_names[i], record->events[i]);
		*declared += record->events[i];
	}
	return 0;
}

/* A device that reads memory which nobody has written yet has the zero page, and the first write is a CLEAR. */
static bool is_of_zero_pages(const struct point *point, size_t event)
{
	return !strcmp(event_names[event], "CLEAR") &&
	       (point_value(point, "accessors")->count || point_value(point, "faulters")->count);
}

/*
 * More events of a type that the workload does not cause than of those that it does, and more than the
 * kernel may send by itself: NUMA balancing comes by time, and an operation that takes a quarter of a
 * second is soon outnumbered.
 */
static int check_others(const struct point *point, const struct record *record,
			unsigned long long declared)
{
	for (size_t i = 0; i < EVENTS; i++)
		if (!find(point->workload, event_names[i]) && !is_of_zero_pages(point, i) &&
		    record->events[i] > declared + EMISSION_STRAYS)
			return err_untrusted("%llu events of the types that %s causes, but %llu "
					     "events %s",
					     declared, point->workload->name, record->events[i],
					     event_names[i]);
	return 0;
}

int emission_check(const struct point *point, const struct record *record,
		   unsigned long long operations)
{
	unsigned long long declared = 0;
	int ret;

	if (!record->events_known || !count_of(point->workload))
		return 0;
	if (!record->calls) {
		/* Core mm calls an interval notifier for nothing but a hit. */
		if (!strcmp(point_value(point, "hit")->text, "0"))
			return 0;
		return err_untrusted("%s is subscribed, but saw no callback",
				     point_value(point, "variant")->text);
	}
	ret = check_declared(point, record, operations, &declared);
	return ret ? ret : check_others(point, record, declared);
}

void emission_describe(const struct workload *workload, char *text, size_t size)
{
	size_t used = 0, count = count_of(workload);

	snprintf(text, size, "none");
	for (size_t i = 0; i < count && used < size; i++)
		used += (size_t)snprintf(text + used, size - used, "%s%s%s", i ? ", " : "",
					 workload->events[i].event,
					 how_often[workload->events[i].often]);
}
