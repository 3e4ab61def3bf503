// SPDX-License-Identifier: GPL-2.0-only
#include "open.h"

#include <errno.h>
#include <glob.h>
#include <linux/perf_event.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "internal.h"
#include "util/file.h"

/* A core's PMU in sysfs: cpu, cpu_core, cpum_cf; armv8_pmuv3_0, armv8_cortex_a72. */
static bool has_core_pmu(void)
{
	glob_t found;
	bool has = !glob("/sys/bus/event_source/devices/{cpu,armv}*", GLOB_BRACE, NULL, &found);

	globfree(&found);
	return has;
}

static void explain_right(const struct counter *c, char *why)
{
	char paranoid[16] = "?";

	file_line("/proc/sys/kernel/perf_event_paranoid", paranoid, sizeof(paranoid));
	snprintf(
		why, COUNTER_WHY_LEN,
		"not permitted: kernel.perf_event_paranoid is %s; be root, or have CAP_PERFMON, or "
		"set it to %s",
		paranoid, c->machine ? "-1" : "1");
}

static void explain_invalid(const struct counter *c, int leader, char *why)
{
	if (c->kind == COUNTER_CPU && leader >= 0)
		snprintf(why, COUNTER_WHY_LEN,
			 "it does not fit into one group with those before it: too few registers; "
			 "count it in a run of its own");
	else if (!c->user || !c->kernel)
		snprintf(why, COUNTER_WHY_LEN,
			 "the kernel refuses it; perhaps it does not tell user and kernel apart: "
			 "try "
			 ":uk");
	else
		snprintf(why, COUNTER_WHY_LEN, "the kernel refuses %s: %s", c->is,
			 strerror(EINVAL));
}

/* One sentence for what perf_event_open(2) said. */
static void explain(const struct counter *c, int leader, int error, char *why)
{
	if (c->kind == COUNTER_CPU && !has_core_pmu())
		snprintf(why, COUNTER_WHY_LEN,
			 "this machine has no PMU: a virtual machine has one only if it is given");
	else if (error == EACCES || error == EPERM)
		explain_right(c, why);
	else if (error == EINVAL)
		explain_invalid(c, leader, why);
	else if (error == ENOSYS)
		snprintf(why, COUNTER_WHY_LEN, "this kernel has no perf events");
	else if (error == ENOENT || error == EOPNOTSUPP)
		snprintf(why, COUNTER_WHY_LEN, "the kernel has no such event on this CPU");
	else
		snprintf(why, COUNTER_WHY_LEN, "cannot be opened: %s", strerror(error));
}

/*
 * Only a core's counter has a guest to leave out. Pinned: the group has its registers all the time, or
 * the kernel says that it has not.
 */
int counter_open(const struct counter *c, int cpu, int leader, char *why)
{
	struct perf_event_attr attr = {
		.size = sizeof(attr),
		.type = c->type,
		.config = c->config[0],
		.config1 = c->config[1],
		.config2 = c->config[2],
		.read_format = PERF_FORMAT_GROUP | PERF_FORMAT_TOTAL_TIME_ENABLED |
			       PERF_FORMAT_TOTAL_TIME_RUNNING,
		.disabled = leader < 0,
		.pinned = leader < 0,
		.exclude_user = !c->user,
		.exclude_kernel = !c->kernel,
		.exclude_guest = c->kind == COUNTER_CPU,
	};
	int fd = (int)syscall(SYS_perf_event_open, &attr, cpu < 0 ? 0 : -1, cpu, leader,
			      PERF_FLAG_FD_CLOEXEC);

	if (fd < 0) {
		int error = errno;

		explain(c, leader, error, why);
		return -error;
	}
	if (!*c->filter || !ioctl(fd, PERF_EVENT_IOC_SET_FILTER, c->filter))
		return fd;
	snprintf(why, COUNTER_WHY_LEN, "the kernel refuses the filter '%s': %s", c->filter,
		 strerror(errno));
	close(fd);
	return -EINVAL;
}

void counter_try(struct counter *c)
{
	char why[COUNTER_WHY_LEN];
	int fd;

	if (*c->why)
		return;
	fd = counter_open(c, c->machine ? 0 : -1, -1, why);
	if (fd < 0)
		counter_lacks(c, "%s", why);
	else
		close(fd);
}

uint64_t counter_scale(uint64_t value, uint64_t enabled, uint64_t running)
{
	return (uint64_t)(((unsigned __int128)value * enabled + running / 2) / running);
}
