// SPDX-License-Identifier: GPL-2.0-only
/* The commands of test_hmm.ko, as far as they are used here. */
#include "dmirror.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/types.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* Its ABI is no header that a distribution installs: lib/test_hmm_uapi.h in the kernel's source. */
struct dmirror_cmd {
	__u64 address;
	__u64 data;
	__u64 pages;
	__u64 done;   /* out: pages */
	__u64 faults; /* out */
};

#define DMIRROR_READ    _IOWR('H', 0, struct dmirror_cmd)
#define DMIRROR_WRITE   _IOWR('H', 1, struct dmirror_cmd)
#define DMIRROR_TO_DEV  _IOWR('H', 2, struct dmirror_cmd)
#define DMIRROR_TO_SYS  _IOWR('H', 3, struct dmirror_cmd)
#define DMIRROR_CLAIM   _IOWR('H', 5, struct dmirror_cmd)
#define DMIRROR_CLAIMED _IOWR('H', 6, struct dmirror_cmd)

int dmirror_open(unsigned int number)
{
	char path[32];
	int fd;

	snprintf(path, sizeof(path), "/dev/hmm_dmirror%u", number);
	fd = open(path, O_RDWR | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

static int dmirror_call(int fd, unsigned long call, struct dmirror_cmd *cmd)
{
	int ret;

	do {
		ret = ioctl(fd, call, cmd) ? -errno : 0;
	} while (ret == -EINTR);
	return ret;
}

/* A command that tells how many pages it did. */
static int dmirror_all(int fd, unsigned long call, void *at, size_t pages, const void *data)
{
	struct dmirror_cmd cmd = {
		.address = (uintptr_t)at,
		.data = (uintptr_t)data,
		.pages = pages,
	};
	int ret = dmirror_call(fd, call, &cmd);

	if (ret)
		return ret;
	return cmd.done == pages ? 0 : -EIO;
}

int dmirror_read(int fd, void *at, size_t pages, void *data)
{
	return dmirror_all(fd, DMIRROR_READ, at, pages, data);
}

int dmirror_write(int fd, void *at, size_t pages, const void *data)
{
	return dmirror_all(fd, DMIRROR_WRITE, at, pages, data);
}

int dmirror_take(int fd, void *at, size_t pages, void *data)
{
	return dmirror_all(fd, DMIRROR_TO_DEV, at, pages, data);
}

int dmirror_give(int fd, void *at, size_t pages)
{
	return dmirror_all(fd, DMIRROR_TO_SYS, at, pages, NULL);
}

int dmirror_claim(int fd, void *at, size_t pages, void *data)
{
	return dmirror_all(fd, DMIRROR_CLAIM, at, pages, data);
}

int dmirror_has_lost(int fd, void *at, size_t pages)
{
	struct dmirror_cmd cmd = { .address = (uintptr_t)at, .pages = pages };

	return dmirror_call(fd, DMIRROR_CLAIMED, &cmd);
}
