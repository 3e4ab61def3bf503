// SPDX-License-Identifier: GPL-2.0-only
#include "victim.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cgroup.h"

const struct param victim_params[] = {
	{ .name = "busy",
	  .unit = "",
	  .kind = PARAM_COUNT,
	  .preset = "1",
	  .min = 0,
	  .max = 16,
	  .help = "threads by which the killed process's device reads its memory until the end" },
	{ 0 }
};

/* Sends the file @fd, so that the parent can read what the probes have counted. */
static int send_file(int socket, int fd)
{
	union {
		struct cmsghdr header;
		char room[CMSG_SPACE(sizeof(int))];
	} control = { .header = { .cmsg_len = CMSG_LEN(sizeof(int)),
				  .cmsg_level = SOL_SOCKET,
				  .cmsg_type = SCM_RIGHTS } };
	struct iovec byte = { .iov_base = "", .iov_len = 1 };
	struct msghdr message = {
		.msg_iov = &byte,
		.msg_iovlen = 1,
		.msg_control = &control,
		.msg_controllen = sizeof(control),
	};

	memcpy(CMSG_DATA(&control.header), &fd, sizeof(fd));
	return sendmsg(socket, &message, 0) == 1 ? 0 : -errno;
}

/* The file, or -errno; -EPIPE: the victim could not make its device. */
static int receive_file(int socket)
{
	char byte, room[CMSG_SPACE(sizeof(int))];
	struct iovec part = { .iov_base = &byte, .iov_len = 1 };
	struct msghdr message = {
		.msg_iov = &part,
		.msg_iovlen = 1,
		.msg_control = room,
		.msg_controllen = sizeof(room),
	};
	ssize_t got = recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
	struct cmsghdr *header = CMSG_FIRSTHDR(&message);
	int fd;

	if (got < 0)
		return -errno;
	if (!got || !header)
		return -EPIPE;
	memcpy(&fd, CMSG_DATA(header), sizeof(fd));
	return fd;
}

/* Anywhere but on the worker's CPU, to which its children are pinned; unless it is the only one. */
static void leave_cpu(void)
{
	cpu_set_t others;

	memset(&others, 0xff, sizeof(others));
	CPU_CLR((size_t)sched_getcpu(), &others);
	sched_setaffinity(0, sizeof(others), &others);
}

/* Reads all of the slot again and again: the device's lock is taken for most of the time. */
static void *access_on(void *arg)
{
	const struct workspace *w = arg;
	char *data = malloc(w->len);

	leave_cpu();
	while (data)
		device_read(w, 0, data, w->len);
	return NULL;
}

/* Makes the device, which translates all of the memory. Its file, or -errno. */
static int mirror(struct workspace *w)
{
	int fd = device_clone(w), ret;
	pthread_t thread;

	if (fd < 0)
		return fd;
	ret = device_fault(w, 0, w->len / w->page_size, false);
	if (ret == -EOPNOTSUPP) /* the variant only listens */
		return fd;
	for (long long i = 0; !ret && i < param_count(w, "busy"); i++)
		ret = -pthread_create(&thread, NULL, access_on, w);
	return ret ? ret : fd;
}

/*
 * Has memory, and, where the sample has one, a device that has translated all of it; then waits
 * for its end.
 */
static void __attribute__((noreturn))
victim_main(struct workspace *w, const char *group, pid_t parent, int socket)
{
	int fd = socket;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent || (group && cgroup_join(group)) || slot_map(w))
		_exit(1);
	slot_touch(w);
	if (w->device)
		fd = mirror(w);
	if (fd < 0 || send_file(socket, fd))
		_exit(1);
	for (;;)
		pause();
}

/* Buries the last victim, whose device then has counted all that it will. */
int victim_bury(struct workspace *w)
{
	int ret;

	if (!w->local[VICTIM])
		return 0;
	waitpid((pid_t)w->local[VICTIM], NULL, 0);
	ret = w->device ? device_adopt(w, (int)w->local[VICTIM_DEVICE]) : 0;
	close((int)w->local[VICTIM_DEVICE]);
	close((int)w->local[VICTIM_PIDFD]);
	w->local[VICTIM] = 0;
	return ret;
}

static int make_one(struct workspace *w, const char *group)
{
	pid_t parent = getpid();
	int sockets[2];
	long pid, fd;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sockets))
		return -errno;
	pid = fork();
	if (!pid)
		victim_main(w, group, parent, sockets[1]);
	close(sockets[1]);
	fd = pid < 0 ? -errno : receive_file(sockets[0]);
	close(sockets[0]);
	if (fd < 0)
		return (int)fd;
	w->local[VICTIM] = pid;
	w->local[VICTIM_DEVICE] = fd;
	w->local[VICTIM_PIDFD] = syscall(SYS_pidfd_open, pid, 0);
	return w->local[VICTIM_PIDFD] < 0 ? -errno : 0;
}

int victim_raise(struct workspace *w, const char *group)
{
	int ret = victim_bury(w);

	return ret ? ret : make_one(w, group);
}

void victim_fini(struct workspace *w)
{
	if (w->local[VICTIM])
		kill((pid_t)w->local[VICTIM], SIGKILL);
	victim_bury(w);
}
