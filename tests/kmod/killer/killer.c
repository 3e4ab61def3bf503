// SPDX-License-Identifier: GPL-2.0-only
/*
 * Kills `shootdown run` at moments spread over its life: nothing may be left of it, and what it has
 * written can be read. As root, in a guest:
 *
 *	killer secmmu.ko SHOOTDOWN SUITE	KILLS and SEED from the environment
 */
#include <dirent.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "killer.h"
#include "tests/kmod/lib/module.h"
#include "tests/kmod/lib/tap.h"

#define RESULTS "/tmp/killed"

/* A run's whole life, at most: emulated, on a busy host, with a kernel that checks all it does. */
#define LIFE_MS 300000
/* Until all of a killed run is gone: this, and half of what a whole life takes there. */
#define GONE_MS 2000
/* One that goes on after a sample was killed lives at most so many times as long. */
#define LIVES   4

/* Of a run, at least: some for each sample, and for the folder. */
#define WRITES 10

/* Runs that end before they are killed, before a round is given up. */
#define TRIES 4

struct tap *tap;

/* What is killed. Where the run has no such process at the moment, it is the runner. */
enum target {
	TARGET_RUNNER,
	TARGET_GROUP,
	TARGET_SAMPLE,
	TARGET_VICTIM,
	TARGETS
};

/* Which part of the kills each has. */
static const int shares[TARGETS] = { 3, 2, 2, 1 };
#define SHARES 8

static const char *const target_names[TARGETS] = {
	[TARGET_RUNNER] = "the runner",
	[TARGET_GROUP] = "its process group",
	[TARGET_SAMPLE] = "the sample's process",
	[TARGET_VICTIM] = "a process that the sample has made",
};

/* Fewer kills may well miss a phase that is short. */
#define KILLS_JUDGED 40

struct hunt {
	const char *program, *suite;
	int kills;
	unsigned int seed;
	int whole_ms; /* a life's length, as it was measured */
	int life_ms;  /* as far as kills reach into it */
	int hit[PHASES];
	int killed[TARGETS];
	int late; /* the run had ended by itself */
	struct remains remains;
};

static int chance(struct hunt *hunt, int below)
{
	return rand_r(&hunt->seed) % below;
}

static long long now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000ll + now.tv_nsec / 1000000;
}

/* Waits for the next file that is written in the folder of @inotify, or made there: at most @ms. */
static void wait_write(int inotify, int ms)
{
	struct pollfd poll_for = { .fd = inotify, .events = POLLIN };
	char events[4096];

	if (poll(&poll_for, 1, ms) > 0 && read(inotify, events, sizeof(events)) < 0)
		tap_note("inotify: %s", strerror(errno));
}

/* What is in the run's folder: bytes, and one for each file; 0: there is no folder yet. */
static long long written(const struct prey *prey)
{
	char folder[512], path[1024];
	struct dirent *entry;
	long long sum = 0;
	struct stat st;
	DIR *entries = prey_folder(prey, folder, sizeof(folder)) ? opendir(folder) : NULL;

	while (entries && (entry = readdir(entries))) {
		snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
		if (!stat(path, &st) && S_ISREG(st.st_mode))
			sum += st.st_size + 1;
	}
	if (entries)
		closedir(entries);
	return sum;
}

/* As wait_writing(), on a kernel without inotify: a debug kernel is small. */
static void wait_growth(const struct prey *prey, int count, long long until)
{
	long long seen = 0, now;

	while (count > 0 && now_ms() < until && !prey_has_ended(prey)) {
		now = written(prey);
		count -= now != seen;
		seen = now;
		usleep(200);
	}
}

/* Into the writing itself: when the folder is there, to its @count-th write. */
static void wait_writing(const struct prey *prey, int count, int ms)
{
	int inotify = inotify_init1(IN_CLOEXEC);
	long long until = now_ms() + ms;
	char folder[512];
	bool watched = false;

	if (inotify < 0) {
		REQUIRE_EQ(errno, ENOSYS);
		wait_growth(prey, count, until);
		return;
	}
	REQUIRE(inotify_add_watch(inotify, prey->results, IN_CREATE | IN_MOVED_TO) >= 0);
	while (count-- > 0 && now_ms() < until && !prey_has_ended(prey)) {
		wait_write(inotify, (int)(until - now_ms()) + 1);
		if (!watched && prey_folder(prey, folder, sizeof(folder)))
			watched = inotify_add_watch(inotify, folder, IN_MODIFY | IN_CREATE) >= 0;
	}
	close(inotify);
}

/* Rounds that do not go by the clock, but by what the run writes. */
static bool goes_by_writes(int i)
{
	return i % 4 == 3;
}

/* Round @i of @count: at a random moment of the @i-th part of its life, or at one of its writes. */
static void wait_moment(struct hunt *hunt, const struct prey *prey, int i, int count)
{
	if (goes_by_writes(i))
		wait_writing(prey, 1 + chance(hunt, WRITES), hunt->life_ms);
	else
		usleep((useconds_t)(1000ll * hunt->life_ms * i / count +
				    chance(hunt, 1000 * hunt->life_ms / count + 1)));
}

/* Processes come and go: one of those that @target names should be there, or the run has ended. */
static enum phase wait_target(const struct hunt *hunt, struct prey *prey, enum target target)
{
	long long until = now_ms() + hunt->life_ms;
	enum phase phase;

	do {
		phase = prey_look(prey);
		if (target == TARGET_VICTIM ? prey->victim > 0 : prey->sample > 0)
			break;
	} while (now_ms() < until && !prey_has_ended(prey));
	return phase;
}

/* Kills what @target names, or the runner if there is no such thing; says what it was. */
static enum target strike(struct hunt *hunt, struct prey *prey, enum target target, bool at_once)
{
	char path[512];
	enum phase phase;

	if (target == TARGET_SAMPLE || target == TARGET_VICTIM)
		phase = wait_target(hunt, prey, target);
	else if (at_once)
		phase = prey_folder(prey, path, sizeof(path)) ? PHASE_WRITE : PHASE_START;
	else
		phase = prey_look(prey);
	if (target == TARGET_VICTIM && !prey->victim)
		target = TARGET_SAMPLE;
	if (target == TARGET_SAMPLE && !prey->sample)
		target = TARGET_RUNNER;
	if (prey_has_ended(prey)) {
		hunt->late++;
		return TARGET_RUNNER;
	}
	kill(target == TARGET_GROUP    ? -prey->runner
	     : target == TARGET_RUNNER ? prey->runner
	     : target == TARGET_SAMPLE ? prey->sample
				       : prey->victim,
	     SIGKILL);
	hunt->hit[phase]++;
	hunt->killed[target]++;
	return target;
}

static void tell_output(void)
{
	char line[256];
	FILE *file = fopen("/tmp/killer.out", "re");

	while (file && fgets(line, sizeof(line), file))
		tap_note("%.*s", (int)strcspn(line, "\n"), line);
	if (file)
		fclose(file);
}

/*
 * A run whose sample was killed says so: by its exit code, and by a failed sample. Where that was a
 * sample that only calibrates, there is no folder.
 */
static void check_end(enum target target, int code, int failed, bool folder)
{
	/* A runner may have ended before the kill. 3: there is no gnuplot here. */
	bool ended = code == 0 || code == 3;

	if (target == TARGET_RUNNER || target == TARGET_GROUP)
		CHECK(code == -SIGKILL || (ended && folder));
	else
		CHECK(failed || !folder ? code == 5 : ended);
}

/* False: the run had ended by itself before it could be killed. */
static bool hunt_one(struct hunt *hunt, enum target target, int i, int count)
{
	struct prey prey = { .results = RESULTS };
	int failed = hunt->remains.failed, none = hunt->remains.none, late = hunt->late;
	int refs, code;
	int before = atomic_load(&tap->failures);

	prey_start(&prey, hunt->program, hunt->suite, i % 3 ? "file" : "load");
	/* There is one only now and then. */
	if (target == TARGET_VICTIM && wait_target(hunt, &prey, target) != PHASE_START)
		usleep((useconds_t)chance(hunt, 100000));
	else
		wait_moment(hunt, &prey, i, count);
	target = strike(hunt, &prey, target, goes_by_writes(i));
	code = prey_end(&prey, target == TARGET_RUNNER || target == TARGET_GROUP
				       ? GONE_MS + hunt->whole_ms / 2
				       : LIVES * hunt->whole_ms);
	if (code == -ETIME)
		kill(-prey.runner, SIGKILL);
	refs = module_refs(0);
	CHECK(refs == 0 || refs == -ENOENT);
	remains_check(&prey, hunt->program, &hunt->remains);
	check_end(target, code, hunt->remains.failed - failed, hunt->remains.none == none);
	if (atomic_load(&tap->failures) > before) {
		tap_note("kill %d of %d, %s: it ended with %d", i + 1, count, target_names[target],
			 code);
		tell_output();
	}
	return hunt->late == late;
}

/* @count kills. A run that was faster than the first one tells how long a life is. */
static void hunt_all(struct hunt *hunt, enum target target, int count)
{
	for (int i = 0; i < count; i++) {
		for (int tries = 0; tries < TRIES && !hunt_one(hunt, target, i, count); tries++)
			hunt->life_ms -= hunt->life_ms / 10;
		/* A command that is silent for long is taken to hang. */
		if (i % 5 == 4)
			tap_note("%d of %d: %s", i + 1, count, target_names[target]);
	}
}

static bool report(int number, const char *what, const char *of)
{
	bool good = !atomic_exchange(&tap->failures, 0);

	printf("%s %d - %s%s\n", good ? "ok" : "not ok", number, what, of);
	fflush(stdout);
	return good;
}

/* A run that nobody disturbs: how long it lives. */
static void run_undisturbed(struct hunt *hunt)
{
	struct prey prey = { .results = RESULTS };
	int complete = hunt->remains.complete, code;
	long long from = now_ms();

	prey_start(&prey, hunt->program, hunt->suite, "file");
	code = prey_end(&prey, LIFE_MS);
	hunt->whole_ms = (int)(now_ms() - from);
	hunt->life_ms = hunt->whole_ms;
	/* 3: there is no gnuplot here. */
	CHECK(code == 0 || code == 3);
	remains_check(&prey, hunt->program, &hunt->remains);
	CHECK_EQ(hunt->remains.complete - complete, 1);
	if (atomic_load(&tap->failures))
		tell_output();
}

static void check_phases(const struct hunt *hunt)
{
	for (int i = 0; i < PHASES; i++) {
		tap_note("%-14s %4d kills", phase_names[i], hunt->hit[i]);
		CHECK(hunt->hit[i] > 0 || hunt->kills < KILLS_JUDGED);
	}
	for (int i = 0; i < TARGETS; i++)
		tap_note("%4d times %s", hunt->killed[i], target_names[i]);
	tap_note("%4d times too late: the run had ended", hunt->late);
	tap_note("folders: %d none yet, %d incomplete, %d complete; %d without a sample, %d with a "
		 "line that was cut off, %d with failed samples",
		 hunt->remains.none, hunt->remains.incomplete, hunt->remains.complete,
		 hunt->remains.empty, hunt->remains.cut, hunt->remains.failed);
}

static int number_of(const char *name, int preset)
{
	const char *text = getenv(name);

	return text && *text ? atoi(text) : preset;
}

int main(int argc, char **argv)
{
	struct hunt hunt = { .kills = number_of("KILLS", 60),
			     .seed = (unsigned int)number_of("SEED", 1) };
	int number = 0, good = 0;

	if (argc != 4) {
		fprintf(stderr, "usage: killer secmmu.ko SHOOTDOWN SUITE\n");
		return 2;
	}
	tap_init();
	module_file = argv[1];
	hunt.program = argv[2];
	hunt.suite = argv[3];
	REQUIRE(!prctl(PR_SET_CHILD_SUBREAPER, 1));
	printf("1..%d\n", TARGETS + 3 + (hunt.kills >= KILLS_JUDGED));
	run_undisturbed(&hunt);
	tap_note("%d kills, seed %u; a run takes %d ms", hunt.kills, hunt.seed, hunt.life_ms);
	good += report(++number, "a run that nobody disturbs is complete", "");
	for (int target = 0; target < TARGETS; target++) {
		int count = (hunt.kills * shares[target] + SHARES - 1) / SHARES;

		hunt_all(&hunt, (enum target)target, count);
		good += report(++number, "killed: ", target_names[target]);
	}
	check_phases(&hunt);
	if (hunt.kills >= KILLS_JUDGED)
		good += report(++number, "each phase was hit", "");
	if (module_refs(0) != -ENOENT)
		CHECK_EQ(module_unload(), 0);
	CHECK_EQ(module_load(""), 0);
	CHECK_EQ(module_unload(), 0);
	good += report(++number, "the module unloads, loads and unloads", "");
	run_undisturbed(&hunt);
	good += report(++number, "a new run is complete", "");
	return good == number ? 0 : 1;
}
