// SPDX-License-Identifier: GPL-2.0-only
/*
 * KVM as a subscriber: a real secondary MMU, on any machine that has /dev/kvm, without a module. A
 * device is a machine, a range is a memory slot, and who plays the device is a virtual CPU.
 */
#include "backend.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "bench/loop/arena.h"
#include "device_ops.h"
#include "device_prep.h"
#include "kvm_machine.h"
#include "kvm_stats.h"
#include "kvm_vcpu.h"
#include "util/err.h"
#include "workloads/workload.h"

/*
 * Where memory slots begin in a machine. Below, each virtual CPU has memory of its own. Offsets from
 * a multiple of 2 MiB are those in our address space, so that KVM can use large pages.
 */
#define SLOTS_GPA  (UINT64_C(1) << 30)
#define SLOT_ALIGN (UINT64_C(2) << 20)

/*
 * All machines of a sample.
 *
 * @seats: workers that have a place in each machine
 * @stats: files of virtual CPUs' statistics, @stat_count of them; under @lock
 * @base:  what had been counted at the reset
 * @adopted: what machines of child processes counted; under @lock
 */
struct fleet {
	struct kvm_machine *machines;
	size_t count, ranges, seats;
	uint64_t stride;
	pthread_mutex_t lock; /* taken by the workers while they warm up, and between operations */
	int *stats;
	size_t stat_count;
	struct kvm_counts base, adopted;
};

/*
 * A worker's place in a machine.
 *
 * @id:   no other worker has it
 * @free: two memory slots of the machine that are this worker's alone
 * @gpa:  of the worker's slot
 * @vcpu: made when it is first used
 */
struct seat {
	struct device_handle base;
	struct fleet *fleet;
	struct kvm_machine *machine;
	unsigned int id;
	size_t free;
	uint64_t gpa;
	struct kvm_vcpu *vcpu;
};

/*
 * A machine that stays from the first sample to the last. Where it is the only one, its coming and going
 * switch virtualization on and off on each CPU, and make the kernel rewrite what each context switch
 * runs (the static key of preempt notifiers): no sample shall begin with that. An emulator may go on
 * with the old code, and the guest stands still (QEMU before 8.1).
 */
static struct kvm_machine keeper;
static bool kept;

/* Where there is no KVM, attaching says so. */
static int kvm_prepare(const char *variant, enum select select)
{
	(void)variant;
	(void)select;
	if (!kept)
		kept = !kvm_machine_open(&keeper);
	err_clear();
	return 0;
}

static void kvm_finish(void)
{
	if (kept)
		kvm_machine_close(&keeper);
	kept = false;
}

static long long count_of(const struct point *point, const char *axis)
{
	return point_value(point, axis)->count;
}

static void kvm_detach(void *state)
{
	struct fleet *fleet = state;

	for (size_t i = 0; i < fleet->stat_count; i++)
		close(fleet->stats[i]);
	for (size_t i = 0; i < fleet->count; i++)
		kvm_machine_close(&fleet->machines[i]);
	pthread_mutex_destroy(&fleet->lock);
	free(fleet->stats);
	free(fleet->machines);
	free(fleet);
}

static struct fleet *fleet_alloc(const struct point *point, const struct arena *arena)
{
	struct fleet *fleet = calloc(1, sizeof(*fleet));

	if (!fleet)
		return NULL;
	pthread_mutex_init(&fleet->lock, NULL);
	fleet->ranges = arena->ranges;
	fleet->stride = (arena->range_len + SLOT_ALIGN) / SLOT_ALIGN * SLOT_ALIGN;
	fleet->machines = calloc((size_t)count_of(point, "devices"), sizeof(*fleet->machines));
	if (fleet->machines)
		return fleet;
	kvm_detach(fleet);
	return NULL;
}

static uint64_t gpa_of(const struct fleet *fleet, size_t range)
{
	return SLOTS_GPA + range * fleet->stride;
}

static int add_machine(struct fleet *fleet, const struct arena *arena)
{
	struct kvm_machine *machine = &fleet->machines[fleet->count];
	int ret = kvm_machine_open(machine);

	if (ret)
		return ret;
	fleet->count++;
	if (fleet->ranges > machine->most)
		return err_skipped("ranges=%zu, but KVM takes %zu memory slots", fleet->ranges,
				   machine->most);
	for (size_t i = 0; !ret && i < fleet->ranges; i++) {
		ret = kvm_machine_slot(machine, i, gpa_of(fleet, i), arena_range(arena, i),
				       arena->range_len);
		if (ret)
			err_untrusted("KVM does not take %zu bytes as memory slot %zu of %zu: %s",
				      arena->range_len, i, fleet->ranges, strerror(-ret));
	}
	return ret;
}

/*
 * Touches a page by a virtual CPU. A KVM that interprets the code instead of running it reads the
 * page for it, and has no translation to lose. 0 or -errno.
 */
static int try_vcpu(const struct kvm_machine *machine, char *page, size_t len)
{
	struct kvm_counts counts = { 0 };
	struct kvm_vcpu *vcpu;
	int ret = kvm_machine_slot(machine, 0, SLOTS_GPA, page, len);

	if (!ret)
		ret = kvm_vcpu_open(&vcpu, machine, 0, 1, SLOTS_GPA, len);
	if (ret)
		return ret;
	ret = kvm_vcpu_touch(vcpu, 0, 1, false);
	if (!ret && machine->stats >= 0)
		ret = kvm_stats_add(machine->stats, &counts);
	kvm_vcpu_close(vcpu);
	return !ret && kvm_counts_no_pages(&counts) ? -ENOEXEC : ret;
}

/* In a machine of its own, since a virtual CPU stays until its machine goes. */
static int check_vcpu(void)
{
	size_t len = (size_t)sysconf(_SC_PAGESIZE);
	char *page = mmap(NULL, len, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
	struct kvm_machine machine;
	int ret = page == MAP_FAILED ? err_memory() : kvm_machine_open(&machine);

	if (ret)
		return ret;
	ret = try_vcpu(&machine, page, len);
	kvm_machine_close(&machine);
	munmap(page, len);
	if (ret == -ENOEXEC)
		return err_skipped("this machine's KVM interprets 64-bit code instead of running "
				   "it, so faulters and accessors would make no translations");
	return ret ? err_skipped("this machine's KVM runs no 64-bit code, which faulters and "
				 "accessors need: %s",
				 strerror(-ret))
		   : 0;
}

/* Will anybody use a virtual CPU? */
static bool plays_device(const struct point *point)
{
	return count_of(point, "faulters") || count_of(point, "accessors") || ready_wanted(point);
}

static int kvm_attach(const struct point *point, enum select select, const struct arena *arena,
		      void **state)
{
	struct fleet *fleet = fleet_alloc(point, arena);
	int ret = fleet ? 0 : err_memory();

	(void)select;
	for (long long i = 0; !ret && i < count_of(point, "devices"); i++)
		ret = add_machine(fleet, arena);
	if (!ret && plays_device(point))
		ret = check_vcpu();
	if (ret && fleet)
		kvm_detach(fleet);
	else
		*state = fleet;
	return ret;
}

/* A virtual CPU counts for as long as the sample lasts, for its file outlives it. */
static int keep_stats(struct fleet *fleet, int fd)
{
	int *grown, ret = 0;

	if (fd < 0)
		return 0;
	pthread_mutex_lock(&fleet->lock);
	grown = realloc(fleet->stats, (fleet->stat_count + 1) * sizeof(*grown));
	if (grown) {
		fleet->stats = grown;
		ret = dup(fd);
		if (ret >= 0)
			fleet->stats[fleet->stat_count++] = ret;
		ret = ret < 0 ? -errno : 0;
	} else {
		ret = -ENOMEM;
	}
	pthread_mutex_unlock(&fleet->lock);
	return ret;
}

/* The worker's virtual CPU; it is made in the worker's own thread, in its first operation. */
static int vcpu_of(const struct workspace *w, struct kvm_vcpu **vcpu)
{
	struct seat *seat = w->device;
	int ret = 0;

	if (!seat->vcpu) {
		ret = kvm_vcpu_open(&seat->vcpu, seat->machine, seat->id, seat->free, seat->gpa,
				    w->len);
		if (!ret)
			ret = keep_stats(seat->fleet, kvm_vcpu_stats(seat->vcpu));
	}
	*vcpu = seat->vcpu;
	return ret;
}

static int kvm_fault(const struct workspace *w, size_t first, size_t pages, bool write)
{
	struct kvm_vcpu *vcpu;
	int ret = vcpu_of(w, &vcpu);

	return ret ? ret : kvm_vcpu_touch(vcpu, first * w->page_size, pages, write);
}

static int kvm_access(const struct workspace *w, size_t offset, void *data, size_t len, bool write)
{
	struct kvm_vcpu *vcpu;
	int ret = vcpu_of(w, &vcpu);

	for (size_t done = 0, part; !ret && done < len; done += part) {
		part = len - done < KVM_VCPU_MOST ? len - done : KVM_VCPU_MOST;
		ret = kvm_vcpu_copy(vcpu, offset + done, (char *)data + done, part, write);
	}
	return ret;
}

static int kvm_track(const struct workspace *w, char *start, size_t len)
{
	const struct seat *seat = w->device;
	size_t slot = seat->free + 1;
	uint64_t gpa = gpa_of(seat->fleet, seat->fleet->ranges + seat->id);
	int ret = kvm_machine_slot(seat->machine, slot, gpa, start, len);

	return ret ? ret : kvm_machine_slot(seat->machine, slot, gpa, start, 0);
}

/* A machine of the child's own, with one memory slot. It goes with the child. */
static int kvm_clone(struct workspace *w)
{
	struct seat *seat = w->device;
	struct kvm_machine *machine = calloc(1, sizeof(*machine));
	int ret = machine ? kvm_machine_open(machine) : -ENOMEM;

	if (!ret)
		ret = kvm_machine_slot(machine, 0, SLOTS_GPA, w->slot, w->len);
	if (ret)
		return ret;
	seat->machine = machine;
	seat->vcpu = NULL; /* the parent's is of no use here, and goes with the child */
	seat->id = 0;
	seat->free = 1;
	seat->gpa = SLOTS_GPA;
	return machine->stats >= 0 ? machine->stats : -EOPNOTSUPP;
}

static int kvm_adopt(const struct workspace *w, int fd)
{
	struct fleet *fleet = ((struct seat *)w->device)->fleet;
	int ret;

	pthread_mutex_lock(&fleet->lock);
	ret = kvm_stats_add(fd, &fleet->adopted);
	pthread_mutex_unlock(&fleet->lock);
	return ret;
}

static const struct device_ops kvm_ops = {
	.fault = kvm_fault,
	.access = kvm_access,
	.track = kvm_track,
	.clone = kvm_clone,
	.adopt = kvm_adopt,
};

static int kvm_equip(void *state, const struct arena *arena, size_t slot, struct workspace *w)
{
	struct fleet *fleet = state;
	struct kvm_machine *machine = &fleet->machines[w->index % fleet->count];
	struct seat *seat = calloc(1, sizeof(*seat));
	long range = arena_slot_range(arena, slot);

	if (!seat)
		return err_memory();
	*seat = (struct seat){
		.base.ops = &kvm_ops,
		.fleet = fleet,
		.machine = machine,
		.id = (unsigned int)fleet->seats,
		.free = fleet->ranges + 2 * fleet->seats,
	};
	fleet->seats++;
	w->device = seat;
	if (seat->free + 2 > machine->most)
		return err_skipped("ranges=%zu, and two more for each worker, but KVM takes %zu "
				   "memory slots",
				   fleet->ranges, machine->most);
	if (range >= 0)
		seat->gpa = gpa_of(fleet, (size_t)range) +
			    (uint64_t)(w->slot - arena_range(arena, (size_t)range));
	return 0;
}

/* All that was ever counted, to which the machines' own counters add. */
static int count_all(struct fleet *fleet, struct kvm_counts *counts)
{
	int ret = 0;

	for (size_t i = 0; !ret && i < fleet->count; i++)
		if (fleet->machines[i].stats >= 0)
			ret = kvm_stats_add(fleet->machines[i].stats, counts);
	for (size_t i = 0; !ret && i < fleet->stat_count; i++)
		ret = kvm_stats_add(fleet->stats[i], counts);
	return ret ? err_untrusted("cannot read KVM's statistics: %s", strerror(-ret)) : 0;
}

static int kvm_reset(void *state)
{
	struct fleet *fleet = state;

	fleet->base = (struct kvm_counts){ 0 };
	fleet->adopted = (struct kvm_counts){ 0 };
	return count_all(fleet, &fleet->base);
}

static int kvm_read(void *state, struct record *record, double seconds)
{
	struct fleet *fleet = state;
	struct kvm_counts counts = fleet->adopted;
	const struct kvm_stat *stat;
	char name[64];
	int ret = count_all(fleet, &counts);

	(void)seconds;
	for (size_t i = 0; !ret && (stat = kvm_stat_at(i)); i++) {
		uint64_t before = stat->level ? 0 : fleet->base.value[i];

		snprintf(name, sizeof(name), "kvm.%s", stat->name);
		if (counts.known[i])
			record_metric(record, name, (double)(counts.value[i] - before));
		else
			record_absent(record, name,
				      stat->vcpu && !fleet->stat_count
					      ? "no virtual CPU ran"
					      : "this kernel's KVM does not count it");
	}
	return ret;
}

const struct backend backend_kvm = {
	.name = "kvm",
	.needs = "kvm",
	.silent = "KVM does not say",
	.prepare = kvm_prepare,
	.finish = kvm_finish,
	.attach = kvm_attach,
	.equip = kvm_equip,
	.reset = kvm_reset,
	.read = kvm_read,
	.detach = kvm_detach,
};
