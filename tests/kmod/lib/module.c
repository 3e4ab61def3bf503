// SPDX-License-Identifier: GPL-2.0-only
/* The module from outside: load, unload, /sys/module, the kernel's log. */
#include "module.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

const char *module_file;
static int log_fd = -1;

int module_load(const char *params)
{
	int fd = open(module_file, O_RDONLY | O_CLOEXEC);
	int ret = 0;

	if (fd < 0)
		return -errno;
	if (syscall(SYS_finit_module, fd, params, 0))
		ret = -errno;
	close(fd);
	return ret;
}

int module_unload(void)
{
	return syscall(SYS_delete_module, "secmmu", O_NONBLOCK) ? -errno : 0;
}

int module_read(const char *file, char *text, size_t size)
{
	char path[128];
	ssize_t len;
	int fd;

	snprintf(path, sizeof(path), "/sys/module/secmmu/%s", file);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	len = read(fd, text, size - 1);
	close(fd);
	if (len < 0)
		return -EIO;
	text[len] = '\0';
	text[strcspn(text, "\n")] = '\0';
	return 0;
}

/* Each is 10 ms: what was killed has let go far sooner, on a slow kernel as well. */
#define REFS_TRIES 2000

int module_refs(int want)
{
	int refs = -ENOENT;
	char text[32];
	int tries;
	int ret;

	for (tries = 0; tries < REFS_TRIES; tries++) {
		ret = module_read("refcnt", text, sizeof(text));
		if (ret)
			return ret;
		refs = atoi(text);
		if (refs == want)
			break;
		usleep(10000);
	}
	return refs;
}

void log_begin(void)
{
	if (log_fd < 0)
		log_fd = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (log_fd >= 0)
		lseek(log_fd, 0, SEEK_END);
}

/* One read gives one record; EPIPE says that some were overwritten, the next read goes on. */
void log_since(char *text, size_t size)
{
	size_t used = 0;
	char record[8192];
	ssize_t len;

	text[0] = '\0';
	while (log_fd >= 0) {
		len = read(log_fd, record, sizeof(record) - 1);
		if (len < 0 && errno == EPIPE)
			continue;
		if (len <= 0)
			break;
		record[len] = '\0';
		if (used + 1 < size)
			used += (size_t)snprintf(text + used, size - used, "%s", record);
	}
}
