// SPDX-License-Identifier: GPL-2.0-only
/* fork(): all memory that may be copied on write is made read-only first. */
#include "workload.h"

#include <errno.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
	CHILD /* process id of the last; 0: there is none */
};

static int fork_init(struct workspace *w)
{
	w->local[CHILD] = 0;
	return slot_map(w);
}

static void fork_fini(struct workspace *w)
{
	if (w->local[CHILD])
		waitpid((pid_t)w->local[CHILD], NULL, 0);
	w->local[CHILD] = 0;
}

/* Written again, which copies what the last child still shared: a CLEAR for each such page. */
static int fork_prep(struct workspace *w)
{
	fork_fini(w);
	slot_touch(w);
	return 0;
}

static int fork_op(struct workspace *w)
{
	pid_t pid = fork();

	if (!pid)
		_exit(0);
	w->local[CHILD] = pid < 0 ? 0 : pid;
	return pid < 0 ? -errno : 0;
}

const struct workload workload_fork = {
	.name = "fork",
	.help = "fork of a process with `pages` written pages",
	.events = { { "PROTECTION_PAGE" }, { "CLEAR", AT_TIMES } },
	.init = fork_init,
	.prep = fork_prep,
	.op = fork_op,
	.fini = fork_fini,
};
