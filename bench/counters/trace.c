// SPDX-License-Identifier: GPL-2.0-only
/* Tracepoints of the kernel: SYSTEM:EVENT, and with a filter SYSTEM:EVENT/FILTER/. */
#include "internal.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/perf_event.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

enum {
	PATH_LEN = 256
};

static bool has_events(int tracing)
{
	return !faccessat(tracing, "events", R_OK | X_OK, 0);
}

/* Where it is mounted, or was before 4.1. */
static int find_mounted(void)
{
	static const char *const places[] = { "/sys/kernel/tracing", "/sys/kernel/debug/tracing" };

	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		int fd = open(places[i], O_PATH | O_DIRECTORY | O_CLOEXEC);

		if (fd >= 0 && has_events(fd))
			return fd;
		if (fd >= 0)
			close(fd);
	}
	return -1;
}

/* One of our own that nobody else sees and that goes with the descriptor. 0 or more, or -1 with errno. */
static int mount_unseen(void)
{
	int fs = fsopen("tracefs", FSOPEN_CLOEXEC), fd = -1, error;

	if (fs < 0)
		return -1;
	if (!fsconfig(fs, FSCONFIG_CMD_CREATE, NULL, NULL, 0))
		fd = fsmount(fs, FSMOUNT_CLOEXEC, 0);
	error = errno;
	close(fs);
	errno = error;
	return fd;
}

/* Of the first CPU. */
static void read_cpu(char *cpu, size_t size)
{
	char line[128], vendor[32] = "", family[16] = "";
	FILE *file = fopen("/proc/cpuinfo", "re");

	while (file && !*family && fgets(line, sizeof(line), file))
		if (sscanf(line, "vendor_id : %31s", vendor) != 1)
			sscanf(line, "cpu family : %15s", family);
	if (file)
		fclose(file);
	if (*vendor && *family)
		snprintf(cpu, size, "%s-%s", vendor, family);
}

void counter_world_open(struct counter_world *world)
{
	*world = (struct counter_world){ .pmus = "/sys/bus/event_source/devices" };
	read_cpu(world->cpu, sizeof(world->cpu));
	world->tracing = find_mounted();
	if (world->tracing < 0)
		world->tracing = mount_unseen();
	if (world->tracing < 0)
		snprintf(world->why_not, sizeof(world->why_not),
			 "there is no tracefs: %s; mount -t tracefs tracefs /sys/kernel/tracing",
			 errno == ENODEV ? "this kernel has none" : strerror(errno));
}

void counter_world_close(struct counter_world *world)
{
	if (world->tracing >= 0)
		close(world->tracing);
}

/* Reads the number in the file @path below @tracing; false with errno. */
static bool read_number(int tracing, const char *path, uint64_t *value)
{
	int fd = openat(tracing, path, O_RDONLY | O_CLOEXEC);
	char text[32];
	ssize_t len;

	if (fd < 0)
		return false;
	len = read(fd, text, sizeof(text) - 1);
	close(fd);
	text[len > 0 ? len : 0] = '\0';
	*value = strtoull(text, NULL, 10);
	return len > 0;
}

static void split(const char *name, char *path, size_t size, char *filter, size_t filter_size)
{
	size_t len = strcspn(name, "/"), colon = strcspn(name, ":");

	snprintf(path, size, "events/%.*s/%.*s/id", (int)colon, name, (int)(len - colon - 1),
		 name + colon + 1);
	snprintf(filter, filter_size, "%s", name[len] ? name + len + 1 : "");
	filter[strcspn(filter, "/")] = '\0';
}

void counter_encode_tracepoint(const struct counter_world *world, const char *name,
			       struct counter *c)
{
	char path[PATH_LEN];
	size_t len = strcspn(name, "/");

	c->kind = COUNTER_TRACEPOINT;
	c->type = PERF_TYPE_TRACEPOINT;
	split(name, path, sizeof(path), c->filter, sizeof(c->filter));
	if (world->tracing < 0)
		counter_lacks(c, "%s", world->why_not);
	else if (!read_number(world->tracing, path, &c->config[0]))
		counter_lacks(c, "%s tracepoint %.*s",
			      errno == ENOENT ? "this kernel has no" : "only root may read of the",
			      (int)len, name);
	else
		snprintf(c->is, sizeof(c->is), "tracepoint %.*s (id %llu)%s%s", (int)len, name,
			 (unsigned long long)c->config[0], *c->filter ? " where " : "", c->filter);
}

/* Words as the kernel names tracepoints, with one colon; a makers' event has capital letters. */
bool counter_is_tracepoint(const char *name)
{
	size_t len = strcspn(name, "/"), colons = 0;

	for (size_t i = 0; i < len; i++) {
		bool colon = name[i] == ':';

		if (!colon && !islower((unsigned char)name[i]) &&
		    !isdigit((unsigned char)name[i]) && name[i] != '_')
			return false;
		colons += colon;
	}
	if (colons != 1 || *name == ':' || name[len - 1] == ':')
		return false;
	return !name[len] ||
	       (name[len + 1] != '/' && strchr(name + len + 1, '/') == name + strlen(name) - 1);
}
