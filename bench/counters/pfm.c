// SPDX-License-Identifier: GPL-2.0-only
/* Events by libpfm4's names: what the CPU's maker calls them. */
#include "internal.h"

#include <linux/perf_event.h>
#include <perfmon/pfmlib.h>
#include <perfmon/pfmlib_perf_event.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 * libpfm4 finds out on which CPU it runs when it is first asked. It is to encode names of other CPUs too,
 * so that it can be told whether there is such a name at all.
 */
static bool begin(void)
{
	static bool tried, fine;

	if (!tried) {
		setenv("LIBPFM_ENCODE_INACTIVE", "1", 0);
		fine = pfm_initialize() == PFM_SUCCESS;
	}
	tried = true;
	return fine;
}

/* Encodes @name; its full name is in *@full, to be freed. */
static int encode(const char *name, struct perf_event_attr *attr, char **full)
{
	pfm_perf_encode_arg_t arg = { .attr = attr, .fstr = full, .size = sizeof(arg) };

	memset(attr, 0, sizeof(*attr));
	attr->size = sizeof(*attr);
	*full = NULL;
	return pfm_get_os_event_encoding(name, PFM_PLM0 | PFM_PLM3, PFM_OS_PERF_EVENT, &arg);
}

static bool pmu_info(pfm_pmu_t pmu, pfm_pmu_info_t *info)
{
	memset(info, 0, sizeof(*info));
	info->size = sizeof(*info);
	return pfm_get_pmu_info(pmu, info) == PFM_SUCCESS;
}

/* Is the PMU that a full name begins with one of this machine? */
static bool is_here(const char *full)
{
	size_t len = strcspn(full, ":");
	pfm_pmu_info_t info;
	int pmu;

	pfm_for_all_pmus(pmu)
	{
		if (pmu_info((pfm_pmu_t)pmu, &info) && strlen(info.name) == len &&
		    !strncmp(info.name, full, len))
			return info.is_present;
	}
	return false;
}

/* A CPU that has @name, which this one has not; "" when there is none. */
static void find_elsewhere(const char *name, char *cpu, size_t size)
{
	struct perf_event_attr attr;
	pfm_pmu_info_t info;
	char there[COUNTER_IS_LEN + 64], *full;
	int pmu;

	*cpu = '\0';
	pfm_for_all_pmus(pmu)
	{
		if (!pmu_info((pfm_pmu_t)pmu, &info) || info.type != PFM_PMU_TYPE_CORE)
			continue;
		snprintf(there, sizeof(there), "%s::%s", info.name, name);
		if (encode(there, &attr, &full) != PFM_SUCCESS)
			continue;
		free(full);
		snprintf(cpu, size, "%s", info.name);
		return;
	}
}

const char *counter_pfm_cpu(void)
{
	static char name[64];
	pfm_pmu_info_t info;
	int pmu;

	if (!begin())
		return NULL;
	pfm_for_all_pmus(pmu)
	{
		if (!pmu_info((pfm_pmu_t)pmu, &info) || !info.is_present ||
		    info.type != PFM_PMU_TYPE_CORE)
			continue;
		snprintf(name, sizeof(name), "%s", info.name);
		return name;
	}
	return NULL;
}

bool counter_pfm_knows(const char *name)
{
	struct perf_event_attr attr;
	char cpu[64], *full;

	if (!begin())
		return false;
	if (encode(name, &attr, &full) == PFM_SUCCESS) {
		free(full);
		return true;
	}
	find_elsewhere(name, cpu, sizeof(cpu));
	return *cpu;
}

static void explain(const char *name, struct counter *c, int error)
{
	const char *cpu = counter_pfm_cpu();
	char other[64];

	find_elsewhere(name, other, sizeof(other));
	if (cpu && *other)
		counter_lacks(c, "this CPU (libpfm4: %s) has no event %s; %s has it", cpu, name,
			      other);
	else if (*other)
		counter_lacks(c,
			      "libpfm4 has no table for this CPU; %s has %s; raw codes work: "
			      "cpu/config=0x.../",
			      other, name);
	else
		counter_lacks(c, "libpfm4 knows no event %s: %s", name, pfm_strerror(error));
}

/* What is of use to people ends where the modifiers begin: skl::TLB_FLUSH:STLB_ANY:e=0:i=0. */
static size_t words_of(const char *full)
{
	const char *equals = strchr(full, '=');

	if (!equals)
		return strlen(full);
	while (equals > full && *equals != ':')
		equals--;
	return (size_t)(equals - full);
}

static enum counter_kind kind_of(uint32_t type)
{
	return type == PERF_TYPE_SOFTWARE     ? COUNTER_SOFTWARE
	       : type == PERF_TYPE_TRACEPOINT ? COUNTER_TRACEPOINT
					      : COUNTER_CPU;
}

void counter_encode_pfm(const struct counter_world *world, const char *name, struct counter *c)
{
	struct perf_event_attr attr;
	char *full;
	int ret;

	(void)world;
	if (!begin()) {
		counter_lacks(c, "libpfm4 does not work here");
		return;
	}
	ret = encode(name, &attr, &full);
	if (ret != PFM_SUCCESS) {
		explain(name, c, ret);
		return;
	}
	if (!is_here(full)) {
		counter_lacks(c, "%s is an event of another CPU; libpfm4 takes this one for: %s",
			      name, counter_pfm_cpu() ?: "none that it knows");
	} else {
		c->kind = kind_of(attr.type);
		c->type = attr.type;
		c->config[0] = attr.config;
		c->config[1] = attr.config1;
		c->config[2] = attr.config2;
		snprintf(c->is, sizeof(c->is), "%.*s (type %u, config 0x%llx)", (int)words_of(full),
			 full, attr.type, (unsigned long long)attr.config);
	}
	free(full);
}
