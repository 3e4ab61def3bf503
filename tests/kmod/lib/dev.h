/* SPDX-License-Identifier: GPL-2.0-only */
/* /dev/secmmu and the memory that it is tried on. Commands return 0 or -errno. */
#ifndef TESTS_KMOD_LIB_DEV_H
#define TESTS_KMOD_LIB_DEV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "loghist.h"
#include "uapi/secmmu.h"

#define DEV_PAGE 4096ul

/* Both probes of a context. */
struct probes {
	__u64 counter[SECMMU_COUNTERS];
	struct loghist hist[SECMMU_HISTS];
};

/* A descriptor, or -errno. */
int dev_open(void);
/* Never fails: ends the process where it would. */
int dev_open_attached(const char *variant, unsigned int flags);
int dev_open_as(const char *variant, const struct secmmu_attach *attach);
/* The file that is number @fd of the process @pid, which may go on with it; ends the process where it cannot. */
int dev_take(pid_t pid, int fd);

int dev_call(int fd, unsigned long cmd, void *arg);
int dev_info(int fd, struct secmmu_info *info);
int dev_attach(int fd, const char *variant, unsigned int flags);
/* With everything that @attach says; its size is filled in. */
int dev_attach_as(int fd, struct secmmu_attach *attach);
int dev_insert(int fd, struct secmmu_range *ranges, unsigned int count);
int dev_remove(int fd, const __u32 *ids, unsigned int count);
int dev_stats(int fd, struct probes *probes);
int dev_reset(int fd);

/* The device faults in, reads and writes @length bytes at @address of the range @id. */
int dev_fault(int fd, __u32 id, const void *address, size_t length, __u32 flags);
int dev_read(int fd, __u32 id, const void *address, void *data, size_t length, __u32 flags);
int dev_write(int fd, __u32 id, void *address, const void *data, size_t length, __u32 flags);
/* How many translations are stale; or -errno. */
int dev_verify(int fd);

/* Start and length in pages from @base. */
struct secmmu_range dev_range(const void *base, size_t page, size_t pages);

/* One range over @pages pages at @base, its id; ends the process where it cannot. */
unsigned int dev_track(int fd, const void *base, size_t pages);

/*
 * Memory of its own: 2 MiB aligned, populated if so asked, no huge pages, with
 * inaccessible neighbours, so that no other mapping is ever merged with it.
 */
void *arena_map(size_t pages, bool populate);

#endif
