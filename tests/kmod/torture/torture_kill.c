// SPDX-License-Identifier: GPL-2.0-only
/* Processes are killed, stopped, traced and reaped in the middle of what their device does. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/kmod/lib/crowd.h"
#include "tests/kmod/lib/dev.h"
#include "tests/kmod/lib/kernel.h"
#include "tests/kmod/lib/module.h"
#include "tests/kmod/lib/passing.h"
#include "tests/kmod/lib/tap.h"
#include "torture.h"

/* A fault may try for so long: far longer than what ends promptly. */
#define PATIENCE_NS 60000000000ull

/* A command that is met by chance: after so many more it is none that takes long. */
#define KILLS_MORE 20

/* Enough to take a while to tear down, so that the reaper comes in between. */
#define REAPED_PAGES 4096
#define REAPED_MOST  100

/* Memory that another process can take away page by page, while its owner is stopped or dies. */
static char *shared_arena(int *file)
{
	char *arena;

	*file = memfd_create("torture", MFD_CLOEXEC);
	REQUIRE(*file >= 0 && ftruncate(*file, CROWD_PAGES * DEV_PAGE) == 0);
	arena = mmap(NULL, CROWD_PAGES * DEV_PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, *file, 0);
	REQUIRE(arena != MAP_FAILED);
	memset(arena, 1, CROWD_PAGES * DEV_PAGE);
	return arena;
}

static void punch(int file, unsigned int times)
{
	while (times--)
		fallocate(file, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
			  (off_t)(chance(CROWD_PAGES) * DEV_PAGE), 4 * DEV_PAGE);
}

/* A child whose crowd works on @arena; it tells when it has begun. */
static pid_t start_crowd(const char *variant, int round, char *arena, atomic_int *busy)
{
	static const enum crowd_job jobs[] = { CROWD_FAULT, CROWD_FAULT, CROWD_WRITE, CROWD_READ };
	struct crowd crowd = { .arena = arena, .busy = busy, .patience_ns = PATIENCE_NS };
	int ready[2];
	char byte;
	pid_t pid;

	REQUIRE(pipe(ready) == 0);
	pid = fork();
	if (pid == 0) {
		crowd_attach(&crowd, variant, round);
		crowd_start(&crowd, jobs, ARRAY_SIZE(jobs));
		REQUIRE(write(ready[1], "x", 1) == 1);
		for (;;)
			pause();
	}
	close(ready[1]);
	REQUIRE(read(ready[0], &byte, 1) == 1);
	close(ready[0]);
	return pid;
}

static atomic_int *shared_count(void)
{
	atomic_int *count =
		mmap(NULL, DEV_PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	REQUIRE(count != MAP_FAILED);
	return count;
}

struct puncher {
	int file;
	atomic_bool stop;
};

static void *punch_on(void *arg)
{
	struct puncher *puncher = arg;

	while (!atomic_load(&puncher->stop))
		fallocate(puncher->file, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0,
			  CROWD_PAGES * DEV_PAGE);
	return NULL;
}

/*
 * All pages go all the time, by another's hand, so that faults collide without end: one that would
 * try for a minute ends with its process.
 */
static void killed_in_fault(const char *variant)
{
	atomic_int *busy = shared_count();
	struct puncher puncher = { 0 };
	int caught = 0, kills = 0, ret;
	char *arena = shared_arena(&puncher.file);
	long long from, longest = 0;
	pthread_t thread;
	pid_t pid;

	REQUIRE(!pthread_create(&thread, NULL, punch_on, &puncher));
	while (kills < 2 * rounds ||
	       (variant_tracks(variant) && !caught && kills < 2 * rounds + KILLS_MORE)) {
		atomic_store(busy, 0);
		pid = start_crowd(variant, kills++, arena, busy);
		nap(20);
		caught += atomic_load(busy) > 0;
		from = now_ms();
		kill(pid, SIGKILL);
		ret = child_end(pid, PROMPT_MS);
		longest = now_ms() - from > longest ? now_ms() - from : longest;
		CHECK_EQ(ret, -SIGKILL);
		CHECK_EQ(module_refs(0), 0);
	}
	atomic_store(&puncher.stop, true);
	pthread_join(thread, NULL);
	tap_note("%s: %d of %d killed in a command, %lld ms at most", variant, caught, kills,
		 longest);
	if (variant_tracks(variant))
		CHECK(caught > 0);
}

/* The memory of a stopped process changes under its device. */
static void stopped(const char *variant)
{
	int file;
	char *arena = shared_arena(&file);
	atomic_int *busy = shared_count();
	int status;
	pid_t pid = start_crowd(variant, 0, arena, busy);

	for (int i = 0; i < 2 * rounds; i++) {
		nap(3);
		REQUIRE(kill(pid, SIGSTOP) == 0);
		REQUIRE(waitpid(pid, &status, WUNTRACED) == pid && WIFSTOPPED(status));
		punch(file, 20);
		REQUIRE(kill(pid, SIGCONT) == 0);
	}
	kill(pid, SIGSTOP);
	kill(pid, SIGKILL);
	CHECK_EQ(child_end(pid, PROMPT_MS), -SIGKILL);
	CHECK_EQ(module_refs(0), 0);
}

/* Attaches to each thread of @pid, lets it go from one system call to the next, and leaves it. */
static void trace_threads(pid_t pid)
{
	char path[64];
	struct dirent *entry;
	DIR *threads;
	int status;

	snprintf(path, sizeof(path), "/proc/%d/task", pid);
	threads = opendir(path);
	REQUIRE(threads != NULL);
	while ((entry = readdir(threads))) {
		pid_t thread = (pid_t)atoi(entry->d_name);

		if (!thread || ptrace(PTRACE_ATTACH, thread, NULL, NULL))
			continue;
		for (int step = 0; step < 3; step++) {
			REQUIRE(waitpid(thread, &status, __WALL) == thread);
			if (!WIFSTOPPED(status))
				break;
			/* The leader is in pause(): it would not come to another stop. */
			if (thread == pid || step == 2)
				break;
			ptrace(PTRACE_SYSCALL, thread, NULL, NULL);
		}
		ptrace(PTRACE_DETACH, thread, NULL, NULL);
	}
	closedir(threads);
}

/* Through /proc/PID/mem, which breaks copy-on-write and so invalidates. */
static void poke(pid_t pid, const char *arena)
{
	char path[64];
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/mem", pid);
	fd = open(path, O_RDWR | O_CLOEXEC);
	REQUIRE(fd >= 0);
	for (size_t page = 0; page < CROWD_PAGES; page++)
		CHECK_EQ(pwrite(fd, "poke", 4, (off_t)(uintptr_t)(arena + page * DEV_PAGE)), 4);
	close(fd);
}

static void traced(const char *variant)
{
	char *arena = arena_map(CROWD_PAGES, true);
	atomic_int *busy = shared_count();
	pid_t pid;

	for (int i = 0; i < rounds; i++) {
		/* After the fork its pages are shared with ours, and each poke copies one. */
		pid = start_crowd(variant, i, arena, busy);
		trace_threads(pid);
		poke(pid, arena);
		trace_threads(pid);
		kill(pid, SIGKILL);
		CHECK_EQ(child_end(pid, PROMPT_MS), -SIGKILL);
		CHECK_EQ(module_refs(0), 0);
	}
}

/* A child with much memory that its device has translated; its file comes to us. */
static pid_t start_reaped(const char *variant, int round, int *fd)
{
	static const enum crowd_job jobs[] = { CROWD_FAULT, CROWD_WRITE, CROWD_READ };
	struct crowd crowd = { 0 };
	int pair[2];
	char *arena;
	pid_t pid;

	REQUIRE(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) == 0);
	pid = fork();
	if (pid == 0) {
		arena = arena_map(REAPED_PAGES, true);
		crowd_attach(&crowd, variant, round);
		dev_fault(crowd.fd, dev_track(crowd.fd, arena, REAPED_PAGES), arena,
			  REAPED_PAGES * DEV_PAGE, 0);
		crowd_start(&crowd, jobs, ARRAY_SIZE(jobs));
		send_fd(pair[1], crowd.fd);
		for (;;)
			pause();
	}
	*fd = receive_fd(pair[0]);
	close(pair[0]);
	close(pair[1]);
	return pid;
}

/* The reaper's events may not block, and it may be refused: then it comes again. */
static bool reap(pid_t pid)
{
	int pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
	bool reaped = false;
	long long until = now_ms() + PROMPT_MS * kernel_slowness();

	REQUIRE(pidfd >= 0);
	kill(pid, SIGKILL);
	errno = 0;
	while (!syscall(SYS_process_mrelease, pidfd, 0) || errno == EAGAIN) {
		reaped |= errno != EAGAIN;
		errno = 0;
		REQUIRE(now_ms() < until);
	}
	close(pidfd);
	return reaped;
}

/* On a busy host a process may be gone before its reaper comes: then there are more rounds. */
static void reaped(const char *variant)
{
	static struct probes probes;
	bool told = variant_tracks(variant) && variant_is_told(variant);
	unsigned long long nonblockable = 0;
	int fd, count = 0, i;
	pid_t pid;

	for (i = 0; i < 2 * rounds || (i < REAPED_MOST && !(told ? nonblockable > 0 : count > 0));
	     i++) {
		pid = start_reaped(variant, i, &fd);
		nap(3);
		count += reap(pid);
		CHECK_EQ(child_end(pid, PROMPT_MS), -SIGKILL);
		CHECK_EQ(dev_stats(fd, &probes), 0);
		nonblockable += probes.counter[SECMMU_COUNT_NONBLOCKABLE];
		close(fd);
		CHECK_EQ(module_refs(0), 0);
	}
	tap_note("%s: %d of %d reaped, %llu callbacks that may not block", variant, count, i,
		 nonblockable);
	CHECK(count > 0);
	if (told)
		CHECK(nonblockable > 0);
}

const struct test tests_kill[] = {
	{ "SIGKILL in the middle of long faults", killed_in_fault, "", EACH },
	{ "SIGSTOP and SIGCONT under load", stopped, "", EACH },
	{ "ptrace and /proc/PID/mem under load", traced, "", EACH },
	{ "process_mrelease under load", reaped, "", EACH },
	{ 0 },
};
