// SPDX-License-Identifier: GPL-2.0-only
#include "device.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "util/clock.h"
#include "util/err.h"

/* Ranges that one call inserts: so many that the calls do not count. */
enum {
	BATCH = 4096
};

static const char *word_of(const struct point *point, const char *axis)
{
	return point_value(point, axis)->text;
}

static __u32 count_of(const struct point *point, const char *axis)
{
	return (__u32)point_value(point, axis)->count;
}

/* The place of the axis' word among its choices, which stand in the order of the ABI's enums. */
static __u32 choice_of(const struct point *point, const char *axis)
{
	const char *const *choices = param_find(engine_params, axis)->choices;
	__u32 i = 0;

	while (choices[i + 1] && strcmp(choices[i], word_of(point, axis)))
		i++;
	return i;
}

void device_spec_of(struct device_spec *spec, const struct point *point, enum select select)
{
	struct secmmu_attach *attach = &spec->attach;

	*spec = (struct device_spec){ .variant = word_of(point, "variant") };
	attach->size = sizeof(*attach);
	attach->lock = choice_of(point, "lock");
	attach->events = choice_of(point, "events");
	attach->engine = choice_of(point, "lookup");
	attach->flush_ns = count_of(point, "flush_ns");
	attach->defect = choice_of(point, "defect");
	attach->delay_ns = count_of(point, "delay_ns");
	attach->delay_insns = count_of(point, "delay_insns");
	if (strcmp(word_of(point, "probes"), "timed"))
		attach->flags |= SECMMU_ATTACH_UNTIMED;
	if (!strcmp(word_of(point, "flush"), "sleep"))
		attach->flags |= SECMMU_ATTACH_FLUSH_SLEEP;
	if (count_of(point, "change_pte"))
		attach->flags |= SECMMU_ATTACH_CHANGE_PTE;
	if (select == SELECT_FILE)
		snprintf(attach->variant, sizeof(attach->variant), "%s", spec->variant);
}

void device_spec_beside(struct device_spec *spec, const struct point *point)
{
	*spec = (struct device_spec){ .variant = word_of(point, "beside") };
	spec->attach.size = sizeof(spec->attach);
	if (strcmp(word_of(point, "probes"), "timed"))
		spec->attach.flags |= SECMMU_ATTACH_UNTIMED;
	snprintf(spec->attach.variant, sizeof(spec->attach.variant), "%s", spec->variant);
}

static int open_node(void)
{
	int fd = open(SECMMU_DEVICE, O_RDWR | O_CLOEXEC);

	/* devtmpfs makes the node shortly after the module was loaded. */
	for (int tries = 0; fd < 0 && errno == ENOENT && tries < 100; tries++) {
		clock_sleep_ms(10);
		fd = open(SECMMU_DEVICE, O_RDWR | O_CLOEXEC);
	}
	if (fd < 0)
		return err_setup("cannot open " SECMMU_DEVICE ": %m%s",
				 errno == EACCES ? "; it is root's" : "; is the module loaded?");
	return fd;
}

static int attach_error(const struct device_spec *spec, int error)
{
	switch (error) {
	case EOPNOTSUPP:
		if (spec->attach.defect)
			return err_skipped("only the module's test build can have a defect");
		return err_skipped("this kernel cannot do the variant '%s'", spec->variant);
	case EINVAL:
		return err_skipped("the variant '%s' cannot do this lock, flush, change_pte, "
				   "delay or defect",
				   spec->variant);
	default:
		return err_untrusted("cannot attach the variant '%s': %s", spec->variant,
				     strerror(error));
	}
}

int device_open(const struct device_spec *spec)
{
	struct secmmu_attach attach = spec->attach;
	int fd = open_node(), ret;

	if (fd < 0 || !ioctl(fd, SECMMU_ATTACH, &attach))
		return fd;
	ret = attach_error(spec, errno);
	close(fd);
	return ret;
}

static int insert_batch(int fd, struct secmmu_range *ranges, size_t count, unsigned int *ids)
{
	struct secmmu_insert insert = {
		.size = sizeof(insert),
		.ranges = (uintptr_t)ranges,
		.count = (__u32)count,
	};

	if (ioctl(fd, SECMMU_INSERT, &insert))
		return -errno;
	for (size_t i = 0; i < count; i++)
		ids[i] = ranges[i].id;
	return 0;
}

int device_insert(int fd, const char *start, size_t len, size_t stride, size_t count,
		  unsigned int *ids)
{
	struct secmmu_range *ranges = calloc(BATCH, sizeof(*ranges));
	size_t batch;
	int ret = 0;

	if (!ranges)
		return err_memory();
	for (size_t done = 0; !ret && done < count; done += batch) {
		batch = count - done < BATCH ? count - done : BATCH;
		for (size_t i = 0; i < batch; i++)
			ranges[i] = (struct secmmu_range){
				.start = (uintptr_t)start + (done + i) * stride,
				.length = len,
			};
		ret = insert_batch(fd, ranges, batch, ids + done);
		if (ret)
			err_untrusted("cannot insert ranges %zu to %zu of %zu: %s", done,
				      done + batch, count, strerror(-ret));
	}
	free(ranges);
	return ret;
}

int device_reset(int fd)
{
	struct secmmu_reset reset = { .size = sizeof(reset) };

	return ioctl(fd, SECMMU_RESET, &reset) ? err_untrusted("cannot reset the probes: %m") : 0;
}

static void add_counters(struct probes *to, const __u64 *from)
{
	for (size_t i = 0; i < SECMMU_COUNTERS; i++)
		if (i != SECMMU_COUNT_RETRIES_MOST)
			to->counters[i] += from[i];
		else if (from[i] > to->counters[i])
			to->counters[i] = from[i];
}

int device_add_probes(int fd, struct probes *probes)
{
	__u64 counters[SECMMU_COUNTERS] = { 0 };
	struct loghist *hists = calloc(SECMMU_HISTS, sizeof(*hists));
	struct secmmu_stats stats = {
		.size = sizeof(stats),
		.counters = (uintptr_t)counters,
		.hists = (uintptr_t)hists,
		.counter_count = SECMMU_COUNTERS,
		.hist_count = SECMMU_HISTS,
	};
	int ret = 0;

	if (!hists)
		return err_memory();
	if (ioctl(fd, SECMMU_STATS, &stats))
		ret = err_untrusted("cannot read the probes: %m");
	for (size_t i = 0; !ret && i < SECMMU_HISTS; i++) {
		if (!probes->hists[i].count)
			loghist_init(&probes->hists[i]);
		loghist_add(&probes->hists[i], &hists[i]);
	}
	if (!ret)
		add_counters(probes, counters);
	free(hists);
	return ret;
}

int device_verify(int fd, unsigned long long *stale)
{
	struct secmmu_verify verify = { .size = sizeof(verify) };

	if (ioctl(fd, SECMMU_VERIFY, &verify))
		return err_untrusted("cannot compare the device's translations: %m");
	*stale += verify.stale;
	return 0;
}
