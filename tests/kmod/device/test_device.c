// SPDX-License-Identifier: GPL-2.0-only
/* The device's translations: what faults install, what events take away, and what errors say. */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/kmod/lib/dev.h"
#include "tests/kmod/lib/kernel.h"
#include "tests/kmod/lib/tap.h"
#include "tests/kmod/lib/tests.h"

#define PAGES 64
#define LEN   (PAGES * DEV_PAGE)

/* What is left of translations, writable before. */
enum left {
	LEFT_ALL,
	LEFT_READ,
	LEFT_NONE
};

static void act_dontneed(char *arena)
{
	REQUIRE(madvise(arena, LEN, MADV_DONTNEED) == 0);
}

static void act_munmap(char *arena)
{
	REQUIRE(mmap(arena, LEN, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED,
		     -1, 0) == arena);
}

static void act_read_only(char *arena)
{
	REQUIRE(mprotect(arena, LEN, PROT_READ) == 0);
}

static void act_no_access(char *arena)
{
	REQUIRE(mprotect(arena, LEN, PROT_NONE) == 0);
}

static void act_fork(char *arena)
{
	pid_t pid = fork();

	(void)arena;
	if (pid == 0)
		_exit(0);
	REQUIRE(waitpid(pid, NULL, 0) == pid);
}

static void act_soft_dirty(char *arena)
{
	int fd = open("/proc/self/clear_refs", O_WRONLY);

	(void)arena;
	REQUIRE(fd >= 0);
	if (write(fd, "4", 1) != 1)
		SKIP("this kernel has no soft-dirty bits");
	close(fd);
}

static void act_nothing(char *arena)
{
	(void)arena;
}

static const struct action {
	const char *name;
	void (*act)(char *arena);
	enum left left;
} actions[] = {
	{ "nothing", act_nothing, LEFT_ALL },        { "DONTNEED", act_dontneed, LEFT_NONE },
	{ "munmap", act_munmap, LEFT_NONE },         { "read-only", act_read_only, LEFT_READ },
	{ "no access", act_no_access, LEFT_NONE },   { "fork", act_fork, LEFT_READ },
	{ "soft dirty", act_soft_dirty, LEFT_READ },
};

static const char *const lock_names[] = { "spin", "rwsem", "mutex" };
static const char *const engine_names[] = { "hmm", "gup" };
static const char *const event_names[] = { "aware", "blind" };

/* The first and the last page: may the device still read and write them? */
static enum left what_is_left(int fd, __u32 id, char *arena)
{
	char byte = 0;
	int ret;

	ret = dev_read(fd, id, arena + LEN - 1, &byte, 1, SECMMU_ACCESS_NOFAULT);
	CHECK(ret == 0 || ret == -ENXIO);
	if (ret)
		return LEFT_NONE;
	ret = dev_write(fd, id, arena + LEN - 1, &byte, 1, SECMMU_ACCESS_NOFAULT);
	CHECK(ret == 0 || ret == -ENXIO);
	CHECK_EQ(dev_write(fd, id, arena, &byte, 1, SECMMU_ACCESS_NOFAULT), ret);
	return ret ? LEFT_READ : LEFT_ALL;
}

/* One cell of the matrix. */
static void cell(const char *variant, const struct secmmu_attach *attach,
		 const struct action *action)
{
	static struct probes probes;
	int fd = dev_open_as(variant, attach);
	char *arena = arena_map(PAGES, true);
	enum left want = action->left;
	__u32 id = dev_track(fd, arena, PAGES);
	int failures = atomic_load(&tap->failures);

	if (want != LEFT_ALL &&
	    (attach->events == SECMMU_EVENTS_BLIND || !variant_is_told(variant)))
		want = LEFT_NONE;
	/* It could be PROT_NONE as well. */
	if (action->act == act_read_only && !kernel_fact(KERNEL_TELLS_VMA))
		want = LEFT_NONE;
	CHECK_EQ(dev_fault(fd, id, arena, LEN, SECMMU_FAULT_WRITE), 0);
	CHECK_EQ(what_is_left(fd, id, arena), LEFT_ALL);
	CHECK_EQ(dev_verify(fd), 0);
	action->act(arena);
	CHECK_EQ(what_is_left(fd, id, arena), want);
	CHECK_EQ(dev_verify(fd), 0);
	memset(&probes, 0, sizeof(probes));
	CHECK_EQ(dev_stats(fd, &probes), 0);
	CHECK_EQ(probes.counter[SECMMU_COUNT_ZAPPED], want == LEFT_NONE ? PAGES : 0);
	CHECK_EQ(probes.counter[SECMMU_COUNT_DOWNGRADED], want == LEFT_READ ? PAGES : 0);
	CHECK_EQ(probes.counter[SECMMU_COUNT_FAULT_PAGES], PAGES);
	CHECK_EQ(dev_fault(fd, id, arena, LEN, 0), action->act == act_no_access ? -EFAULT : 0);
	CHECK_EQ(dev_stats(fd, &probes), 0);
	if (want == LEFT_NONE && action->act != act_no_access)
		CHECK_EQ(probes.counter[SECMMU_COUNT_REFAULTS], PAGES);
	if (probes.counter[SECMMU_COUNT_UNTRACKED])
		CHECK(probes.counter[SECMMU_COUNT_RETRACKED] > 0);
	CHECK_EQ(dev_verify(fd), 0);
	if (atomic_load(&tap->failures) != failures)
		tap_note("%s, lock %s, engine %s, events %s", action->name,
			 lock_names[attach->lock], engine_names[attach->engine],
			 event_names[attach->events]);
	close(fd);
	munmap(arena, LEN);
}

/* Every event, lock, engine, and way to read events. */
static void matrix(const char *variant)
{
	struct secmmu_attach attach = { 0 };
	int combination = 0;
	size_t i;

	if (!variant_tracks(variant))
		return;
	for (attach.lock = 0; attach.lock < SECMMU_LOCKS; attach.lock++) {
		if (attach.lock != SECMMU_LOCK_SPIN && variant_spins(variant))
			continue;
		for (attach.engine = 0; attach.engine < SECMMU_ENGINES; attach.engine++)
			for (attach.events = 0; attach.events < SECMMU_EVENTS_MODES;
			     attach.events++)
				for (i = 0; i < ARRAY_SIZE(actions); i++)
					if (combination_is_taken(combination++, 8))
						cell(variant, &attach, &actions[i]);
	}
}

const struct test tests_device[] = {
	{ "events against locks, engines and modes", matrix, "", EACH },
	{ 0 },
};
