// SPDX-License-Identifier: GPL-2.0-only
/* A process that takes files, tries what a stranger may do with them, and keeps some for a while. */
#include "holder.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <signal.h>
#include <unistd.h>

#include "tests/kmod/lib/tap.h"
#include "world.h"

/* A file is kept until so many others have come. */
#define KEPT 4

static pid_t holder;

/* A command that fails with @want, or with @other. */
static void expect(struct failure *failure, int fd, unsigned long cmd, void *arg, int want,
		   int other)
{
	int ret = ioctl(fd, cmd, arg) ? -errno : 0;

	if (ret == want || ret == other || !failure_is_first(failure))
		return;
	snprintf(failure->text, sizeof(failure->text),
		 "command %#lx on a file of another process: %d, not %d or %d", cmd, ret, want,
		 other);
}

static void try_as_stranger(struct failure *failure, int fd)
{
	struct secmmu_info info = { .size = sizeof(info) };
	struct secmmu_attach attach = { .size = sizeof(attach) };
	struct secmmu_insert insert = { .size = sizeof(insert) };
	struct secmmu_remove remove = { .size = sizeof(remove) };
	struct secmmu_fault fault = { .size = sizeof(fault) };
	struct secmmu_access access = { .size = sizeof(access) };
	struct secmmu_verify verify = { .size = sizeof(verify) };
	struct secmmu_stats stats = { .size = sizeof(stats) };
	struct secmmu_reset reset = { .size = sizeof(reset) };

	expect(failure, fd, SECMMU_INFO, &info, 0, 0);
	expect(failure, fd, SECMMU_STATS, &stats, 0, -ENOTCONN);
	expect(failure, fd, SECMMU_RESET, &reset, 0, -ENOTCONN);
	expect(failure, fd, SECMMU_ATTACH, &attach, -EPERM, -EPERM);
	expect(failure, fd, SECMMU_INSERT, &insert, -EPERM, -EPERM);
	expect(failure, fd, SECMMU_REMOVE, &remove, -EPERM, -EPERM);
	expect(failure, fd, SECMMU_FAULT, &fault, -EPERM, -EPERM);
	expect(failure, fd, SECMMU_ACCESS, &access, -EPERM, -EPERM);
	expect(failure, fd, SECMMU_VERIFY, &verify, -EPERM, -EPERM);
}

/* A message of one byte, with a descriptor or without: then -1. */
static int receive(int socket, char *byte)
{
	union {
		struct cmsghdr align;
		char bytes[CMSG_SPACE(sizeof(int))];
	} control;
	struct iovec part = { byte, 1 };
	struct msghdr message = {
		.msg_iov = &part,
		.msg_iovlen = 1,
		.msg_control = &control,
		.msg_controllen = sizeof(control),
	};
	int fd = -1;

	if (recvmsg(socket, &message, MSG_CMSG_CLOEXEC) != 1)
		_exit(0);
	if (message.msg_controllen >= CMSG_LEN(sizeof(int)))
		memcpy(&fd, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof(fd));
	return fd;
}

static void drop_all(int kept[KEPT])
{
	int i;

	for (i = 0; i < KEPT; i++) {
		if (kept[i] >= 0)
			close(kept[i]);
		kept[i] = -1;
	}
}

static void hold(struct failure *failure, int socket)
{
	int kept[KEPT] = { -1, -1, -1, -1 };
	unsigned int next = 0;
	char byte;
	int fd;

	for (;;) {
		fd = receive(socket, &byte);
		if (fd < 0) {
			drop_all(kept);
			if (send(socket, &byte, 1, 0) != 1)
				_exit(0);
			continue;
		}
		try_as_stranger(failure, fd);
		if (kept[next] >= 0)
			close(kept[next]);
		kept[next] = fd;
		next = (next + 1) % KEPT;
	}
}

int holder_start(struct failure *failure)
{
	int ends[2];

	REQUIRE(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) == 0);
	fflush(stdout);
	holder = fork();
	REQUIRE(holder >= 0);
	if (holder == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
		close(ends[0]);
		hold(failure, ends[1]);
	}
	close(ends[1]);
	return ends[0];
}

void holder_give(int socket, int fd)
{
	union {
		struct cmsghdr align;
		char bytes[CMSG_SPACE(sizeof(int))];
	} control = { 0 };
	char byte = 'f';
	struct iovec part = { &byte, 1 };
	struct msghdr message = {
		.msg_iov = &part,
		.msg_iovlen = 1,
		.msg_control = &control,
		.msg_controllen = sizeof(control),
	};
	struct cmsghdr *head = CMSG_FIRSTHDR(&message);

	head->cmsg_level = SOL_SOCKET;
	head->cmsg_type = SCM_RIGHTS;
	head->cmsg_len = CMSG_LEN(sizeof(fd));
	memcpy(CMSG_DATA(head), &fd, sizeof(fd));
	/* It may be killed, or interrupted: then the file just stays. */
	while (sendmsg(socket, &message, MSG_NOSIGNAL) < 0 && errno == EINTR)
		continue;
}

void holder_drop(int socket)
{
	char byte = 'd';

	REQUIRE(send(socket, &byte, 1, MSG_NOSIGNAL) == 1);
	REQUIRE(recv(socket, &byte, 1, 0) == 1);
}

void holder_stop(int socket)
{
	close(socket);
	waitpid(holder, NULL, 0);
}
