// SPDX-License-Identifier: GPL-2.0-only
/* What kernels do in different ways: the module has found out at its build what this one does. */
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "tests/kmod/lib/dev.h"
#include "tests/kmod/lib/kernel.h"
#include "tests/kmod/lib/tap.h"
#include "tests/kmod/lib/tests.h"

#define PAGES  64
#define VICTIM (64 * PAGES)

/* A dying process is met by chance. */
#define TRIES 50

/* All but one are for every kernel. */
static void has_variants(const char *variant)
{
	bool want;
	int i;

	(void)variant;
	for (i = 0; variants[i]; i++) {
		want = strcmp(variants[i], "twopass") != 0 || kernel_fact(KERNEL_HAS_TWO_PASS);
		if (!CHECK_EQ(variant_is_there(variants[i]), want))
			tap_note("%s", variants[i]);
	}
}

static void has_change_pte(const char *variant)
{
	struct secmmu_attach attach = { .variant = "list", .flags = SECMMU_ATTACH_CHANGE_PTE };
	int fd = dev_open();

	(void)variant;
	REQUIRE(fd >= 0);
	CHECK_EQ(dev_attach_as(fd, &attach), kernel_fact(KERNEL_HAS_CHANGE_PTE) ? 0 : -EOPNOTSUPP);
	close(fd);
}

/* Memory that nobody has touched has no entries to be changed. */
static void empty_mprotect(const char *variant)
{
	unsigned int want = kernel_fact(KERNEL_TELLS_EMPTY_MPROTECT) ? 1 : 0;
	static struct probes probes;
	int fd = dev_open_attached(variant, 0);
	char *arena = arena_map(PAGES, false);

	if (!variant_tracks(variant) || !variant_is_told(variant))
		return;
	dev_track(fd, arena, PAGES);
	memset(&probes, 0, sizeof(probes));
	REQUIRE_EQ(dev_reset(fd), 0);
	REQUIRE(mprotect(arena, PAGES * DEV_PAGE, PROT_READ) == 0);
	REQUIRE_EQ(dev_stats(fd, &probes), 0);
	CHECK_EQ(probes.counter[SECMMU_COUNT_HITS], want);
	CHECK_EQ(probes.counter[SECMMU_COUNT_PROTECTION_VMA], want);
}

/* A process that will die with a device; @number is what the device's file is to it. */
static pid_t start_victim(const char *variant, int *number)
{
	int ready[2], fd;
	char *arena;
	pid_t pid;

	REQUIRE(pipe(ready) == 0);
	pid = fork();
	if (pid == 0) {
		fd = dev_open_attached(variant, 0);
		arena = arena_map(VICTIM, true);
		dev_track(fd, arena, VICTIM);
		REQUIRE_EQ(dev_reset(fd), 0);
		REQUIRE(write(ready[1], &fd, sizeof(fd)) == sizeof(fd));
		pause();
	}
	close(ready[1]);
	REQUIRE(read(ready[0], number, sizeof(*number)) == sizeof(*number));
	close(ready[0]);
	return pid;
}

/* Kills and reaps one; what its device has seen. */
static void reap_one(const char *variant, struct probes *probes)
{
	int number, pidfd, fd;
	pid_t pid;

	pid = start_victim(variant, &number);
	pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
	REQUIRE(pidfd >= 0);
	fd = (int)syscall(SYS_pidfd_getfd, pidfd, number, 0);
	REQUIRE(fd >= 0);
	REQUIRE(kill(pid, SIGKILL) == 0);
	while (syscall(SYS_process_mrelease, pidfd, 0) && (errno == EAGAIN || errno == EINTR))
		;
	REQUIRE(waitpid(pid, NULL, 0) == pid);
	REQUIRE_EQ(dev_stats(fd, probes), 0);
	close(pidfd);
	close(fd);
}

/*
 * The reaper's events may not block. Nothing else clears all of the memory: exit unmaps it. A reaper that comes
 * when the process has left its address space half-way finds the device gone, and is tried again.
 */
static void reaper(const char *variant)
{
	bool want = kernel_fact(KERNEL_REAPS_AS_CLEAR), told = false, cleared = false;
	static struct probes probes;
	int i;

	if (!variant_tracks(variant) || !variant_is_told(variant))
		return;
	for (i = 0; i < TRIES && !(told && cleared == want); i++) {
		reap_one(variant, &probes);
		if (!probes.counter[SECMMU_COUNT_NONBLOCKABLE])
			continue;
		told = true;
		cleared = probes.counter[SECMMU_COUNT_BYTES_CLEAR] >= VICTIM * DEV_PAGE;
	}
	CHECK(told);
	CHECK_EQ(cleared, want);
}

static __u64 now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (__u64)now.tv_sec * 1000000000ull + (__u64)now.tv_nsec;
}

/* Of all ranges that one event takes, each has two passes, and the flushes are waited for at once. */
static void two_passes(const char *variant)
{
	enum {
		RANGES = 32
	};
	const struct secmmu_attach attach = { .flush_ns = SECMMU_FLUSH_MOST_NS };
	static struct probes probes;
	char *arena = arena_map(RANGES, true);
	__u64 began, took, least = ~0ull;
	__u32 ids[RANGES];
	int i, k, fd;

	if (strcmp(variant, "twopass") != 0)
		return;
	fd = dev_open_as(variant, &attach);
	for (i = 0; i < RANGES; i++)
		ids[i] = dev_track(fd, arena + i * DEV_PAGE, 1);
	for (k = 0; k < 5; k++) {
		for (i = 0; i < RANGES; i++)
			CHECK_EQ(dev_fault(fd, ids[i], arena + i * DEV_PAGE, DEV_PAGE, 0), 0);
		REQUIRE_EQ(dev_reset(fd), 0);
		began = now_ns();
		REQUIRE(madvise(arena, RANGES * DEV_PAGE, MADV_DONTNEED) == 0);
		took = now_ns() - began;
		least = took < least ? took : least;
		REQUIRE_EQ(dev_stats(fd, &probes), 0);
		CHECK_EQ(probes.counter[SECMMU_COUNT_START], RANGES);
		CHECK_EQ(probes.counter[SECMMU_COUNT_END], RANGES);
	}
	tap_note("%d flushes of %u ns took %llu ns", RANGES, attach.flush_ns,
		 (unsigned long long)least);
	CHECK(least >= attach.flush_ns);
	CHECK(least < RANGES * attach.flush_ns);
	close(fd);
}

const struct test tests_kernel[] = {
	{ "just the variants of this kernel are there", has_variants, "", ONCE },
	{ "change_pte is there where the kernel has it", has_change_pte, "", ONCE },
	{ "mprotect of memory that is not there", empty_mprotect, "", EACH },
	{ "process_mrelease", reaper, "", EACH },
	{ "two passes", two_passes, "", EACH },
	{ 0 },
};
