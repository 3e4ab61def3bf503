// SPDX-License-Identifier: GPL-2.0-only
/* Files and address spaces end in any order, by any way, and nothing is left behind. */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/kmod/lib/dev.h"
#include "tests/kmod/lib/kernel.h"
#include "tests/kmod/lib/module.h"
#include "tests/kmod/lib/tap.h"
#include "tests/kmod/lib/tests.h"

#define PAGES   16
#define THREADS 3

static atomic_bool stop;

static void *invalidate(void *arena)
{
	while (!atomic_load(&stop))
		madvise(arena, PAGES * DEV_PAGE, MADV_DONTNEED);
	return NULL;
}

static void start_threads(pthread_t threads[THREADS], void *(*run)(void *), void *arg)
{
	int i;

	for (i = 0; i < THREADS; i++)
		REQUIRE(pthread_create(&threads[i], NULL, run, arg) == 0);
}

static void stop_threads(pthread_t threads[THREADS])
{
	int i;

	atomic_store(&stop, true);
	for (i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	atomic_store(&stop, false);
}

/* Adds @count ranges that all overlap the arena. */
static int insert_some(int fd, char *arena, unsigned int count)
{
	struct secmmu_range *ranges = calloc(count, sizeof(*ranges));
	unsigned int i;
	int ret;

	REQUIRE(ranges != NULL);
	for (i = 0; i < count; i++)
		ranges[i] = dev_range(arena, i % PAGES, 1);
	ret = dev_insert(fd, ranges, count);
	free(ranges);
	return ret;
}

/* Close while callbacks run, again and again. */
static void close_under_load(const char *variant)
{
	char *arena = arena_map(PAGES, true);
	pthread_t threads[THREADS];
	int i, fd;

	start_threads(threads, invalidate, arena);
	for (i = 0; i < kernel_times(20); i++) {
		fd = dev_open_attached(variant, 0);
		CHECK_EQ(insert_some(fd, arena, 50), 0);
		close(fd);
	}
	stop_threads(threads);
}

/* One file, used by several threads at once, while others invalidate. */
struct shared_file {
	int fd;
	char *arena;
};

static void *insert_remove(void *arg)
{
	const struct shared_file *file = arg;
	struct secmmu_range ranges[20];
	__u32 ids[20];
	int i;

	while (!atomic_load(&stop)) {
		for (i = 0; i < 20; i++)
			ranges[i] = dev_range(file->arena, (size_t)i % PAGES, 1);
		CHECK_EQ(dev_insert(file->fd, ranges, 20), 0);
		for (i = 0; i < 20; i++)
			ids[i] = ranges[i].id;
		CHECK_EQ(dev_remove(file->fd, ids, 20), 0);
	}
	return NULL;
}

static void all_at_once(const char *variant)
{
	struct shared_file file = { dev_open_attached(variant, 0), arena_map(PAGES, true) };
	pthread_t invalidators[THREADS], others[THREADS];
	static struct probes probes;
	int i;

	start_threads(invalidators, invalidate, file.arena);
	start_threads(others, insert_remove, &file);
	for (i = 0; i < kernel_times(10); i++) {
		CHECK_EQ(dev_stats(file.fd, &probes), 0);
		CHECK_EQ(dev_reset(file.fd), 0);
		usleep(20000);
	}
	stop_threads(others);
	stop_threads(invalidators);
	/* The books are right again: a range sees just what comes now. */
	dev_track(file.fd, file.arena, PAGES);
	file.arena[0] = 1; /* a TLB may be flushed only where there is a page */
	CHECK_EQ(dev_reset(file.fd), 0);
	REQUIRE(madvise(file.arena, DEV_PAGE, MADV_DONTNEED) == 0);
	CHECK_EQ(dev_stats(file.fd, &probes), 0);
	CHECK(hits_are(variant, probes.counter[SECMMU_COUNT_HITS], 1));
	close(file.fd);
}

/* A child that leaves its file open, in the state that tests end it in. */
static pid_t child_with_ranges(const char *variant, unsigned int count, bool under_load)
{
	pthread_t threads[THREADS];
	char *arena;
	pid_t pid;
	int ready[2];
	char byte;
	int fd;

	REQUIRE(pipe(ready) == 0);
	pid = fork();
	if (pid == 0) {
		arena = arena_map(PAGES, true);
		if (under_load)
			start_threads(threads, invalidate, arena);
		fd = dev_open_attached(variant, 0);
		REQUIRE_EQ(insert_some(fd, arena, 10), 0);
		REQUIRE(write(ready[1], "x", 1) == 1);
		while (count && !insert_some(fd, arena, count))
			continue;
		pause();
	}
	REQUIRE(read(ready[0], &byte, 1) == 1);
	close(ready[0]);
	close(ready[1]);
	return pid;
}

static void end_child(pid_t pid, int expected_signal)
{
	int status;

	REQUIRE(waitpid(pid, &status, 0) == pid);
	if (expected_signal)
		CHECK(WIFSIGNALED(status) && WTERMSIG(status) == expected_signal);
	else
		CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	CHECK_EQ(module_refs(0), 0);
}

static void by_exit(const char *variant)
{
	pid_t pid = fork();

	if (pid == 0) {
		REQUIRE_EQ(insert_some(dev_open_attached(variant, 0), arena_map(PAGES, true), 100),
			   0);
		_exit(0);
	}
	end_child(pid, 0);
}

static void by_kill(const char *variant)
{
	int i;

	for (i = 0; i < 3; i++) {
		pid_t pid = child_with_ranges(variant, 0, i > 0);

		CHECK_EQ(module_refs(1), 1);
		kill(pid, SIGKILL);
		end_child(pid, SIGKILL);
	}
}

/* In the middle of a large INSERT. */
static void by_kill_in_insert(const char *variant)
{
	int i;

	for (i = 0; i < 3; i++) {
		pid_t pid = child_with_ranges(variant, 100000, i > 0);

		usleep(5000 + 20000 * i);
		kill(pid, SIGKILL);
		end_child(pid, SIGKILL);
	}
}

int life_after_exec(int fd)
{
	int ret = dev_verify(fd);

	if (ret == -EPERM)
		owner_forbids(fd, "none");
	close(fd);
	return atomic_load(&tap->failures) ? 1 : -ret;
}

/* The file stays open, but it belongs to the mm that is gone. */
static void by_exec(const char *variant)
{
	static const int want[] = { EPERM, EBADF };
	char number[16];
	int status;
	pid_t pid;
	int i, fd;

	for (i = 0; i < 2; i++) {
		pid = fork();
		if (pid == 0) {
			fd = dev_open_attached(variant, 0);
			REQUIRE_EQ(insert_some(fd, arena_map(PAGES, true), 100), 0);
			fcntl(fd, F_SETFD, i ? FD_CLOEXEC : 0);
			snprintf(number, sizeof(number), "%d", fd);
			execl("/proc/self/exe", "kmod_test", "--exec", number, NULL);
			exit(1);
		}
		REQUIRE(waitpid(pid, &status, 0) == pid);
		CHECK_EQ(WEXITSTATUS(status), want[i]);
		CHECK_EQ(module_refs(0), 0);
	}
}

/* The opener is gone; a child that inherited the file closes it last. */
static void closed_by_heir(const char *variant)
{
	int hold[2];
	char byte;
	pid_t pid;
	int fd;

	REQUIRE(pipe(hold) == 0);
	pid = fork();
	if (pid == 0) {
		fd = dev_open_attached(variant, 0);
		REQUIRE_EQ(insert_some(fd, arena_map(PAGES, true), 1000), 0);
		if (fork() == 0) {
			close(hold[1]);
			REQUIRE(read(hold[0], &byte, 1) == 0); /* until the test closes its end */
			_exit(0);
		}
		_exit(0);
	}
	close(hold[0]);
	REQUIRE(waitpid(pid, NULL, 0) == pid);
	CHECK_EQ(module_refs(1), 1);
	close(hold[1]);
	CHECK_EQ(module_refs(0), 0);
}

/* A mapping made by fork shares nothing with the file: the heir's events are not counted. */
static void heirs_events(const char *variant)
{
	static struct probes probes;
	int fd = dev_open_attached(variant, 0);
	char *arena = arena_map(PAGES, true);
	pid_t pid;
	int hold[2];
	char byte;

	dev_track(fd, arena, PAGES);
	REQUIRE(pipe(hold) == 0);
	pid = fork();
	if (pid == 0) {
		REQUIRE(read(hold[0], &byte, 1) == 1);
		munmap(arena, PAGES * DEV_PAGE);
		_exit(0);
	}
	memset(&probes, 0, sizeof(probes));
	REQUIRE_EQ(dev_reset(fd), 0);
	REQUIRE(write(hold[1], "x", 1) == 1);
	REQUIRE(waitpid(pid, NULL, 0) == pid);
	REQUIRE_EQ(dev_stats(fd, &probes), 0);
	CHECK_EQ(probes.counter[SECMMU_COUNT_UNMAP], 0);
	CHECK_EQ(probes.counter[SECMMU_COUNT_HITS], 0);
	close(fd);
}

const struct test tests_life[] = {
	{ "close under load", close_under_load, "", EACH },
	{ "all commands at once, under load", all_at_once, "", EACH },
	{ "detach by exit", by_exit, "", EACH },
	{ "detach by SIGKILL", by_kill, "", EACH },
	{ "SIGKILL in a large INSERT", by_kill_in_insert, "", EACH },
	{ "detach by exec", by_exec, "", EACH },
	{ "closed last by a forked child", closed_by_heir, "", EACH },
	{ "a forked child's events are its own", heirs_events, "", EACH },
	{ 0 },
};
