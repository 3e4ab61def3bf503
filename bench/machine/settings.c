// SPDX-License-Identifier: GPL-2.0-only
#include "settings.h"

#include <fnmatch.h>
#include <glob.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/control.h"
#include "util/file.h"

/* A state that takes longer to leave is as long as an operation, or longer. */
enum {
	DEEP_IDLE_US = 10
};

bool setting_read_file(const char *root, const char *path, char value[SETTING_LEN])
{
	char file[PATH_MAX], line[SETTING_LEN], *open, *close;

	snprintf(file, sizeof(file), "%s%s", root, path);
	if (!file_line(file, line, sizeof(line)))
		return false;
	open = strchr(line, '[');
	close = open ? strchr(open, ']') : NULL;
	if (close)
		*close = '\0';
	snprintf(value, SETTING_LEN, "%s", close ? open + 1 : line);
	return *value && !control_in(value);
}

static bool is_deep(const char *file)
{
	const char *slash = strrchr(file, '/');
	char latency[PATH_MAX], us[32];

	snprintf(latency, sizeof(latency), "%.*s/latency", (int)(slash - file), file);
	return file_line(latency, us, sizeof(us)) && atoi(us) > DEEP_IDLE_US;
}

/* How many files that match @pattern begin with @start; @seen of them could be read. */
static size_t count_files(const char *root, const char *pattern, const char *start, size_t *seen)
{
	char path[PATH_MAX], line[SETTING_LEN];
	size_t count = 0;
	glob_t found;

	*seen = 0;
	snprintf(path, sizeof(path), "%s%s", root, pattern);
	if (glob(path, 0, NULL, &found))
		return 0;
	for (size_t i = 0; i < found.gl_pathc; i++) {
		if (!file_line(found.gl_pathv[i], line, sizeof(line)))
			continue;
		++*seen;
		count += !strncmp(line, start, strlen(start));
	}
	globfree(&found);
	return count;
}

static bool read_mitigations(const char *root, char value[SETTING_LEN])
{
	size_t seen, on = count_files(root, "/sys/devices/system/cpu/vulnerabilities/*",
				      "Mitigation", &seen);

	snprintf(value, SETTING_LEN, on ? "%zu on" : "none", on);
	return seen;
}

static bool read_irqbalance(const char *root, char value[SETTING_LEN])
{
	size_t seen, there = count_files(root, "/proc/[0-9]*/comm", "irqbalance", &seen);

	snprintf(value, SETTING_LEN, "%s", there ? "running" : "none");
	return seen;
}

/* One line of /proc/swaps is a heading. */
static bool read_swap(const char *root, char value[SETTING_LEN])
{
	char path[PATH_MAX], line[256];
	int lines = 0;
	FILE *f;

	snprintf(path, sizeof(path), "%s/proc/swaps", root);
	f = fopen(path, "re");
	while (f && fgets(line, sizeof(line), f))
		lines++;
	if (f)
		fclose(f);
	snprintf(value, SETTING_LEN, lines > 1 ? "%d in use" : "none", lines - 1);
	return lines;
}

static bool read_hypervisor(const char *root, char value[SETTING_LEN])
{
	char path[PATH_MAX], *line = NULL;
	size_t room = 0;
	bool flags = false, under = false;
	FILE *f;

	snprintf(path, sizeof(path), "%s/proc/cpuinfo", root);
	f = fopen(path, "re");
	while (f && !flags && getline(&line, &room, f) > 0) {
		flags = !strncmp(line, "flags", 5);
		under = flags && strstr(line, " hypervisor");
	}
	free(line);
	if (f)
		fclose(f);
	snprintf(value, SETTING_LEN, "%s", under ? "yes" : "none");
	return flags;
}

#define SYS_CPU "/sys/devices/system/cpu/"

static const struct setting settings[] = {
	{ .name = "governor",
	  .path = SYS_CPU "cpufreq/policy*/scaling_governor",
	  .good = "performance",
	  .set = "performance",
	  .effect = "another governor lowers the CPU's speed when it waits, and times grow" },
	{ .name = "no_turbo",
	  .path = SYS_CPU "intel_pstate/no_turbo",
	  .good = "1",
	  .set = "1",
	  .effect = "with turbo, the CPU's speed depends on heat and on what its neighbours do" },
	{ .name = "boost",
	  .path = SYS_CPU "cpufreq/boost",
	  .good = "0",
	  .set = "0",
	  .effect = "with boost, the CPU's speed depends on heat and on what its neighbours do" },
	{ .name = "cstates",
	  .path = SYS_CPU "cpu[0-9]*/cpuidle/state[0-9]*/disable",
	  .good = "1",
	  .set = "1",
	  .applies = is_deep,
	  .effect = "a CPU in an idle state that is not disabled, and takes more than 10 us to "
		    "leave, answers a shootdown's interrupt late" },
	{ .name = "smt",
	  .path = SYS_CPU "smt/control",
	  .good = "off|forceoff|notsupported|notimplemented",
	  .effect = "who runs on the core's other CPU slows a worker down",
	  .left = "workers take cores first, and half of the CPUs would be gone" },
	{ .name = "thp",
	  .path = "/sys/kernel/mm/transparent_hugepage/enabled",
	  .good = "madvise|never",
	  .set = "madvise",
	  .effect = "with always, processes get huge pages unasked: other flushes, and events of "
		    "2 MiB" },
	{ .name = "numa_balancing",
	  .path = "/proc/sys/kernel/numa_balancing",
	  .good = "0",
	  .set = "0",
	  .effect = "pages are unmapped to see who uses them, and migrated: events of nobody" },
	{ .name = "ksm",
	  .path = "/sys/kernel/mm/ksm/run",
	  .good = "0|2",
	  .set = "0",
	  .effect =
		  "equal pages are write-protected and merged: events of nobody, and a CPU less" },
	{ .name = "compaction",
	  .path = "/proc/sys/vm/compaction_proactiveness",
	  .good = "0",
	  .set = "0",
	  .effect = "pages are migrated in the background to make room for huge ones: events of "
		    "nobody" },
	{ .name = "aslr",
	  .path = "/proc/sys/kernel/randomize_va_space",
	  .good = "0",
	  .set = "0",
	  .effect = "addresses, and so cache sets and page tables, differ from run to run" },
	{ .name = "nmi_watchdog",
	  .path = "/proc/sys/kernel/nmi_watchdog",
	  .good = "0",
	  .set = "0",
	  .effect = "it interrupts each CPU, and holds one of its counters" },
	{ .name = "perf_event_paranoid",
	  .path = "/proc/sys/kernel/perf_event_paranoid",
	  .good = "-1|0|1",
	  .effect = "above 1, only root can count what the kernel does",
	  .left = "root, who measures, needs it not" },
	{ .name = "irqbalance",
	  .read = read_irqbalance,
	  .good = "none",
	  .effect = "interrupts move to other CPUs while samples are taken",
	  .left = "it is a service: stop it" },
	{ .name = "swap",
	  .read = read_swap,
	  .good = "none",
	  .effect = "a page that is written out is unmapped: events of nobody",
	  .left = "without swap the memory may not suffice: `swapoff -a` if it does" },
	{ .name = "clocksource",
	  .path = "/sys/devices/system/clocksource/clocksource0/current_clocksource",
	  .good = "tsc|arch_sys_counter",
	  .effect = "with another, the kernel itself does not trust the counter that stamps "
		    "operations",
	  .left = "the kernel has its reasons, see its log" },
	{ .name = "mitigations",
	  .read = read_mitigations,
	  .good = "none",
	  .effect = "each entry to the kernel and each interrupt costs more",
	  .left = "they are chosen at boot: mitigations=off" },
	{ .name = "hypervisor",
	  .read = read_hypervisor,
	  .good = "none",
	  .effect = "the host may take a CPU away at any time, and a TLB miss walks two tables",
	  .left = "it takes a machine without one" },
};

const struct setting *setting_at(size_t i)
{
	return i < sizeof(settings) / sizeof(settings[0]) ? &settings[i] : NULL;
}

const struct setting *setting_find(const char *name)
{
	for (size_t i = 0; i < sizeof(settings) / sizeof(settings[0]); i++)
		if (!strcmp(settings[i].name, name))
			return &settings[i];
	return NULL;
}

bool setting_has_file(const struct setting *setting, const char *path)
{
	return setting->path && !fnmatch(setting->path, path, FNM_PATHNAME);
}

int setting_each_file(const struct setting *setting, const char *root,
		      int (*fn)(void *arg, const struct setting *setting, const char *path),
		      void *arg)
{
	char pattern[PATH_MAX];
	glob_t found;
	int ret = 0;

	snprintf(pattern, sizeof(pattern), "%s%s", root, setting->path);
	if (!setting->path || glob(pattern, 0, NULL, &found))
		return 0;
	for (size_t i = 0; !ret && i < found.gl_pathc; i++)
		if (!setting->applies || setting->applies(found.gl_pathv[i]))
			ret = fn(arg, setting, found.gl_pathv[i] + strlen(root));
	globfree(&found);
	return ret;
}

/* The values that a setting's files have; those of more than a few kinds are not told apart. */
struct tally {
	const char *root;
	struct {
		char value[SETTING_LEN];
		size_t files;
	} kinds[4];
	size_t count;
};

static int tally_file(void *arg, const struct setting *setting, const char *path)
{
	struct tally *t = arg;
	char value[SETTING_LEN];
	size_t i = 0;

	(void)setting;
	if (!setting_read_file(t->root, path, value))
		return 0;
	while (i < t->count && strcmp(t->kinds[i].value, value))
		i++;
	if (i == sizeof(t->kinds) / sizeof(t->kinds[0]))
		return 0;
	if (i == t->count)
		memcpy(t->kinds[t->count++].value, value, sizeof(value));
	t->kinds[i].files++;
	return 0;
}

bool setting_read(const struct setting *setting, const char *root, char value[SETTING_LEN])
{
	struct tally t = { .root = root };
	size_t len = 0;

	if (setting->read)
		return setting->read(root, value);
	setting_each_file(setting, root, tally_file, &t);
	if (t.count == 1)
		memcpy(value, t.kinds[0].value, SETTING_LEN);
	for (size_t i = 0; t.count > 1 && i < t.count && len < SETTING_LEN; i++)
		len += (size_t)snprintf(value + len, SETTING_LEN - len, "%s%s (%zu files)",
					i ? ", " : "", t.kinds[i].value, t.kinds[i].files);
	return t.count;
}

bool setting_is_good(const struct setting *setting, const char *value)
{
	size_t len = strlen(value);

	for (const char *at = setting->good; *at; at += strcspn(at, "|"), at += *at == '|')
		if (strcspn(at, "|") == len && !strncmp(at, value, len))
			return true;
	return false;
}
