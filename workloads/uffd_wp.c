// SPDX-License-Identifier: GPL-2.0-only
/* Write protection by userfaultfd, as snapshots of a running virtual machine use it. */
#include "workload.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

enum {
	UFFD /* the file */
};

/* A file that can protect, or -errno. */
static int open_uffd(void)
{
	struct uffdio_api api = { .api = UFFD_API, .features = UFFD_FEATURE_PAGEFAULT_FLAG_WP };
	int fd = (int)syscall(SYS_userfaultfd, O_CLOEXEC | O_NONBLOCK | UFFD_USER_MODE_ONLY);

	if (fd < 0)
		return -errno;
	if (!ioctl(fd, UFFDIO_API, &api))
		return fd;
	close(fd);
	return -EOPNOTSUPP;
}

static const char *uffd_wp_lacks(const struct workspace *w)
{
	int fd = open_uffd();

	(void)w;
	if (fd >= 0)
		close(fd);
	return fd < 0 ? "needs userfaultfd with write protection" : NULL;
}

static int uffd_wp_init(struct workspace *w)
{
	struct uffdio_register reg = {
		.range = { .start = (uintptr_t)w->slot, .len = w->len },
		.mode = UFFDIO_REGISTER_MODE_WP,
	};
	int ret = slot_map(w);

	if (ret)
		return ret;
	w->local[UFFD] = open_uffd();
	if (w->local[UFFD] < 0)
		return (int)w->local[UFFD];
	return ioctl((int)w->local[UFFD], UFFDIO_REGISTER, &reg) ? -errno : 0;
}

static int protect(const struct workspace *w, bool on)
{
	struct uffdio_writeprotect arg = {
		.range = { .start = (uintptr_t)w->slot, .len = w->len },
		.mode = on ? UFFDIO_WRITEPROTECT_MODE_WP : 0,
	};

	return ioctl((int)w->local[UFFD], UFFDIO_WRITEPROTECT, &arg) ? -errno : 0;
}

static int uffd_wp_prep(struct workspace *w)
{
	int ret = protect(w, false);

	if (!ret)
		slot_touch(w);
	return ret;
}

static int uffd_wp_op(struct workspace *w)
{
	return protect(w, true);
}

static void uffd_wp_fini(struct workspace *w)
{
	close((int)w->local[UFFD]);
}

const struct workload workload_uffd_wp = {
	.name = "uffd_wp",
	.help = "UFFDIO_WRITEPROTECT of `pages` written pages",
	.events = { { "PROTECTION_VMA" } },
	.lacks = uffd_wp_lacks,
	.init = uffd_wp_init,
	.prep = uffd_wp_prep,
	.op = uffd_wp_op,
	.fini = uffd_wp_fini,
};
