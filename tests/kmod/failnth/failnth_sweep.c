// SPDX-License-Identifier: GPL-2.0-only
/* The n-th allocation or copy of a call fails, n = 1, 2, 3 .. until the call asks for no more. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "failnth.h"
#include "tests/kmod/lib/module.h"
#include "tests/kmod/lib/tap.h"

/* A call that asks for so many allocations does something else than we think. */
#define MOST 2000

/* One call's tries are over in far less, on a slow machine as well. */
#define TIMEOUT_S 120

/* Of one try: what the call returned, and how far it was from failing. */
struct outcome {
	int ret;
	unsigned int left;
};

/* What the processes of one sweep share. */
struct sweep {
	const struct setting *setting;
	const struct call *call;
	struct outcome outcome;
	struct tally tally;
	int failures; /* of the test, before this try */
	bool over;    /* the call asks for no more */
};

/* Runs @body in a process of its own; false: it did not get to its end. */
static bool apart(struct sweep *sweep, void (*body)(struct sweep *sweep, unsigned int nth),
		  unsigned int nth)
{
	int status = 0;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (pid == 0) {
		alarm(TIMEOUT_S);
		inject_open();
		/* From here on nothing of the process itself is allocated when it is first used. */
		REQUIRE(mlockall(MCL_CURRENT) == 0);
		body(sweep, nth);
		exit(0);
	}
	REQUIRE(waitpid(pid, &status, 0) == pid);
	if (WIFSIGNALED(status))
		tap_note("killed by signal %d", WTERMSIG(status));
	return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/* The call with the @nth allocation failing; then without, if it did not succeed. */
static void try_call(struct sweep *sweep, struct scene *scene, unsigned int nth)
{
	const struct call *call = sweep->call;

	if (call->prepare)
		call->prepare(scene);
	inject_where();
	inject_arm(nth);
	sweep->outcome.ret = call->run(scene);
	sweep->outcome.left = inject_disarm();
	if (sweep->outcome.ret) {
		if (call->failed)
			call->failed(scene);
		CHECK_EQ(call->run(scene), 0);
	}
	if (call->done)
		call->done(scene);
}

/* A bad pointer is EFAULT, to each of them. */
static bool is_documented(const struct call *call, int number, const char *where)
{
	const struct error *error;

	if (inject_from(where, INJECT_COPY))
		return number == EFAULT;
	for (error = call->errors; error->number; error++)
		if (error->number == number && (!error->from || inject_from(where, error->from)))
			return true;
	return false;
}

/* Something has failed: is what the call made of it right? */
static bool judge(const struct call *call, const struct outcome *outcome, struct tally *tally)
{
	const char *where = inject_where();

	if (inject_from(where, INJECT_COPY))
		tally->copies++;
	else
		tally->allocations++;
	if (outcome->ret && is_documented(call, -outcome->ret, where))
		return true;
	if (!outcome->ret && inject_excuse(where)) {
		tally->excused++;
		return true;
	}
	tap_note("%s: %d after a failure in %s", call->name, outcome->ret, where);
	return false;
}

/* After a try, which was @whole if it got to its end: false if it was the last one. */
static bool go_on(struct sweep *sweep, unsigned int nth, bool whole)
{
	sweep->over = whole && sweep->outcome.left;
	if (sweep->over)
		CHECK_EQ(sweep->outcome.ret, 0);
	else if (!whole || !judge(sweep->call, &sweep->outcome, &sweep->tally))
		tap_fail(__FILE__, __LINE__, "a failure was not survived");
	if (atomic_load(&tap->failures) != sweep->failures)
		tap_note("%s, %s: number %u", sweep->setting->name, sweep->call->name, nth);
	sweep->failures = atomic_load(&tap->failures);
	return !sweep->over;
}

static void try_afresh(struct sweep *sweep, unsigned int nth)
{
	struct scene scene;

	scene_bring(&scene, sweep->setting, sweep->call->stage);
	try_call(sweep, &scene, nth);
	if (scene.fd >= 0)
		CHECK_EQ(close(scene.fd), 0);
}

/* All tries in one process, on one file: its ranges come and go. */
static void try_all(struct sweep *sweep, unsigned int nth)
{
	struct scene scene;

	scene_bring(&scene, sweep->setting, sweep->call->stage);
	do {
		try_call(sweep, &scene, nth);
		scene_renew(&scene, sweep->call->stage);
	} while (go_on(sweep, nth, true) && nth++ < MOST);
	CHECK_EQ(close(scene.fd), 0);
}

static void sweep_call(struct sweep *sweep)
{
	unsigned int nth;
	bool whole;

	if (!sweep->call->afresh) {
		CHECK(apart(sweep, try_all, 1));
		CHECK(sweep->over);
		CHECK_EQ(module_refs(0), 0);
		return;
	}
	for (nth = 1; nth <= MOST; nth++) {
		whole = apart(sweep, try_afresh, nth);
		CHECK_EQ(module_refs(0), 0);
		if (!go_on(sweep, nth, whole))
			break;
	}
	CHECK(sweep->over);
}

static bool is_tried(const struct setting *setting, const struct call *call)
{
	static const struct setting *once;

	if (!once)
		once = setting;
	if (call->translates && !setting->tracks)
		return false;
	if (call->often == OFTEN_VARIANT)
		return setting->first;
	return call->often == OFTEN_SETTING || setting == once;
}

/* Each allocation from slabs, and each copy; then whole pages as well. */
static void sweep_twice(struct sweep *sweep)
{
	inject_pages(false);
	sweep_call(sweep);
	inject_pages(true);
	sweep_call(sweep);
}

void sweep_setting(const struct setting *setting, struct tally *tally)
{
	struct sweep *sweep = mmap(NULL, sizeof(*sweep), PROT_READ | PROT_WRITE,
				   MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	const struct call *call;

	REQUIRE(sweep != MAP_FAILED);
	for (call = calls; call->name; call++) {
		if (!is_tried(setting, call))
			continue;
		*sweep = (struct sweep){ .setting = setting,
					 .call = call,
					 .failures = atomic_load(&tap->failures) };
		sweep_twice(sweep);
		tap_note("%s, %s: %lu allocations failed, %lu of them did no harm; %lu copies",
			 setting->name, call->name, sweep->tally.allocations, sweep->tally.excused,
			 sweep->tally.copies);
		tally->allocations += sweep->tally.allocations;
		tally->excused += sweep->tally.excused;
		tally->copies += sweep->tally.copies;
	}
	munmap(sweep, sizeof(*sweep));
}
