// SPDX-License-Identifier: GPL-2.0-only
/* Writes to pages that a child shares: each is copied, which takes the old one away from a device. */
#include "workload.h"

#include <errno.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
	CHILD /* process id of the one that shares the pages; 0: there is none */
};

static int cow_init(struct workspace *w)
{
	w->local[CHILD] = 0;
	return slot_map(w);
}

static void cow_fini(struct workspace *w)
{
	if (!w->local[CHILD])
		return;
	kill((pid_t)w->local[CHILD], SIGKILL);
	waitpid((pid_t)w->local[CHILD], NULL, 0);
	w->local[CHILD] = 0;
}

static int cow_prep(struct workspace *w)
{
	pid_t parent = getpid(), pid;

	cow_fini(w);
	slot_touch(w);
	pid = fork();
	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		while (getppid() == parent)
			pause();
		_exit(0);
	}
	w->local[CHILD] = pid < 0 ? 0 : pid;
	return pid < 0 ? -errno : 0;
}

static int cow_op(struct workspace *w)
{
	slot_touch(w);
	return 0;
}

const struct workload workload_cow = {
	.name = "cow",
	.help = "writes to `pages` pages that a child process shares: copy-on-write",
	.events = { { "CLEAR", EACH_PAGE }, { "PROTECTION_PAGE" } },
	.init = cow_init,
	.prep = cow_prep,
	.op = cow_op,
	.fini = cow_fini,
	.slow_ms = 100,
};
