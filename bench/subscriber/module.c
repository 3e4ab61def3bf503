// SPDX-License-Identifier: GPL-2.0-only
#include "module.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "util/clock.h"
#include "util/err.h"
#include "util/file.h"
#include "util/paths.h"

#define SYS_MODULE "/sys/module/secmmu"

/* Chosen on the command line. */
static const char *chosen;

void module_choose(const char *path)
{
	chosen = path;
}

bool module_loaded(void)
{
	return !access(SYS_MODULE, F_OK);
}

static int load_error(const char *path, const char *variant, int error)
{
	switch (error) {
	case ENOENT:
		return err_setup(
			"%s knows no variant '%s'; the kernel log lists those that it knows", path,
			variant);
	case EPERM:
		return err_setup("may not load %s: loading a module takes root", path);
	case EKEYREJECTED:
		return err_setup(
			"cannot load %s: this kernel loads signed modules only; use --where vm",
			path);
	default:
		return err_setup("cannot load %s: %s; the kernel log may say more", path,
				 strerror(error));
	}
}

int module_load(const char *variant)
{
	struct utsname uts;
	char path[PATH_MAX], options[64];
	int fd, ret = 0;

	uname(&uts);
	if (chosen)
		snprintf(path, sizeof(path), "%s", chosen);
	else if (path_of_module(path, sizeof(path), uts.release))
		return err_setup("there is no secmmu.ko for the kernel %s; its headers are needed "
				 "to build it",
				 uts.release);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return err_setup("cannot open %s: %m", path);
	snprintf(options, sizeof(options), "variant=%s", variant);
	if (syscall(SYS_finit_module, fd, options, 0))
		ret = load_error(path, variant, errno);
	close(fd);
	return ret;
}

/* A file that was just closed may hold the module for a moment yet. */
int module_unload(void)
{
	for (int tries = 0; module_loaded(); tries++) {
		if (!syscall(SYS_delete_module, "secmmu", O_NONBLOCK))
			break;
		if (tries == 100 || (errno != EAGAIN && errno != EBUSY))
			return err_setup("cannot unload secmmu: %m; does another process have "
					 "/dev/secmmu open?");
		clock_sleep_ms(10);
	}
	return 0;
}

void module_word(const char *name, char *word, size_t size)
{
	char path[128];

	*word = '\0';
	snprintf(path, sizeof(path), SYS_MODULE "/%s", name);
	file_line(path, word, size);
}
