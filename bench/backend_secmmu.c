// SPDX-License-Identifier: GPL-2.0-only
/* The simulated secondary MMU: /dev/secmmu. */
#include "backend.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "arena.h"
#include "module.h"
#include "uapi/secmmu.h"
#include "util/err.h"

/*
 * Ranges that one call inserts: enough that the calls do not count, little enough to be allocated
 * at once.
 */
enum {
	BATCH = 4096
};

struct device {
	int fd;
	const char *variant;
	bool timed;
};

/* We loaded the module, so we unload it. */
static bool loaded_by_us;

static int open_device(void)
{
	int fd = open(SECMMU_DEVICE, O_RDWR | O_CLOEXEC);

	/* devtmpfs makes the node shortly after the module was loaded. */
	for (int tries = 0; fd < 0 && errno == ENOENT && tries < 100; tries++) {
		usleep(10000);
		fd = open(SECMMU_DEVICE, O_RDWR | O_CLOEXEC);
	}
	if (fd < 0)
		return err_setup("cannot open " SECMMU_DEVICE ": %m%s",
				 errno == EACCES ? "; it is root's" : "; is the module loaded?");
	return fd;
}

static int secmmu_prepare(const char *variant, enum select select)
{
	int ret = 0;

	if (select == SELECT_LOAD) {
		char loaded[SECMMU_NAME_LEN];

		module_word("parameters/variant", loaded, sizeof(loaded));
		if (!strcmp(loaded, variant))
			return 0;
		ret = module_unload();
	} else if (module_loaded()) {
		return 0;
	}
	if (!ret)
		ret = module_load(variant);
	if (!ret)
		loaded_by_us = true;
	return ret;
}

static void secmmu_finish(void)
{
	if (loaded_by_us && module_unload())
		err_report();
	loaded_by_us = false;
}

static json_t *secmmu_describe(void)
{
	char srcversion[64], version[64], variant[SECMMU_NAME_LEN];

	if (!module_loaded())
		return NULL;
	module_word("srcversion", srcversion, sizeof(srcversion));
	module_word("version", version, sizeof(version));
	module_word("parameters/variant", variant, sizeof(variant));
	return json_pack("{s:s, s:s, s:s}", "srcversion", srcversion, "version", version, "variant",
			 variant);
}

static int attach_variant(const struct device *dev, const char *name)
{
	struct secmmu_attach attach = { .size = sizeof(attach) };

	if (!dev->timed)
		attach.flags |= SECMMU_ATTACH_UNTIMED;
	snprintf(attach.variant, sizeof(attach.variant), "%s", name);
	if (!ioctl(dev->fd, SECMMU_ATTACH, &attach))
		return 0;
	if (errno == EOPNOTSUPP)
		return err_skipped("this kernel cannot do the variant '%s'", dev->variant);
	return err_untrusted("cannot attach the variant '%s': %m", dev->variant);
}

static int insert_ranges(const struct device *dev, const struct arena *arena)
{
	struct secmmu_range *ranges = calloc(BATCH, sizeof(*ranges));
	struct secmmu_insert insert = { .size = sizeof(insert), .ranges = (uintptr_t)ranges };
	int ret = 0;

	if (!ranges)
		return err_memory();
	for (size_t done = 0; !ret && done < arena->ranges; done += insert.count) {
		insert.count = arena->ranges - done < BATCH ? (__u32)(arena->ranges - done) : BATCH;
		for (size_t i = 0; i < insert.count; i++)
			ranges[i] = (struct secmmu_range){ .start = (uintptr_t)arena_range(
								   arena, done + i),
							   .length = arena->range_len };
		if (ioctl(dev->fd, SECMMU_INSERT, &insert))
			ret = err_untrusted("cannot insert ranges %zu to %zu of %zu: %m", done,
					    done + insert.count, arena->ranges);
	}
	free(ranges);
	return ret;
}

static void secmmu_detach(void *state)
{
	struct device *dev = state;

	close(dev->fd);
	free(dev);
}

static int secmmu_attach(const struct point *point, enum select select, const struct arena *arena,
			 void **state)
{
	struct device *dev = calloc(1, sizeof(*dev));
	int ret;

	if (!dev)
		return err_memory();
	dev->variant = point_value(point, "variant")->text;
	dev->timed = !strcmp(point_value(point, "probes")->text, "timed");
	dev->fd = open_device();
	if (dev->fd < 0) {
		ret = dev->fd;
		free(dev);
		return ret;
	}
	ret = attach_variant(dev, select == SELECT_LOAD ? "" : dev->variant);
	if (!ret)
		ret = insert_ranges(dev, arena);
	if (ret)
		secmmu_detach(dev);
	else
		*state = dev;
	return ret;
}

static int secmmu_reset(void *state)
{
	struct device *dev = state;
	struct secmmu_reset reset = { .size = sizeof(reset) };

	return ioctl(dev->fd, SECMMU_RESET, &reset) ? err_untrusted("cannot reset the probes: %m")
						    : 0;
}

static void record_counters(struct record *record, const __u64 *counters, bool subscribed)
{
	char name[32];

	record->events_known = subscribed;
	record->calls = counters[SECMMU_COUNT_START] + counters[SECMMU_COUNT_END];
	record_metric(record, "cb.calls", (double)record->calls);
	record_metric(record, "cb.hits", (double)counters[SECMMU_COUNT_HITS]);
	for (size_t i = 0; i < EVENTS; i++) {
		record->events[i] = counters[SECMMU_COUNT_UNMAP + i];
		snprintf(name, sizeof(name), "event.%s", event_names[i]);
		record_metric(record, name, (double)record->events[i]);
	}
}

static const char *why_untimed(const struct device *dev, size_t hist, bool subscribed)
{
	if (!subscribed)
		return "nobody is subscribed";
	if (!dev->timed)
		return "probes=counted";
	return hist == SECMMU_HIST_END ? "the variant has no end callback"
				       : "no callback was called";
}

static int secmmu_read(void *state, struct record *record)
{
	static const char *const names[SECMMU_HISTS] = { "cb.start", "cb.end" };
	struct device *dev = state;
	__u64 counters[SECMMU_COUNTERS] = { 0 };
	struct loghist *hists = calloc(SECMMU_HISTS, sizeof(*hists));
	struct secmmu_stats stats = {
		.size = sizeof(stats),
		.counters = (uintptr_t)counters,
		.counter_count = SECMMU_COUNTERS,
		.hists = (uintptr_t)hists,
		.hist_count = SECMMU_HISTS,
	};
	bool subscribed = strcmp(dev->variant, "none");

	if (!hists)
		return err_memory();
	if (ioctl(dev->fd, SECMMU_STATS, &stats)) {
		free(hists);
		return err_untrusted("cannot read the probes: %m");
	}
	record_counters(record, counters, subscribed);
	for (size_t i = 0; i < SECMMU_HISTS; i++)
		record_hist(record, names[i], &hists[i], why_untimed(dev, i, subscribed));
	free(hists);
	return 0;
}

const struct backend backend_secmmu = {
	.name = "secmmu",
	.prepare = secmmu_prepare,
	.finish = secmmu_finish,
	.describe = secmmu_describe,
	.attach = secmmu_attach,
	.reset = secmmu_reset,
	.read = secmmu_read,
	.detach = secmmu_detach,
};
