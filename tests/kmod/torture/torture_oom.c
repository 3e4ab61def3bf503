// SPDX-License-Identifier: GPL-2.0-only
/* A memory cgroup kills processes for want of memory while their devices fault and access. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/kmod/lib/crowd.h"
#include "tests/kmod/lib/dev.h"
#include "tests/kmod/lib/group.h"
#include "tests/kmod/lib/module.h"
#include "tests/kmod/lib/tap.h"
#include "torture.h"

/* What the group may take beyond what it holds when its processes have begun. */
#define ROOM_BYTES (8l << 20)

/* Attached and at work; eats memory once it is told to. */
static pid_t start_victim(const char *variant, int round, int ready, int go)
{
	struct crowd crowd = { 0 };
	char byte;
	pid_t pid = fork();

	if (pid)
		return pid;
	crowd_attach(&crowd, variant, round);
	crowd_start_all(&crowd);
	REQUIRE(write(ready, "x", 1) == 1);
	if (read(go, &byte, 1) == 1)
		for (;;)
			arena_map(64, true);
	for (;;)
		pause();
}

/* The group's limit is met by one of @count processes. In any case the one that eats is killed. */
static void kill_for_memory(const char *variant, int round, int count, bool together)
{
	int ready[2], go[2], killed = 0;
	char limit[32], byte;
	pid_t pids[2];

	group_enter();
	REQUIRE_EQ(group_write("memory.oom.group", together ? "1" : "0"), 0);
	REQUIRE(pipe(ready) == 0 && pipe(go) == 0);
	for (int i = 0; i < count; i++)
		pids[i] = start_victim(variant, round + i, ready[1], go[0]);
	/* What is killed as a group may not hold us. */
	REQUIRE_EQ(file_write(GROUP_ROOT "/cgroup.procs", "0"), 0);
	for (int i = 0; i < count; i++)
		REQUIRE(read(ready[0], &byte, 1) == 1);
	group_write("memory.swap.max", "0");
	snprintf(limit, sizeof(limit), "%ld", group_read("memory.current", "") + ROOM_BYTES);
	REQUIRE_EQ(group_write("memory.max", limit), 0);
	REQUIRE(write(go[1], "x", 1) == 1);
	if (together)
		for (int i = 0; i < count; i++)
			CHECK_EQ(child_end(pids[i], PROMPT_MS), -SIGKILL);
	else
		CHECK_EQ(child_end(pids[0], PROMPT_MS), -SIGKILL);
	killed = (int)group_read("memory.events", "oom_kill ");
	CHECK(killed >= (together ? count : 1));
	group_leave();
	CHECK_EQ(module_refs(0), 0);
	for (int i = 0; i < 2; i++) {
		close(ready[i]);
		close(go[i]);
	}
}

static void killed_alone(const char *variant)
{
	for (int i = 0; i < (rounds + 1) / 2; i++)
		kill_for_memory(variant, i, 1, false);
}

static void killed_together(const char *variant)
{
	for (int i = 0; i < (rounds + 1) / 2; i++)
		kill_for_memory(variant, i, 2, true);
}

const struct test tests_oom[] = {
	{ "OOM kill under load", killed_alone, "", EACH },
	{ "OOM kill of a group under load", killed_together, "", EACH },
	{ 0 },
};
