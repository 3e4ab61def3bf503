// SPDX-License-Identifier: GPL-2.0-only
#include "list.h"

#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"

enum {
	WIDTH = 18
};

/* A name, what it is for, and below what it is here. */
static void put_counter(const char *name, const char *help)
{
	struct counters counters = { .count = 1 };
	struct counter *c = &counters.counter[0];

	snprintf(c->name, sizeof(c->name), "%s", name);
	counters_resolve(&counters);
	printf("  %-*s %s\n", WIDTH, name, help);
	if (*c->why)
		printf("  %-*s   not here: %s\n", WIDTH, "", c->why);
	else
		printf("  %-*s   %s%s\n", WIDTH, "", c->is,
		       c->machine               ? ", on all CPUs"
		       : c->kind != COUNTER_CPU ? ""
		       : c->user                ? ", user and kernel"
						: ", kernel only");
}

/* What a driver calls PMU/EVENT/, without the files that give an event's unit. */
static void put_events(const char *root, const char *pmu)
{
	struct dirent **found = NULL;
	char path[PATH_MAX];
	int count;

	snprintf(path, sizeof(path), "%s/%s/events", root, pmu);
	count = scandir(path, &found, NULL, alphasort);
	for (int i = 0, shown = 0; i < count; i++) {
		if (*found[i]->d_name != '.' && !strchr(found[i]->d_name, '.'))
			printf("%s%s/%s/", shown++ ? ", " : "  ", pmu, found[i]->d_name);
		if (i == count - 1 && shown)
			putchar('\n');
		free(found[i]);
	}
	free(found);
}

static void put_pmus(void)
{
	struct counter_world world;
	struct dirent **found = NULL;
	int count;

	counter_world_open(&world);
	count = scandir(world.pmus, &found, NULL, alphasort);
	for (int i = 0; i < count; i++) {
		if (*found[i]->d_name != '.')
			put_events(world.pmus, found[i]->d_name);
		free(found[i]);
	}
	free(found);
	counter_world_close(&world);
}

int counters_list(void)
{
	const struct counter_alias *alias;
	const struct counter_software *software;
	const char *cpu = counter_pfm_cpu();

	for (size_t i = 0; (alias = counter_alias_at(i)); i++)
		put_counter(alias->name, alias->help);
	for (size_t i = 0; (software = counter_software_at(i)); i++)
		put_counter(software->name, software->help);
	put_counter("tlb:tlb_flush", "any tracepoint; SYSTEM:EVENT/FILTER/ counts a part of it");
	printf("\nPMUs of this machine, for PMU/EVENT/ or PMU/FIELD=VALUE,.../\n");
	put_pmus();
	if (cpu)
		printf("\nAny event that libpfm4 knows of this CPU (%s): NAME:UNIT_MASK\n", cpu);
	else
		printf("\nlibpfm4 has no table for this CPU: give other events as "
		       "cpu/config=0x.../\n");
	printf("Suffixes: :u user, :k kernel, :uk both, :a all CPUs (tracepoints)\n");
	return 0;
}
