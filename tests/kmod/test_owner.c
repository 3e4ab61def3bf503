// SPDX-License-Identifier: GPL-2.0-only
/* A file belongs to the address space that opened it: to others it tells its probes, no more. */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "dev.h"
#include "passing.h"
#include "tap.h"
#include "tests.h"

/* Every command, from a process that did not open the file. */
static void all_forbidden(int fd, const char *variant)
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
		all_forbidden(fd, variant);
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
	all_forbidden(fd, variant);
	CHECK_EQ(waitpid(pid, NULL, 0), pid);
	all_forbidden(fd, variant);
	close(fd);
}

const struct test tests_owner[] = {
	{ "EPERM after fork", after_fork, "", true },
	{ "EPERM for a file that was passed on, its mm alive and dead", passed_on, "", true },
	{ 0 },
};
