// SPDX-License-Identifier: GPL-2.0-only
/*
 * Events that may not block, met while the device lock is taken: who refuses them, and who waits.
 *
 * A killed process is held at the door, with its memory, as a debugger does; so it can be reaped again
 * and again. Meanwhile this process takes pages out of files that it has mapped: the callbacks of that
 * take the device's lock, in threads that go on though the process is dead.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "tests/kmod/lib/dev.h"
#include "tests/kmod/lib/module.h"
#include "tests/kmod/lib/tap.h"
#include "tests/kmod/lib/tests.h"

/* Private mappings, each tracked: so many events for the reaper. */
#define PIECES      8
#define PIECE_PAGES 4

/* Files, each with a thread that takes its pages away, and so many ranges to look at for that. */
#define FILES      2
#define FILE_PAGES 128

/* How often a victim is reaped where it is not refused, and how long at most where it should be. */
#define PASSES       50
#define SECONDS_MOST 30

/* A process to be killed, and its device, which outlives it here. */
struct victim {
	pid_t pid;
	int pidfd, fd;
};

/* What the reaper has met. */
struct toll {
	unsigned int reaped, refused;
	__u64 counted, nonblockable;
};

static atomic_bool stop;

static void *punch_on(void *arg)
{
	int file = *(int *)arg;

	while (!atomic_load(&stop))
		REQUIRE(fallocate(file, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0,
				  FILE_PAGES * DEV_PAGE) == 0);
	return NULL;
}

/* Mappings that do not touch, each tracked and translated. */
static void track_pieces(int fd)
{
	char *arena = arena_map(PIECES * (PIECE_PAGES + 1), true);
	char *piece = arena;
	__u32 id;
	int i;

	for (i = 0; i < PIECES; i++, piece += (PIECE_PAGES + 1) * DEV_PAGE) {
		REQUIRE(munmap(piece + PIECE_PAGES * DEV_PAGE, DEV_PAGE) == 0);
		id = dev_track(fd, piece, PIECE_PAGES);
		REQUIRE_EQ(dev_fault(fd, id, piece, PIECE_PAGES * DEV_PAGE, 0), 0);
	}
}

/* A range for each page, so that there is something to do under the lock. */
static void track_file(int fd, int file)
{
	char *at = mmap(NULL, FILE_PAGES * DEV_PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
	size_t i;

	REQUIRE(at != MAP_FAILED);
	for (i = 0; i < FILE_PAGES; i++)
		dev_track(fd, at + i * DEV_PAGE, 1);
}

static void __attribute__((noreturn))
victim_main(const char *variant, const struct secmmu_attach *attach, const int *files, int ready)
{
	int fd = dev_open_as(variant, attach), i;

	for (i = 0; i < FILES; i++)
		track_file(fd, files[i]);
	track_pieces(fd);
	REQUIRE(write(ready, &fd, sizeof(fd)) == sizeof(fd));
	for (;;)
		pause();
}

/* Its file is taken over, to read what was counted; and it will stop at its end. */
static void victim_start(struct victim *victim, const char *variant,
			 const struct secmmu_attach *attach, const int *files)
{
	int ready[2], theirs;

	REQUIRE(pipe(ready) == 0);
	victim->pid = fork();
	if (victim->pid == 0)
		victim_main(variant, attach, files, ready[1]);
	close(ready[1]);
	REQUIRE(read(ready[0], &theirs, sizeof(theirs)) == sizeof(theirs));
	close(ready[0]);
	victim->pidfd = (int)syscall(SYS_pidfd_open, victim->pid, 0);
	REQUIRE(victim->pidfd >= 0);
	victim->fd = dev_take(victim->pid, theirs);
	REQUIRE(ptrace(PTRACE_SEIZE, victim->pid, NULL, PTRACE_O_TRACEEXIT) == 0);
}

/* It is dying from now on, and still has all its memory. */
static void victim_kill(struct victim *victim)
{
	int status;

	REQUIRE(kill(victim->pid, SIGKILL) == 0);
	REQUIRE(waitpid(victim->pid, &status, 0) == victim->pid);
	if (!WIFSTOPPED(status))
		SKIP("this kernel does not stop a killed process for its tracer");
	CHECK_EQ(status >> 8, SIGTRAP | PTRACE_EVENT_EXIT << 8);
}

/* What the device has counted. Then the process ends, and the device goes after it. */
static void victim_bury(struct victim *victim, struct toll *toll)
{
	static struct probes probes;
	int status;

	REQUIRE_EQ(dev_stats(victim->fd, &probes), 0);
	toll->counted = probes.counter[SECMMU_COUNT_REFUSED];
	toll->nonblockable = probes.counter[SECMMU_COUNT_NONBLOCKABLE];
	REQUIRE(ptrace(PTRACE_CONT, victim->pid, NULL, NULL) == 0);
	REQUIRE(waitpid(victim->pid, &status, 0) == victim->pid);
	CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
	close(victim->fd);
	close(victim->pidfd);
	CHECK_EQ(module_refs(0), 0);
}

/* One go at all of its memory: 0, or -EAGAIN: something was refused. */
static int victim_reap(const struct victim *victim)
{
	int ret = syscall(SYS_process_mrelease, victim->pidfd, 0) ? -errno : 0;

	CHECK(ret == 0 || ret == -EAGAIN);
	return ret;
}

static time_t seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec;
}

/* Again and again while the lock is fought for; until a refusal, if one is @wanted. */
static void reap_on(const struct victim *victim, bool wanted, struct toll *toll)
{
	time_t end = seconds() + SECONDS_MOST;
	unsigned int pass;

	for (pass = 0; seconds() < end; pass++) {
		if (wanted ? toll->refused > 0 : pass == PASSES)
			break;
		if (victim_reap(victim))
			toll->refused++;
		else
			toll->reaped++;
	}
}

static void reap(const char *variant, const struct secmmu_attach *attach, bool wanted,
		 struct toll *toll)
{
	pthread_t threads[FILES];
	struct victim victim;
	int files[FILES], i;

	memset(toll, 0, sizeof(*toll));
	for (i = 0; i < FILES; i++) {
		files[i] = memfd_create("secmmu-test", MFD_CLOEXEC);
		REQUIRE(files[i] >= 0 && ftruncate(files[i], FILE_PAGES * DEV_PAGE) == 0);
	}
	victim_start(&victim, variant, attach, files);
	victim_kill(&victim);
	atomic_store(&stop, false);
	for (i = 0; i < FILES; i++)
		REQUIRE(pthread_create(&threads[i], NULL, punch_on, &files[i]) == 0);
	reap_on(&victim, wanted, toll);
	atomic_store(&stop, true);
	for (i = 0; i < FILES; i++) {
		pthread_join(threads[i], NULL);
		close(files[i]);
	}
	/* Once nobody else wants the lock, nothing is refused. */
	CHECK_EQ(victim_reap(&victim), 0);
	victim_bury(&victim, toll);
}

/*
 * An interval notifier with a sleeping lock refuses, and the reaper comes again; all others wait, since
 * core mm has no way to take their no for an answer.
 */
static bool refuses(const char *variant, enum secmmu_lock lock)
{
	return lock != SECMMU_LOCK_SPIN &&
	       (!strcmp(variant, "itree") || !strcmp(variant, "coarse") ||
		!strcmp(variant, "twopass"));
}

static void nonblockable(const char *variant)
{
	static const char *const locks[] = { "spin", "rwsem", "mutex" };
	struct secmmu_attach attach = { 0 };
	struct toll toll;
	bool wanted;

	if (!variant_tracks(variant))
		return;
	for (attach.lock = 0; attach.lock < SECMMU_LOCKS; attach.lock++) {
		if (attach.lock != SECMMU_LOCK_SPIN && variant_spins(variant))
			continue;
		wanted = refuses(variant, attach.lock);
		reap(variant, &attach, wanted, &toll);
		tap_note("%s, lock %s: reaped %u times, refused %u times; %llu events that may not "
			 "block, %llu of them refused",
			 variant, locks[attach.lock], toll.reaped, toll.refused,
			 (unsigned long long)toll.nonblockable, (unsigned long long)toll.counted);
		CHECK(!variant_is_told(variant) || toll.nonblockable >= PIECES);
		CHECK(wanted ? toll.counted > 0 : toll.counted == 0);
		CHECK(wanted ? toll.refused > 0 : toll.refused == 0);
	}
}

const struct test tests_blocking[] = {
	{ "events that may not block", nonblockable, "", EACH },
	{ 0 },
};
