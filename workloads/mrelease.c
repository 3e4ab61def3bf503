// SPDX-License-Identifier: GPL-2.0-only
/*
 * process_mrelease(2) of a killed process whose memory a device mirrors: the reaper's
 * invalidations may not block, so that a device whose lock is taken has to refuse them.
 */
#include "workload.h"

#include <errno.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "victim.h"

static int mrelease_prep(struct workspace *w)
{
	return victim_raise(w, NULL);
}

/*
 * A reaper that was refused tries again, as the kernel's does. A victim that was faster has left
 * nothing to reap.
 */
static int mrelease_op(struct workspace *w)
{
	kill((pid_t)w->local[VICTIM], SIGKILL);
	while (syscall(SYS_process_mrelease, (int)w->local[VICTIM_PIDFD], 0)) {
		if (errno == EAGAIN || errno == EINTR)
			continue;
		if (errno != ESRCH)
			return -errno;
		w->missed++;
		return 0;
	}
	return 0;
}

const struct workload workload_mrelease = {
	.name = "mrelease",
	.help = "process_mrelease of a killed process of `pages` pages that a device mirrors",
	.params = victim_params,
	.prep = mrelease_prep,
	.op = mrelease_op,
	.fini = victim_fini,
	.slow_ms = 300,
};
