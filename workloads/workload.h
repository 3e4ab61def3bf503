/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The contract of a workload: the one operation that it does. It never creates threads
 * (but in processes of its own), reads clocks, parses options or prints.
 */
#ifndef WORKLOADS_WORKLOAD_H
#define WORKLOADS_WORKLOAD_H

#include <stdbool.h>
#include <stddef.h>

enum param_kind {
	PARAM_COUNT, /* a whole number, or one of a few words where there are choices */
	PARAM_SIZE,  /* bytes; K, M and G are powers of 1024 */
	PARAM_CHOICE /* one of a few words */
};

/* By what of the machine a PARAM_COUNT may be given, beside a number. */
enum param_of {
	OF_NOTHING,
	OF_CPUS,        /* `50%`: of the CPUs that may be used, rounded down, at least 1 of them */
	OF_NODES,       /* `each`: the number of each NUMA node with CPUs */
	OF_MEMORY_NODES /* `each`: of each one with memory */
};

/* One axis of a suite: what it means, and which values it may have. */
struct param {
	const char *name;
	const char *unit; /* "" for a count or a choice */
	enum param_kind kind;
	enum param_of of;
	const char *preset;         /* the value where no suite gives one */
	long long min, max;         /* of PARAM_COUNT and PARAM_SIZE, both included */
	const char *const *choices; /* words, NULL-terminated; of PARAM_CHOICE, may be of others */
	const char *help;
};

/*
 * What the workers of one slot know of its contents. Each written page begins with a stamp: the
 * number of the time that the slot was written. So a device that reads an old stamp has used a
 * translation that it should have lost.
 *
 * @written: the last stamp, set before the first page gets it
 * @dead:    stamps up to this one are gone: their pages were given back, or overwritten, before it was set
 */
struct slot_stamps {
	_Atomic unsigned long long written, dead;
};

/*
 * The part of a worker that a workload sees.
 *
 * @slot:   memory of the worker, or of the worker whose memory a device load is after: @len
 *          bytes, not mapped until slot_map()
 * @len:    a multiple of @page_size
 * @node:   the NUMA node that the slot's memory is bound to; -1: the kernel takes what is near to
 *          who touches a page first
 * @thp:    the slot is to have huge pages
 * @stamps: of the slot
 * @params: for param_count() and param_choice()
 * @device: for the device_*() calls; NULL when nobody is subscribed
 * @range:  the device's name for the range that the slot lies in
 * @index:  which of the workers of its role this is, from 0
 * @local:  the workload's own, for one worker
 * @stale:  device accesses that saw what they should not
 * @missed: operations that found nothing to do
 */
struct workspace {
	char *slot;
	size_t len, page_size;
	int node;
	bool thp;
	struct slot_stamps *stamps;
	const void *params;
	void *device;
	unsigned int range;
	size_t index;
	long long local[4];
	unsigned long long stale, missed;
};

/*
 * The value of the axis @name: a count or a number of bytes; it must be the engine's or in
 * @params of the workload.
 */
long long param_count(const struct workspace *w, const char *name);

/* The word of the axis @name. */
const char *param_choice(const struct workspace *w, const char *name);

/*
 * Maps the slot readable and writable, without pages, over whatever is there, and binds it. 0 or
 * -errno.
 */
int slot_map(const struct workspace *w);

/*
 * Binds memory that a workload has mapped in another way to the node of its slot: @len bytes at
 * @start, before they have pages. 0 or -errno.
 */
int slot_bind(const struct workspace *w, void *start, size_t len);

/* The same for @len bytes at @offset; @prot is added to readable and writable. 0 or -errno. */
int slot_map_part(const struct workspace *w, size_t offset, size_t len, int prot);

/* The same, over the file @fd; @flags as mmap(2) has. 0 or -errno. */
int slot_map_file(const struct workspace *w, int fd, int flags);

/* Reads each page of the slot. */
void slot_read(const struct workspace *w);

/* Writes a new stamp into each page of the slot. */
void slot_touch(const struct workspace *w);

/* Tells that all stamps that were written so far are gone from the slot: only after the kernel has taken the pages. */
void slot_discarded(const struct workspace *w);

/* Tells that each page which the slot has holds the last stamp, so that those before it are gone. */
void slot_overwritten(const struct workspace *w);

/*
 * Did the device read @stamp by a translation that it should have lost? @dead is what slot_stamps had
 * before it read. Workloads that write no stamps are not judged.
 */
bool slot_is_stale(const struct workspace *w, unsigned long long dead, unsigned long long stamp);

/* Where in a page a device writes that does, as many bytes as a stamp has. */
#define SLOT_DEVICE_WORD sizeof(unsigned long long)

/* Of a slot that may only be read: whether a device's write has come into it all the same. */
bool slot_changes(const struct workspace *w);

/*
 * The device of the sample faults in @pages pages of the slot from page @first on. 0; -EFAULT
 * nothing is mapped there; -EBUSY, -ETIMEDOUT it collided until it gave up; or another -errno.
 */
int device_fault(const struct workspace *w, size_t first, size_t pages, bool write);

/* The device reads @len bytes at @offset of the slot into @data. 0 or -errno, as device_fault().
 */
int device_read(const struct workspace *w, size_t offset, void *data, size_t len);

/* The same the other way round: it writes them from @data. */
int device_write(const struct workspace *w, size_t offset, const void *data, size_t len);

/* The device tracks one more range, of @len bytes at @start, and forgets it again. 0 or -errno.
 */
int device_track(const struct workspace *w, char *start, size_t len);

/*
 * In a child of the sample's process: a device of its own, attached in the same way, with one
 * range over the slot. Gives its file, or -errno; @w->device and @w->range are then the child's.
 */
int device_clone(struct workspace *w);

/*
 * In the sample's process: adds what the probes of the child's file @fd counted to the sample's.
 * 0 or -errno.
 */
int device_adopt(const struct workspace *w, int fd);

/* How often an event comes, at least. */
enum emitted {
	EACH_OPERATION,
	EACH_PAGE, /* of the slot, with each operation */
	AT_TIMES
};

struct emission {
	const char *event; /* as core mm calls it, without MMU_NOTIFY_: "CLEAR" */
	enum emitted often;
};

/* Most types of event that a workload causes. */
enum {
	EMISSIONS = 4
};

/*
 * @events: what an operation and its preparation make core mm emit; ends with a row without a
 *          name, unless it is full
 * @params: its own axes; ends with a row without a name; NULL for none
 * @lacks:  in the sample's process, before any worker, with the first worker's @w, which has no
 *          device: why it cannot be done here, as half a sentence ("needs swap"), or NULL. NULL for
 *          a workload that can be done anywhere
 * @needs:  what of a machine, by the names of vm/provide, with spaces between: a virtual machine of
 *          ours is given it; NULL for nothing
 * @watch:  of a load: its operations take no time worth knowing; what is recorded is the time that is
 *          missing between them
 * @retouch: of a load with @watch: reads each of `retouch_pages` pages once that @op does not touch; NULL:
 *          it has none
 * @huge:   its slot may have huge pages; for all others they are off
 * @slow_ms: what a sample takes beyond those of others, in QEMU TCG, in ms: its operations and their preparations
 *          take so long that phases end late, and setting up as well
 * @init:   in each worker, pinned, before the barrier; 0 or -errno; NULL for nothing
 * @prep:   before each operation, not timed; 0 or -errno; NULL for nothing
 * @op:     one operation: the only code that is timed; 0 or -errno
 * @fini:   in each worker, at the end; NULL for nothing
 */
struct workload {
	const char *name, *help;
	struct emission events[EMISSIONS];
	const struct param *params;
	const char *(*lacks)(const struct workspace *w);
	const char *needs;
	bool watch;
	bool huge;
	unsigned int slow_ms;
	int (*init)(struct workspace *w);
	int (*prep)(struct workspace *w);
	int (*op)(struct workspace *w);
	void (*fini)(struct workspace *w);
	void (*retouch)(struct workspace *w);
};

/* All workloads, in the order of workloads.def; NULL past the end. */
const struct workload *workload_at(size_t i);

/* The workload called @name, or NULL. */
const struct workload *workload_find(const char *name);

#endif
