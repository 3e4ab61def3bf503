// SPDX-License-Identifier: GPL-2.0-only
/* Many threads do all that there is to do, and any of their allocations may fail, their own memory's too. */
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "failnth.h"
#include "tests/kmod/lib/module.h"
#include "tests/kmod/lib/tap.h"

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

#define PAGES   RANDOM_PAGES
#define LEN     (PAGES * DEV_PAGE)
#define THREADS 5

/* Rarer failures let a call get further before it meets one. */
static const unsigned int intervals[] = { 3, 11, 37 };

#define INTERVAL_MS 250
#define TIMEOUT_S   120

/* A fault that collides gives the CPU to others sooner. */
#define TRIES       8
#define PATIENCE_NS 200000000ull

/**
 * struct crowd - what the threads share
 * @setting:  how the device is attached
 * @fd:       of the device
 * @arena:    its memory; only one thread changes it, and the device
 * @id:       of the range over it
 * @stop:     they are to end
 * @next:     numbers them
 * @calls:    how many were made
 * @refused:  of these, those that failed for want of memory
 */
struct crowd {
	const struct setting *setting;
	int fd;
	char *arena;
	__u32 id;
	atomic_bool stop;
	atomic_uint next;
	atomic_ulong calls;
	atomic_ulong refused;
};

/* The call returned @ret; of the errors, only these are documented. */
static bool judge(struct crowd *crowd, const char *name, int ret, const int *errors)
{
	atomic_fetch_add(&crowd->calls, 1);
	atomic_fetch_add(&crowd->refused, ret == -ENOMEM);
	for (; ret && *errors; errors++)
		if (ret == -*errors)
			return false;
	if (!ret)
		return true;
	if (atomic_load(&tap->failures) < TAP_DETAILS)
		tap_note("%s: %d", name, ret);
	tap_fail(__FILE__, __LINE__, "an error that is not documented");
	return false;
}

static const int none[] = { 0 };
static const int memory[] = { ENOMEM, 0 };
static const int faults[] = { ENOMEM, EFAULT, EBUSY, ETIMEDOUT, 0 };
static const int accesses[] = { ENOMEM, EFAULT, EBUSY, ETIMEDOUT, ENXIO, 0 };
static const int verifies[] = { ENOMEM, ETIMEDOUT, 0 };

/* Protection comes back in the end; nobody minds how often that fails. */
static void protect(char *at, size_t len)
{
	if (mprotect(at, len, PROT_READ))
		return;
	while (mprotect(at, len, PROT_READ | PROT_WRITE))
		continue;
}

/* When mmap() fails, what was there may be gone already. */
static void map_again(char *at, size_t len)
{
	while (mmap(at, len, PROT_READ | PROT_WRITE,
		    MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED | MAP_NORESERVE, -1, 0) != at)
		continue;
}

static void *change(void *arg)
{
	struct crowd *crowd = arg;
	unsigned int seed = 1;

	inject_me();
	while (!atomic_load(&crowd->stop)) {
		size_t page = (size_t)rand_r(&seed) % (PAGES - 8);
		size_t len = (1 + (size_t)rand_r(&seed) % 8) * DEV_PAGE;
		char *at = crowd->arena + page * DEV_PAGE;
		unsigned int way = (unsigned int)rand_r(&seed) % 8;

		memset(at, (int)way, len);
		if (way == 0)
			protect(at, len);
		else if (way == 1)
			map_again(at, len);
		else
			madvise(at, len, MADV_DONTNEED);
		usleep(100);
	}
	return NULL;
}

static void *fault(void *arg)
{
	struct crowd *crowd = arg;
	unsigned int seed = 2 + atomic_fetch_add(&crowd->next, 1);
	struct secmmu_fault call = { .size = sizeof(call),
				     .id = crowd->id,
				     .max_tries = TRIES,
				     .deadline_ns = PATIENCE_NS };

	inject_me();
	while (!atomic_load(&crowd->stop) && crowd->setting->tracks) {
		size_t page = (size_t)rand_r(&seed) % PAGES;

		call.flags = rand_r(&seed) % 2 ? SECMMU_FAULT_WRITE : 0;
		call.start = (uintptr_t)crowd->arena + page * DEV_PAGE;
		call.length = (1 + (size_t)rand_r(&seed) % (PAGES - page)) * DEV_PAGE;
		judge(crowd, "FAULT", dev_call(crowd->fd, SECMMU_FAULT, &call), faults);
	}
	return NULL;
}

static void *use(void *arg)
{
	struct crowd *crowd = arg;
	unsigned int seed = 3;
	uint64_t word = 0;

	inject_me();
	while (!atomic_load(&crowd->stop) && crowd->setting->tracks) {
		struct secmmu_access call = {
			.size = sizeof(call),
			.flags = (unsigned int)rand_r(&seed) %
				 ((SECMMU_ACCESS_WRITE | SECMMU_ACCESS_NOFAULT) + 1),
			.start = (uintptr_t)crowd->arena + (size_t)rand_r(&seed) % (LEN - 8),
			.length = sizeof(word),
			.data = (uintptr_t)&word,
			.id = crowd->id,
			.max_tries = TRIES,
			.deadline_ns = PATIENCE_NS,
		};

		judge(crowd, "ACCESS", dev_call(crowd->fd, SECMMU_ACCESS, &call), accesses);
	}
	return NULL;
}

/* A range comes and goes; all the others stay. */
static void insert_remove(struct crowd *crowd)
{
	struct secmmu_range range = dev_range(crowd->arena, 1, PAGES / 2);

	if (judge(crowd, "INSERT", dev_insert(crowd->fd, &range, 1), memory))
		judge(crowd, "REMOVE", dev_remove(crowd->fd, &range.id, 1), none);
}

/* A device comes and goes. */
static void open_attach(struct crowd *crowd)
{
	struct secmmu_attach attach = crowd->setting->attach;
	int fd = dev_open();

	if (!judge(crowd, "open", fd < 0 ? fd : 0, memory))
		return;
	if (judge(crowd, "ATTACH", dev_attach_as(fd, &attach), memory))
		judge(crowd, "RESET", dev_reset(fd), none);
	judge(crowd, "close", close(fd) ? -errno : 0, none);
}

static void verify(struct crowd *crowd)
{
	struct secmmu_verify call = { .size = sizeof(call) };

	if (judge(crowd, "VERIFY", dev_call(crowd->fd, SECMMU_VERIFY, &call), verifies))
		CHECK_EQ(call.stale, 0);
}

static void *manage(void *arg)
{
	static struct probes probes;
	struct crowd *crowd = arg;

	memset(&probes, 1, sizeof(probes));
	inject_me();
	while (!atomic_load(&crowd->stop)) {
		insert_remove(crowd);
		open_attach(crowd);
		verify(crowd);
		judge(crowd, "STATS", dev_stats(crowd->fd, &probes), memory);
	}
	return NULL;
}

/* Nothing fails any more: all is as if nothing had. */
static void all_works(struct crowd *crowd)
{
	struct secmmu_range more[2] = { dev_range(crowd->arena, 0, 1),
					dev_range(crowd->arena, 1, 1) };
	int ret = crowd->setting->tracks ? 0 : -EOPNOTSUPP;
	char *device = malloc(LEN);

	REQUIRE(device != NULL);
	CHECK_EQ(dev_verify(crowd->fd), 0);
	CHECK_EQ(dev_fault(crowd->fd, crowd->id, crowd->arena, LEN, SECMMU_FAULT_WRITE), ret);
	CHECK_EQ(dev_verify(crowd->fd), 0);
	CHECK_EQ(dev_read(crowd->fd, crowd->id, crowd->arena, device, LEN, SECMMU_ACCESS_NOFAULT),
		 ret);
	CHECK(ret || !memcmp(device, crowd->arena, LEN));
	/* The limit is 3: what a failed INSERT left behind would be too many. */
	CHECK_EQ(dev_insert(crowd->fd, more, 2), 0);
	CHECK_EQ(close(crowd->fd), 0);
	free(device);
}

static void run_crowd(const struct setting *setting, unsigned long *failed)
{
	static void *(*const roles[THREADS])(void *) = { change, fault, fault, use, manage };
	struct crowd crowd = { .setting = setting };
	pthread_t threads[THREADS];
	size_t i;

	alarm(TIMEOUT_S);
	crowd.fd = dev_open_as(setting->variant, &setting->attach);
	crowd.arena = arena_map(PAGES, true);
	crowd.id = dev_track(crowd.fd, crowd.arena, PAGES);
	for (i = 0; i < THREADS; i++)
		REQUIRE(pthread_create(&threads[i], NULL, roles[i], &crowd) == 0);
	for (i = 0; i < ARRAY_SIZE(intervals); i++) {
		inject_every(intervals[i]);
		usleep(INTERVAL_MS * 1000);
		*failed += inject_stop();
	}
	atomic_store(&crowd.stop, true);
	for (i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	all_works(&crowd);
	tap_note("%s: %lu allocations failed, and %lu of %lu calls", setting->name, *failed,
		 atomic_load(&crowd.refused), atomic_load(&crowd.calls));
	exit(0);
}

void random_setting(const struct setting *setting, struct tally *tally)
{
	unsigned long *failed = mmap(NULL, sizeof(*failed), PROT_READ | PROT_WRITE,
				     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	int status = 0;
	pid_t pid;

	REQUIRE(failed != MAP_FAILED);
	pid = fork();
	if (pid == 0)
		run_crowd(setting, failed);
	REQUIRE(waitpid(pid, &status, 0) == pid);
	if (!WIFEXITED(status) || WEXITSTATUS(status)) {
		tap_note("status %#x", (unsigned int)status);
		tap_fail(__FILE__, __LINE__, "the threads' process has died");
	}
	/* Those who had them fail may be dead; nobody else asks for it. */
	inject_stop();
	CHECK_EQ(module_refs(0), 0);
	CHECK(*failed > 0);
	tally->allocations += *failed;
	munmap(failed, sizeof(*failed));
}
