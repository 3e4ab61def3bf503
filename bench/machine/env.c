// SPDX-License-Identifier: GPL-2.0-only
#include "env.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "settings.h"
#include "topo.h"
#include "tune.h"
#include "util/file.h"

/* Facts that stand in a file of one line, and are no settings that disturb. */
static const struct {
	const char *name, *path;
} files[] = {
	{ "cmdline", "/proc/cmdline" },
	{ "tlb_single_page_flush_ceiling", "/sys/kernel/debug/x86/tlb_single_page_flush_ceiling" },
};

/* The value of the first line of /proc/cpuinfo that begins with @key. */
static bool read_cpuinfo(const char *key, char *value, size_t size)
{
	FILE *f = fopen("/proc/cpuinfo", "re");
	char line[4096];
	bool found = false;

	while (f && !found && fgets(line, sizeof(line), f)) {
		char *colon = strchr(line, ':');

		if (strncmp(line, key, strlen(key)) || !colon)
			continue;
		line[strcspn(line, "\n")] = '\0';
		snprintf(value, size, "%s", colon + 1 + strspn(colon + 1, " "));
		found = true;
	}
	if (f)
		fclose(f);
	return found;
}

static void add_files(json_t *machine)
{
	char line[4096];

	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		if (file_line(files[i].path, line, sizeof(line)))
			json_object_set_new(machine, files[i].name, json_string(line));
}

static void add_settings(json_t *machine)
{
	const struct setting *setting;
	char value[SETTING_LEN];

	for (size_t i = 0; (setting = setting_at(i)); i++)
		if (setting_read(setting, "", value))
			json_object_set_new(machine, setting->name, json_string(value));
	json_object_set_new(machine, "tuned", json_boolean(tune_is_on("")));
}

static void add_mitigations(json_t *machine)
{
	static const char folder[] = "/sys/devices/system/cpu/vulnerabilities";
	DIR *dir = opendir(folder);
	struct dirent *entry;

	while (dir && (entry = readdir(dir))) {
		char path[sizeof(folder) + 256], name[300], line[256];

		snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
		snprintf(name, sizeof(name), "mitigation.%s", entry->d_name);
		if (entry->d_name[0] != '.' && file_line(path, line, sizeof(line)))
			json_object_set_new(machine, name, json_string(line));
	}
	if (dir)
		closedir(dir);
}

bool env_cpu(char *name, size_t size)
{
	return read_cpuinfo("model name", name, size);
}

static void add_cpu(json_t *machine)
{
	char text[256];

	if (env_cpu(text, sizeof(text)))
		json_object_set_new(machine, "cpu", json_string(text));
	if (read_cpuinfo("microcode", text, sizeof(text)))
		json_object_set_new(machine, "microcode", json_string(text));
}

/*
 * QEMU's own CPUs say so in their name when nothing accelerates them; "-cpu max" under TCG is
 * one.
 */
bool env_emulated(void)
{
	char name[256];

	return env_cpu(name, sizeof(name)) && strstr(name, "QEMU TCG");
}

json_t *env_describe(const struct topo *topo, double clock_hz)
{
	json_t *machine = json_object();
	struct utsname uts;
	char host[256] = "";

	uname(&uts);
	gethostname(host, sizeof(host) - 1);
	json_object_set_new(machine, "host", json_string(host));
	json_object_set_new(machine, "kernel", json_string(uts.release));
	json_object_set_new(machine, "kernel_version", json_string(uts.version));
	json_object_set_new(machine, "architecture", json_string(uts.machine));
	add_cpu(machine);
	json_object_set_new(machine, "cpus", json_integer((json_int_t)topo_cpus(topo)));
	json_object_set_new(machine, "nodes", json_integer((json_int_t)topo_nodes(topo)));
	json_object_set_new(
		machine, "memory_bytes",
		json_integer((json_int_t)sysconf(_SC_PHYS_PAGES) * sysconf(_SC_PAGESIZE)));
	json_object_set_new(machine, "clock_hz", json_integer((json_int_t)clock_hz));
	add_files(machine);
	add_settings(machine);
	add_mitigations(machine);
	return machine;
}
