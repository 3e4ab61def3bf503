/* SPDX-License-Identifier: GPL-2.0-only */
/* One open file of /dev/secmmu: a device that is attached to this address space. */
#ifndef BENCH_SUBSCRIBER_DEVICE_H
#define BENCH_SUBSCRIBER_DEVICE_H

#include <stdbool.h>
#include <stddef.h>

#include "bench/plan/plan.h"
#include "loghist.h"
#include "uapi/secmmu.h"

/* How a device is attached: from the axes of a point. */
struct device_spec {
	struct secmmu_attach attach;
	const char *variant; /* for sentences; attach.variant is empty with SELECT_LOAD */
};

/* What the probes of some devices counted, together. */
struct probes {
	unsigned long long counters[SECMMU_COUNTERS];
	struct loghist hists[SECMMU_HISTS];
};

void device_spec_of(struct device_spec *spec, const struct point *point, enum select select);

/*
 * The device of the axis `beside`: with no more than probes as @point has them. It is chosen by name
 * with SELECT_LOAD, too, for the module's own variant is that of the other.
 */
void device_spec_beside(struct device_spec *spec, const struct point *point);

/* Opens and attaches. The file, or -errno with a sentence; -ENOTSUP: this kernel cannot do it. */
int device_open(const struct device_spec *spec);

/*
 * Tracks @count ranges of @len bytes, @stride bytes apart from @start on. Their names go to @ids.
 * 0 or -errno with a sentence.
 */
int device_insert(int fd, const char *start, size_t len, size_t stride, size_t count,
		  unsigned int *ids);

/* Empties the probes. 0 or -errno with a sentence. */
int device_reset(int fd);

/*
 * Adds what the probes counted to @probes, which was all zero or made by this call. 0 or -errno
 * with a sentence.
 */
int device_add_probes(int fd, struct probes *probes);

/* Adds the number of stale translations to @stale. 0 or -errno with a sentence. */
int device_verify(int fd, unsigned long long *stale);

#endif
