// SPDX-License-Identifier: GPL-2.0-only
#include "kernel.h"

#include <limits.h>
#include <stdio.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "tap.h"

/* Of a kernel with KASAN and lockdep, emulated: some 10 in the module's callbacks, more in fork. */
#define SLOWNESS 10

#define RELEASE(major, minor) ((major)*1000 + (minor))
#define EVER                  INT_MAX

/*
 * True of releases from @since until before @until. Seen on 6.1, 6.12 and 7.2; what changed between
 * two of them is given the later one, but where the change itself is known.
 */
static const struct {
	int since;
	int until;
} facts[] = {
	[KERNEL_TELLS_VMA] = { 0, RELEASE(6, 3) },
	[KERNEL_HAS_CHANGE_PTE] = { 0, RELEASE(6, 10) },
	[KERNEL_HAS_TWO_PASS] = { RELEASE(7, 2), EVER },
	[KERNEL_FLUSHES_WITH_CPU] = { RELEASE(6, 6), EVER },
	[KERNEL_COLLAPSES_FLUSHES] = { RELEASE(6, 6), RELEASE(7, 2) },
	[KERNEL_TELLS_EMPTY_MPROTECT] = { RELEASE(6, 12), EVER },
	[KERNEL_REAPS_AS_CLEAR] = { RELEASE(7, 2), EVER },
};

bool kernel_fact(enum kernel_fact fact)
{
	struct utsname kernel;
	int major, minor;

	REQUIRE(uname(&kernel) == 0);
	REQUIRE(sscanf(kernel.release, "%d.%d", &major, &minor) == 2);
	return RELEASE(major, minor) >= facts[fact].since &&
	       RELEASE(major, minor) < facts[fact].until;
}

int kernel_slowness(void)
{
	/* Only a kernel that was built with lockdep has it. */
	return access("/proc/lockdep_stats", F_OK) ? 1 : SLOWNESS;
}

int kernel_times(int times)
{
	return kernel_slowness() > 1 ? (times + 3) / 4 : times;
}
