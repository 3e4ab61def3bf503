// SPDX-License-Identifier: GPL-2.0-only
#include "cpu_time.h"

#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

bool cpu_time_add_wait(struct wait_time *sum, const char *text)
{
	unsigned long long ran, waited;

	if (sscanf(text, "%llu %llu", &ran, &waited) != 2)
		return false;
	sum->ran += (double)ran;
	sum->waited += (double)waited;
	return true;
}

/* user nice system idle iowait irq softirq steal; what is behind is in the first two already. */
enum {
	STEAL = 7
};

bool cpu_time_add_ticks(struct cpu_time *time, const char *text, int cpu)
{
	char name[24];
	int len = snprintf(name, sizeof(name), "\ncpu%d ", cpu);
	const char *line = strstr(text, name);
	double all = 0, ticks = 0;
	char *end;

	if (!line)
		return false;
	line += len;
	for (int i = 0; i <= STEAL; i++, line = end) {
		ticks = strtod(line, &end);
		if (end == line)
			return false;
		all += ticks;
	}
	time->all += all;
	time->stolen += ticks;
	return true;
}

double cpu_time_waited(const struct wait_time *before, const struct wait_time *after)
{
	double ran = after->ran - before->ran, waited = after->waited - before->waited;

	return before->known && after->known && ran + waited > 0 ? waited / (ran + waited) : NAN;
}

double cpu_time_stolen(const struct cpu_time *before, const struct cpu_time *after)
{
	double all = after->all - before->all;

	if (!before->steal_known || !after->steal_known || !(all > 0))
		return NAN;
	return (after->stolen - before->stolen) / all;
}

/* False when it cannot be read. */
static bool read_file(const char *path, char *buffer, size_t room)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	size_t len = 0;
	ssize_t n = -1;

	while (fd >= 0 && len + 1 < room && (n = read(fd, buffer + len, room - 1 - len)) > 0)
		len += (size_t)n;
	if (fd >= 0)
		close(fd);
	buffer[len] = '\0';
	return len > 0 && n >= 0;
}

static void read_wait(struct wait_time *sum, const struct worker *w, char *buffer, size_t room)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/self/task/%d/schedstat", (int)w->tid);
	if (!read_file(path, buffer, room) || !cpu_time_add_wait(sum, buffer))
		sum->known = false;
}

void cpu_time_read(struct cpu_time *time, const struct crew *crew, char *buffer, size_t room)
{
	*time = (struct cpu_time){ .owners.known = true, .watchers.known = true };
	for (size_t i = 0; i < crew->count; i++) {
		const struct worker *w = &crew->workers[i];

		if (w->owner)
			read_wait(&time->owners, w, buffer, room);
		else if (w->workload->watch)
			read_wait(&time->watchers, w, buffer, room);
	}
	time->steal_known = read_file("/proc/stat", buffer, room);
	for (size_t i = 0; i < crew->count && time->steal_known; i++)
		time->steal_known = cpu_time_add_ticks(time, buffer, crew->workers[i].cpu);
}
