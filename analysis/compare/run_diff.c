// SPDX-License-Identifier: GPL-2.0-only
#include "run_diff.h"

#include <stdlib.h>
#include <string.h>

#include "util/err.h"

struct fact_name {
	const char *group, *name;
};

enum {
	IDENTITY = 11,
	PASSING = 3
};

/* Facts that make another machine of it. Of a guest, its host's CPU, too. */
static const struct fact_name identity[IDENTITY] = {
	{ "machine", "host" },
	{ "machine", "cpu" },
	{ "machine", "cpus" },
	{ "machine", "nodes" },
	{ "machine", "architecture" },
	{ "vm", "accel" },
	{ "vm", "cpus" },
	{ "vm", "nodes" },
	{ "vm", "mem_mib" },
	{ "vm", "host_cpu" },
	{ "vm", "deterministic" },
};

/* What the boot decides, and the backend of the first sample. */
static const struct fact_name passing[PASSING] = { { "machine", "clock_hz" },
						   { "machine", "memory_bytes" },
						   { "module", "variant" } };

static bool is_among(const struct fact_name *table, size_t count, const char *group,
		     const char *name)
{
	for (size_t i = 0; i < count; i++)
		if (!strcmp(table[i].group, group) && !strcmp(table[i].name, name))
			return true;
	return false;
}

static void add(struct difference_list *list, const char *group, const char *name, const char *a,
		const char *b, bool forbids)
{
	if (strcmp(a, b))
		list->difference[list->count++] = (struct difference){ group, name, a, b, forbids };
}

static void add_fact(struct difference_list *list, const char *group, const char *name,
		     const char *a, const char *b)
{
	if (!is_among(passing, PASSING, group, name))
		add(list, group, name, a, b, is_among(identity, IDENTITY, group, name));
}

static void add_facts(struct difference_list *list, const char *group, const struct facts *a,
		      const struct facts *b)
{
	for (size_t i = 0; i < a->count; i++)
		add_fact(list, group, a->fact[i].name, a->fact[i].text,
			 facts_get(b, a->fact[i].name, "-"));
	for (size_t i = 0; i < b->count; i++)
		if (!strcmp(facts_get(a, b->fact[i].name, ""), ""))
			add_fact(list, group, b->fact[i].name, "-", b->fact[i].text);
}

static const char *kind_of(const struct run *run)
{
	return run->emulated ? "emulated" : "native";
}

static const char *place_of(const struct run *run)
{
	return run->vm.count ? "a virtual machine" : "the machine itself";
}

int differ_find(struct difference_list *list, const struct run *a, const struct run *b)
{
	const struct facts *const facts[][2] = { { &a->machine, &b->machine },
						 { &a->vm, &b->vm },
						 { &a->module, &b->module } };
	static const char *const groups[] = { "machine", "vm", "module" };
	size_t room = 8;

	for (size_t i = 0; i < 3; i++)
		room += facts[i][0]->count + facts[i][1]->count;
	*list = (struct difference_list){ .difference = calloc(room, sizeof(*list->difference)) };
	if (!list->difference)
		return err_memory();
	add(list, "run", "clock", kind_of(a), kind_of(b), true);
	add(list, "run", "where", place_of(a), place_of(b), true);
	add(list, "run", "suite", a->suite, b->suite, true);
	add(list, "tool", "version", a->version, b->version, false);
	add(list, "tool", "commit", a->commit, b->commit, false);
	for (size_t i = 0; i < 3; i++)
		add_facts(list, groups[i], facts[i][0], facts[i][1]);
	return 0;
}

const struct difference *differ_forbids(const struct difference_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		if (list->difference[i].forbids)
			return &list->difference[i];
	return NULL;
}
