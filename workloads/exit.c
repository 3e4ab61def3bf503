// SPDX-License-Identifier: GPL-2.0-only
/* The end of a process whose memory a device mirrors. */
#include "workload.h"

#include <errno.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "victim.h"

static int exit_prep(struct workspace *w)
{
	return victim_raise(w, NULL);
}

/* Its memory is gone before its parent is told; it stays a zombie, for victim_bury(). */
static int exit_op(struct workspace *w)
{
	siginfo_t info;

	kill((pid_t)w->local[VICTIM], SIGKILL);
	return waitid(P_PID, (id_t)w->local[VICTIM], &info, WEXITED | WNOWAIT) ? -errno : 0;
}

const struct workload workload_exit = {
	.name = "exit",
	.help = "the end of a process of `pages` pages that a device mirrors, killed",
	.params = victim_params,
	.prep = exit_prep,
	.op = exit_op,
	.fini = victim_fini,
	.slow_ms = 250,
};
