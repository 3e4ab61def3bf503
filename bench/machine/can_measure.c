// SPDX-License-Identifier: GPL-2.0-only
#include "can_measure.h"

#include <errno.h>
#include <linux/capability.h>
#include <limits.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "uapi/secmmu.h"
#include "util/err.h"
#include "util/file.h"
#include "util/paths.h"

__attribute__((format(printf, 3, 4))) static int obstacle(char *why, size_t size,
							  const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(why, size, format, args);
	va_end(args);
	return -ENODEV;
}

/* Being root is neither enough (containers) nor needed. */
static bool may_load_modules(void)
{
	unsigned long long effective = 0;
	FILE *file = fopen("/proc/self/status", "re");
	char line[256];

	if (!file)
		return false;
	while (fgets(line, sizeof(line), file))
		if (sscanf(line, "CapEff: %llx", &effective) == 1)
			break;
	fclose(file);
	return effective >> CAP_SYS_MODULE & 1;
}

static int check_kernel(const char *release, char *why, size_t size)
{
	char line[256];

	if (access("/proc/modules", F_OK))
		return obstacle(why, size, "this kernel (%s) has no loadable modules", release);
	if (file_line("/proc/sys/kernel/modules_disabled", line, sizeof(line)) && line[0] == '1')
		return obstacle(why, size,
				"loading modules was switched off until the next boot "
				"(kernel.modules_disabled)");
	if (file_line("/sys/kernel/security/lockdown", line, sizeof(line)) &&
	    !strstr(line, "[none]"))
		return obstacle(why, size,
				"this kernel (%s) is locked down and takes only signed "
				"modules",
				release);
	return 0;
}

static int check_module(const char *release, char *why, size_t size)
{
	char module[PATH_MAX];

	if (!may_load_modules())
		return obstacle(why, size,
				"this user may not load kernel modules: not root, or a "
				"container");
	if (path_of_module(module, sizeof(module), release) == 0)
		return 0;
	err_clear();
	return obstacle(why, size,
			"secmmu.ko was not built for this kernel (%s); are its headers "
			"installed (linux-headers-%s)?",
			release, release);
}

int where_native(char *why, size_t size)
{
	struct utsname uts;
	int ret;

	uname(&uts);
	/* Somebody has loaded it and lets us use it: then nothing else matters. */
	if (access(SECMMU_DEVICE, R_OK | W_OK) == 0)
		return 0;
	ret = check_kernel(uts.release, why, size);
	return ret ? ret : check_module(uts.release, why, size);
}

int where_decide(const char *asked, enum where *where, char *why, size_t size)
{
	char reason[256];
	int ret;

	if (!strcmp(asked, "vm")) {
		*where = WHERE_VM;
		snprintf(why, size, "Measuring in a virtual machine, as asked.");
		return 0;
	}
	if (strcmp(asked, "auto") && strcmp(asked, "native"))
		return err_usage("--where takes auto, native or vm, not \"%s\"", asked);
	ret = where_native(reason, sizeof(reason));
	if (ret && !strcmp(asked, "native"))
		return err_setup("cannot measure on this machine itself: %s; --where vm measures "
				 "in a virtual machine",
				 reason);
	*where = ret ? WHERE_VM : WHERE_NATIVE;
	if (ret)
		snprintf(why, size, "Measuring in a virtual machine: %s.", reason);
	else
		snprintf(why, size, "Measuring on this machine.");
	return 0;
}
