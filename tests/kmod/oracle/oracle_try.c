// SPDX-License-Identifier: GPL-2.0-only
/* One trial: threads that invalidate, fault and access at once, and a look at the tables meanwhile. */
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "oracle.h"
#include "tests/kmod/lib/tap.h"

/* More faulters would leave the invalidators no time: a fault that retries does so at once. */
#define FIELDS    2
#define FAULTERS  1
#define ACCESSORS 1
#define THREADS   (FIELDS + FAULTERS + ACCESSORS)

/*
 * Long enough for any fault that does not livelock. Some variants retry at once: a few tries, then the
 * CPU is left to others, or the invalidation that is waited for would not get on.
 */
#define PATIENCE_NS 200000000ull
#define TRIES       8

/* Whoever watches a guest takes silence for a hang. */
#define NOTE_SECONDS 30

struct scene {
	const struct trial *trial;
	struct verdict *verdict;
	struct field fields[FIELDS];
	atomic_uint next; /* numbers threads */
	atomic_bool stop;
	int fd;
};

/* A page that some thread invalidates now and then. */
static unsigned int some_page(const struct field *field, unsigned int *seed)
{
	unsigned int at = (unsigned int)rand_r(seed);

	if (field->huge)
		return at % FIELD_PAGES;
	return at % 24 + at / 24 % FIELD_RANGES * (FIELD_PAGES / FIELD_RANGES);
}

static __u32 range_of(const struct field *field, unsigned int page)
{
	return field->ids[page / (FIELD_PAGES / FIELD_RANGES)];
}

/* What may happen to a fault in memory that comes and goes. */
static void count_error(struct verdict *verdict, int ret)
{
	if (ret == -EBUSY || ret == -ETIMEDOUT)
		atomic_fetch_add(&verdict->given_up, 1);
	else if (ret && ret != -EFAULT && ret != -ENXIO && !atomic_fetch_add(&verdict->broken, 1))
		tap_note("an access failed: %s", strerror(-ret));
}

/*
 * Sleep while there were far more accesses and faults than invalidations: on a busy host readers of the
 * page tables can keep their writers waiting for most of the time.
 */
static void keep_pace(struct scene *scene)
{
	struct verdict *verdict = scene->verdict;
	unsigned long most = scene->trial->huge ? 64 : 4;

	while (!atomic_load(&scene->stop) &&
	       atomic_load(&verdict->accesses) + atomic_load(&verdict->faults) >
		       most * atomic_load(&verdict->invalidations) + 100)
		usleep(50);
}

static void *invalidate(void *arg)
{
	struct scene *scene = arg;
	struct verdict *verdict = scene->verdict;
	unsigned int number = atomic_fetch_add(&scene->next, 1);
	struct field *field = &scene->fields[number];
	unsigned int seed = number + 1;
	unsigned long calls;

	while (!atomic_load(&scene->stop)) {
		if (!field_change(field, &seed, &calls))
			atomic_fetch_add(&verdict->stale_writes, 1);
		atomic_fetch_add(&verdict->invalidations, calls);
	}
	return NULL;
}

static void *fault(void *arg)
{
	struct scene *scene = arg;
	unsigned int seed = 100 + atomic_fetch_add(&scene->next, 1);
	struct secmmu_fault call = { .size = sizeof(call),
				     .max_tries = TRIES,
				     .deadline_ns = PATIENCE_NS };
	const unsigned int step = FIELD_PAGES / FIELD_RANGES;

	while (!atomic_load(&scene->stop)) {
		struct field *field = &scene->fields[(unsigned int)rand_r(&seed) % FIELDS];
		unsigned int page = some_page(field, &seed);
		unsigned int count = 1 + (unsigned int)rand_r(&seed) % (step - page % step);

		if (field->huge && rand_r(&seed) % 4 == 0) {
			page = 0;
			count = FIELD_PAGES;
		} else if (count > 16) {
			count = 16;
		}
		/* Reading would bring the huge zero page, which is cut up when it is written. */
		call.flags = field->huge || rand_r(&seed) % 2 ? SECMMU_FAULT_WRITE : 0;
		call.start = (uintptr_t)field->base + page * DEV_PAGE;
		call.length = count * DEV_PAGE;
		call.id = range_of(field, page);
		count_error(scene->verdict, dev_call(scene->fd, SECMMU_FAULT, &call));
		atomic_fetch_add(&scene->verdict->faults, 1);
		sched_yield();
		keep_pace(scene);
	}
	return NULL;
}

/* The device reads a page's stamp. */
static int read_stamp(struct scene *scene, struct field *field, unsigned int page,
		      struct secmmu_access *access)
{
	uint32_t least = atomic_load(&field->least[page]);
	uint32_t newest = atomic_load(&field->newest[page]);
	uint64_t seen = 0;
	int ret;

	access->start = (uintptr_t)field->base + page * DEV_PAGE;
	access->data = (uintptr_t)&seen;
	ret = dev_call(scene->fd, SECMMU_ACCESS, access);
	if (ret || field_permits(field, page, least, newest, seen))
		return ret;
	if (!atomic_fetch_add(&scene->verdict->stale_reads, 1))
		tap_note("page %u of field %u: saw %016llx, least generation %u, newest %u", page,
			 field->number, (unsigned long long)seen, least, newest);
	return 0;
}

/* The device writes into a page, elsewhere. */
static int write_word(struct scene *scene, struct field *field, unsigned int page,
		      struct secmmu_access *access, unsigned int *seed)
{
	uint64_t word = (uint64_t)rand_r(seed) << 32 | (unsigned int)rand_r(seed);

	access->flags |= SECMMU_ACCESS_WRITE;
	access->start = (uintptr_t)field->base + page * DEV_PAGE + 64;
	access->data = (uintptr_t)&word;
	return dev_call(scene->fd, SECMMU_ACCESS, access);
}

static void *use(void *arg)
{
	struct scene *scene = arg;
	unsigned int seed = 200 + atomic_fetch_add(&scene->next, 1);

	while (!atomic_load(&scene->stop)) {
		struct field *field = &scene->fields[(unsigned int)rand_r(&seed) % FIELDS];
		unsigned int page = some_page(field, &seed);
		struct secmmu_access access = {
			.size = sizeof(access),
			.flags = field->huge || rand_r(&seed) % 4 ? SECMMU_ACCESS_NOFAULT : 0,
			.length = sizeof(uint64_t),
			.id = range_of(field, page),
			.max_tries = TRIES,
			.deadline_ns = PATIENCE_NS,
		};
		int ret;

		ret = rand_r(&seed) % 3 ? read_stamp(scene, field, page, &access)
					: write_word(scene, field, page, &access, &seed);
		count_error(scene->verdict, ret);
		atomic_fetch_add(&scene->verdict->accesses, !ret);
		if (rand_r(&seed) % 16 == 0)
			sched_yield();
		keep_pace(scene);
	}
	return NULL;
}

static void verify(struct scene *scene)
{
	struct secmmu_verify call = { .size = sizeof(call) };
	int ret = dev_call(scene->fd, SECMMU_VERIFY, &call);

	count_error(scene->verdict, ret);
	if (ret)
		return;
	scene->verdict->checked += call.checked;
	if (call.stale && !atomic_fetch_add(&scene->verdict->stale_verified, call.stale))
		tap_note("VERIFY: %llu of %llu stale, the first at %llx",
			 (unsigned long long)call.stale, (unsigned long long)call.checked,
			 (unsigned long long)call.first);
}

/* Until there have been enough, or too much time has gone, or something was found. */
static void watch(struct scene *scene)
{
	const struct trial *trial = scene->trial;
	struct timespec now;
	time_t end, note;

	clock_gettime(CLOCK_MONOTONIC, &now);
	end = now.tv_sec + trial->seconds;
	note = now.tv_sec + NOTE_SECONDS;
	while (atomic_load(&scene->verdict->invalidations) < trial->invalidations &&
	       now.tv_sec < end && !verdict_stale(scene->verdict)) {
		usleep(20000);
		verify(scene);
		clock_gettime(CLOCK_MONOTONIC, &now);
		if (now.tv_sec < note)
			continue;
		tap_note("%s: %lu invalidations", trial->variant,
			 atomic_load(&scene->verdict->invalidations));
		note = now.tv_sec + NOTE_SECONDS;
	}
	atomic_store(&scene->stop, true);
}

static void open_scene(struct scene *scene)
{
	const size_t step = FIELD_PAGES / FIELD_RANGES;
	struct secmmu_range ranges[FIELD_RANGES];
	unsigned int i, k;

	scene->fd = dev_open_as(scene->trial->variant, &scene->trial->attach);
	for (i = 0; i < FIELDS; i++) {
		struct field *field = &scene->fields[i];

		field_map(field, i, scene->trial->huge);
		field->fd = scene->fd;
		/* A huge translation needs a range that holds it. */
		if (scene->trial->huge) {
			field->ids[0] = dev_track(scene->fd, field->base, FIELD_PAGES);
			for (k = 1; k < FIELD_RANGES; k++)
				field->ids[k] = field->ids[0];
			continue;
		}
		for (k = 0; k < FIELD_RANGES; k++)
			ranges[k] = dev_range(field->base, k * step, step);
		REQUIRE_EQ(dev_insert(scene->fd, ranges, FIELD_RANGES), 0);
		for (k = 0; k < FIELD_RANGES; k++)
			field->ids[k] = ranges[k].id;
	}
}

static void close_scene(struct scene *scene)
{
	static struct probes probes;
	unsigned int i;

	REQUIRE_EQ(dev_stats(scene->fd, &probes), 0);
	scene->verdict->retries = probes.counter[SECMMU_COUNT_RETRIES];
	close(scene->fd);
	for (i = 0; i < FIELDS; i++)
		field_unmap(&scene->fields[i]);
}

void oracle_try(const struct trial *trial, struct verdict *verdict)
{
	static void *(*const roles[THREADS])(void *) = { invalidate, invalidate, fault, use };
	struct scene *scene = calloc(1, sizeof(*scene));
	pthread_t threads[THREADS];
	int i;

	REQUIRE(scene != NULL);
	scene->trial = trial;
	scene->verdict = verdict;
	open_scene(scene);
	for (i = 0; i < THREADS; i++) {
		REQUIRE(pthread_create(&threads[i], NULL, roles[i], scene) == 0);
		/* The invalidators take the first numbers, which are their fields'. */
		while (atomic_load(&scene->next) <= (unsigned int)i)
			usleep(100);
	}
	watch(scene);
	for (i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	if (!verdict_stale(verdict))
		verify(scene);
	close_scene(scene);
	free(scene);
}
