// SPDX-License-Identifier: GPL-2.0-only
/* A file belongs to the address space that opened it: to others it tells its probes, no more. */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/kmod/lib/dev.h"
#include "tests/kmod/lib/passing.h"
#include "tests/kmod/lib/tap.h"
#include "tests/kmod/lib/tests.h"

#define NOBODY 65534

/* Enough for what a process that shares the address space does. */
#define STACK (256ul << 10)

void owner_forbids(int fd, const char *variant)
{
	struct secmmu_range range = { .start = DEV_PAGE, .length = DEV_PAGE };
	static struct probes probes;
	struct secmmu_info info;
	char byte = 0;
	__u32 id = 1;

	CHECK_EQ(dev_attach(fd, variant, 0), -EPERM);
	CHECK_EQ(dev_insert(fd, &range, 1), -EPERM);
	CHECK_EQ(dev_remove(fd, &id, 1), -EPERM);
	CHECK_EQ(dev_fault(fd, 1, &range, DEV_PAGE, 0), -EPERM);
	CHECK_EQ(dev_read(fd, 1, &range, &byte, 1, 0), -EPERM);
	CHECK_EQ(dev_read(fd, 1, &range, &byte, 1, SECMMU_ACCESS_NOFAULT), -EPERM);
	CHECK_EQ(dev_write(fd, 1, &range, &byte, 1, 0), -EPERM);
	CHECK_EQ(dev_verify(fd), -EPERM);
	/* These reach no memory but the caller's. */
	CHECK_EQ(dev_info(fd, &info), 0);
	CHECK_EQ(dev_stats(fd, &probes), 0);
	CHECK_EQ(dev_reset(fd), 0);
}

static void after_fork(const char *variant)
{
	struct probes *probes = calloc(1, sizeof(*probes));
	int fd = dev_open_attached(variant, 0);
	void *arena = arena_map(1, true);
	pid_t pid;

	dev_track(fd, arena, 1);
	pid = fork();
	if (pid == 0) {
		owner_forbids(fd, variant);
		exit(0);
	}
	CHECK_EQ(waitpid(pid, NULL, 0), pid);
	CHECK_EQ(dev_stats(fd, probes), 0);
	CHECK_EQ(dev_reset(fd), 0);
	close(fd);
	free(probes);
}

/* The opener gives its file away and dies: the file outlives the address space. */
static void passed_on(const char *variant)
{
	int pair[2];
	pid_t pid;
	int fd;

	REQUIRE(socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0);
	pid = fork();
	if (pid == 0) {
		fd = dev_open_attached(variant, 0);
		dev_track(fd, arena_map(16, true), 16);
		send_fd(pair[1], fd);
		exit(0);
	}
	fd = receive_fd(pair[0]);
	owner_forbids(fd, variant);
	CHECK_EQ(waitpid(pid, NULL, 0), pid);
	owner_forbids(fd, variant);
	close(fd);
}

/* Root's file in the hands of somebody else: no way to another address space, and none to a new file. */
static void to_nobody(const char *variant)
{
	int fd = dev_open_attached(variant, 0);
	void *arena = arena_map(1, true);
	char path[32];
	pid_t pid;

	dev_track(fd, arena, 1);
	pid = fork();
	if (pid == 0) {
		REQUIRE(setgid(NOBODY) == 0 && setuid(NOBODY) == 0);
		owner_forbids(fd, variant);
		snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
		CHECK(open(path, O_RDWR) < 0 && errno == EACCES);
		CHECK_EQ(dev_open(), -EACCES);
		exit(0);
	}
	REQUIRE(waitpid(pid, NULL, 0) == pid);
	close(fd);
}

/* All that the owner of a file does. */
static void all_allowed(int fd, const char *variant, char *arena)
{
	__u32 id = dev_track(fd, arena, 1);
	char byte = 0;

	if (variant_tracks(variant)) {
		CHECK_EQ(dev_fault(fd, id, arena, DEV_PAGE, SECMMU_FAULT_WRITE), 0);
		CHECK_EQ(dev_write(fd, id, arena, "w", 1, 0), 0);
		CHECK_EQ(dev_read(fd, id, arena, &byte, 1, 0), 0);
		CHECK(byte == 'w' && arena[0] == 'w');
	}
	CHECK_EQ(dev_verify(fd), 0);
	CHECK_EQ(dev_remove(fd, &id, 1), 0);
}

/* Rights are asked for by open() alone, as of any file. */
static void opened_as_root(const char *variant)
{
	int fd = dev_open_attached(variant, 0);

	REQUIRE(setgid(NOBODY) == 0 && setuid(NOBODY) == 0);
	all_allowed(fd, variant, arena_map(1, true));
	close(fd);
}

/* What a process is given that shares the opener's address space. */
struct sharer {
	const char *variant;
	char *arena;
	int fd;
	pid_t opener;
};

/* As a child of vfork(): until it executes something, it is the same address space. */
static int share_then_exec(void *arg)
{
	struct sharer *sharer = arg;
	char number[16];

	all_allowed(sharer->fd, sharer->variant, sharer->arena);
	snprintf(number, sizeof(number), "%d", sharer->fd);
	execl("/proc/self/exe", "kmod_test", "--exec", number, NULL);
	_exit(1);
}

static void by_vfork(const char *variant)
{
	struct sharer sharer = { variant, arena_map(1, true), dev_open_attached(variant, 0), 0 };
	char *stack = malloc(STACK);
	int status = 0;
	pid_t pid;

	REQUIRE(stack != NULL);
	pid = clone(share_then_exec, stack + STACK, CLONE_VM | CLONE_VFORK | SIGCHLD, &sharer);
	REQUIRE(pid > 0);
	REQUIRE(waitpid(pid, &status, 0) == pid);
	CHECK(WIFEXITED(status) && WEXITSTATUS(status) == EPERM);
	all_allowed(sharer.fd, variant, sharer.arena);
	close(sharer.fd);
}

/* The opener is dead, its address space is not. */
static int outlive_opener(void *arg)
{
	struct sharer *sharer = arg;

	while (getppid() == sharer->opener)
		usleep(1000);
	all_allowed(sharer->fd, sharer->variant, sharer->arena);
	_exit(atomic_load(&tap->failures) ? 1 : 0);
}

static void outlived_by_sharer(const char *variant)
{
	struct sharer sharer = { variant, NULL, -1, 0 };
	char *stack = malloc(STACK);
	int status = 1;
	pid_t pid;

	REQUIRE(stack != NULL);
	REQUIRE(prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) == 0);
	pid = fork();
	if (pid == 0) {
		sharer.opener = getpid();
		sharer.arena = arena_map(1, true);
		sharer.fd = dev_open_attached(variant, 0);
		clone(outlive_opener, stack + STACK, CLONE_VM | SIGCHLD, &sharer);
		_exit(0);
	}
	REQUIRE(waitpid(pid, NULL, 0) == pid);
	/* What it left behind is now ours. */
	REQUIRE(waitpid(-1, &status, 0) > 0);
	CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

const struct test tests_owner[] = {
	{ "EPERM after fork", after_fork, "", ALIKE },
	{ "EPERM for a file that was passed on, its mm alive and dead", passed_on, "", ALIKE },
	{ "root's file in the hands of another user", to_nobody, "", ALIKE },
	{ "a file is used after its opener gave up its rights", opened_as_root, "", ALIKE },
	{ "vfork shares the address space, until exec", by_vfork, "", ALIKE },
	{ "a process that shares the address space outlives the opener", outlived_by_sharer, "",
	  ALIKE },
	{ 0 },
};
