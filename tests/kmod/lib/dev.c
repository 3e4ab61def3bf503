// SPDX-License-Identifier: GPL-2.0-only
/* /dev/secmmu and the memory that it is tried on. */
#include "dev.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "tap.h"

int dev_open(void)
{
	int fd = open(SECMMU_DEVICE, O_RDWR);

	return fd < 0 ? -errno : fd;
}

int dev_open_attached(const char *variant, unsigned int flags)
{
	int fd = dev_open();

	REQUIRE(fd >= 0);
	REQUIRE_EQ(dev_attach(fd, variant, flags), 0);
	return fd;
}

int dev_call(int fd, unsigned long cmd, void *arg)
{
	return ioctl(fd, cmd, arg) ? -errno : 0;
}

int dev_info(int fd, struct secmmu_info *info)
{
	*info = (struct secmmu_info){ .size = sizeof(*info) };
	return dev_call(fd, SECMMU_INFO, info);
}

int dev_attach_as(int fd, struct secmmu_attach *attach)
{
	attach->size = sizeof(*attach);
	return dev_call(fd, SECMMU_ATTACH, attach);
}

int dev_attach(int fd, const char *variant, unsigned int flags)
{
	struct secmmu_attach attach = { .flags = flags };

	memcpy(attach.variant, variant, strnlen(variant, sizeof(attach.variant)));
	return dev_attach_as(fd, &attach);
}

int dev_open_as(const char *variant, const struct secmmu_attach *attach)
{
	struct secmmu_attach with = *attach;
	int fd = dev_open();

	REQUIRE(fd >= 0);
	memcpy(with.variant, variant, strnlen(variant, sizeof(with.variant)));
	REQUIRE_EQ(dev_attach_as(fd, &with), 0);
	return fd;
}

int dev_take(pid_t pid, int fd)
{
	int pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
	int taken = (int)syscall(SYS_pidfd_getfd, pidfd, fd, 0);

	REQUIRE(taken >= 0);
	close(pidfd);
	return taken;
}

int dev_insert(int fd, struct secmmu_range *ranges, unsigned int count)
{
	struct secmmu_insert insert = {
		.size = sizeof(insert),
		.ranges = (uintptr_t)ranges,
		.count = count,
	};

	return dev_call(fd, SECMMU_INSERT, &insert);
}

int dev_remove(int fd, const __u32 *ids, unsigned int count)
{
	struct secmmu_remove remove = {
		.size = sizeof(remove),
		.ids = (uintptr_t)ids,
		.count = count,
	};

	return dev_call(fd, SECMMU_REMOVE, &remove);
}

int dev_stats(int fd, struct probes *probes)
{
	struct secmmu_stats stats = {
		.size = sizeof(stats),
		.counters = (uintptr_t)probes->counter,
		.hists = (uintptr_t)probes->hist,
		.counter_count = SECMMU_COUNTERS,
		.hist_count = SECMMU_HISTS,
	};

	return dev_call(fd, SECMMU_STATS, &stats);
}

int dev_reset(int fd)
{
	struct secmmu_reset reset = { .size = sizeof(reset) };

	return dev_call(fd, SECMMU_RESET, &reset);
}

int dev_fault(int fd, __u32 id, const void *address, size_t length, __u32 flags)
{
	struct secmmu_fault fault = {
		.size = sizeof(fault),
		.flags = flags,
		.start = (uintptr_t)address,
		.length = length,
		.id = id,
	};

	return dev_call(fd, SECMMU_FAULT, &fault);
}

static int dev_access(int fd, __u32 id, const void *address, const void *data, size_t length,
		      __u32 flags)
{
	struct secmmu_access access = {
		.size = sizeof(access),
		.flags = flags,
		.start = (uintptr_t)address,
		.length = length,
		.data = (uintptr_t)data,
		.id = id,
	};

	return dev_call(fd, SECMMU_ACCESS, &access);
}

int dev_read(int fd, __u32 id, const void *address, void *data, size_t length, __u32 flags)
{
	return dev_access(fd, id, address, data, length, flags);
}

int dev_write(int fd, __u32 id, void *address, const void *data, size_t length, __u32 flags)
{
	return dev_access(fd, id, address, data, length, flags | SECMMU_ACCESS_WRITE);
}

int dev_verify(int fd)
{
	struct secmmu_verify verify = { .size = sizeof(verify) };
	int ret = dev_call(fd, SECMMU_VERIFY, &verify);

	return ret ? ret : (int)verify.stale;
}

struct secmmu_range dev_range(const void *base, size_t page, size_t pages)
{
	struct secmmu_range range = {
		.start = (uintptr_t)base + page * DEV_PAGE,
		.length = pages * DEV_PAGE,
	};

	return range;
}

unsigned int dev_track(int fd, const void *base, size_t pages)
{
	struct secmmu_range range = dev_range(base, 0, pages);

	REQUIRE_EQ(dev_insert(fd, &range, 1), 0);
	return range.id;
}

void *arena_map(size_t pages, bool populate)
{
	const size_t huge = 2ul << 20;
	size_t len = pages * DEV_PAGE;
	char *field, *arena;

	field = mmap(NULL, len + 4 * huge, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE,
		     -1, 0);
	REQUIRE(field != MAP_FAILED);
	arena = (char *)(((uintptr_t)field + 2 * huge) & ~(huge - 1));
	arena = mmap(arena, len, PROT_READ | PROT_WRITE,
		     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED, -1, 0);
	REQUIRE(arena != MAP_FAILED);
	if (populate)
		memset(arena, 1, len);
	return arena;
}
