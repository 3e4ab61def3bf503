// SPDX-License-Identifier: GPL-2.0-only
/* The module is loaded, used and unloaded, over and over, and takes no more memory each time. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/kmod/lib/crowd.h"
#include "tests/kmod/lib/dev.h"
#include "tests/kmod/lib/module.h"
#include "tests/kmod/lib/tap.h"
#include "torture.h"

/* Of each process, beside its crowd's. */
#define FILES 4

/* The first cycles fill caches; what rises after them is a leak. */
#define WARM_PART 4

/* Memory of the kernel that a leak would be in, in kB. */
static const char *const kinds[] = { "SUnreclaim:", "VmallocUsed:", "Percpu:", "PageTables:",
				     "KernelStack:" };

/*
 * What a cycle may lose at most, in bytes. A cycle has a process for each ending and some files for
 * each process: an mm that each leaves behind, or a context, is more; what other parts of the kernel
 * keep for a while is less.
 */
#define LOSS_MOST 2048

/* A line through fewer says nothing. */
#define CYCLES_JUDGED 60

/* So often are the cycles gone through, if each time they seem to lose memory. */
#define PARTS_MOST 3

static double memory_kb(void)
{
	char line[128], name[32];
	FILE *file = fopen("/proc/meminfo", "re");
	double sum = 0;
	long value;

	REQUIRE(file != NULL);
	while (fgets(line, sizeof(line), file)) {
		if (sscanf(line, "%31s %ld", name, &value) != 2)
			continue;
		for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
			if (!strcmp(name, kinds[i]))
				sum += (double)value;
	}
	fclose(file);
	return sum;
}

/* The slope of the least-squares line through @y over 0, 1, 2 ... */
static double slope(const double *y, int count)
{
	double middle = (count - 1) / 2.0, mean = 0, up = 0, down = 0;

	for (int i = 0; i < count; i++)
		mean += y[i] / count;
	for (int i = 0; i < count; i++) {
		up += (i - middle) * (y[i] - mean);
		down += (i - middle) * (i - middle);
	}
	return down > 0 ? up / down : 0;
}

enum ending {
	ENDING_EXIT,
	ENDING_CLOSE,
	ENDING_KILL,
	ENDINGS
};

static void __attribute__((noreturn)) use_module(const char *variant, int round, enum ending how)
{
	struct crowd crowd = { 0 };
	int fds[FILES];

	crowd_attach(&crowd, variant, round);
	for (int i = 0; i < FILES; i++) {
		__u32 id;

		fds[i] = crowd_open(variant, round + i);
		id = dev_track(fds[i], crowd.arena, CROWD_PAGES);
		dev_fault(fds[i], id, crowd.arena, CROWD_PAGES * DEV_PAGE, SECMMU_FAULT_WRITE);
	}
	crowd_start_all(&crowd);
	nap(5);
	if (how == ENDING_KILL)
		kill(getpid(), SIGKILL);
	if (how == ENDING_EXIT)
		_exit(0);
	crowd_stop(&crowd);
	for (int i = 0; i < FILES; i++)
		close(fds[i]);
	close(crowd.fd);
	_exit(0);
}

/* A process for each way to end, all at once. */
static void cycle(const char *variant, int round)
{
	pid_t pids[ENDINGS];
	char params[64];

	snprintf(params, sizeof(params), "variant=%s", variant);
	REQUIRE_EQ(module_load(params), 0);
	for (int i = 0; i < ENDINGS; i++) {
		pids[i] = fork();
		if (pids[i] == 0)
			use_module(variant, round, (enum ending)i);
	}
	for (int i = 0; i < ENDINGS; i++)
		CHECK_EQ(child_end(pids[i], PROMPT_MS), i == ENDING_KILL ? -SIGKILL : 0);
	CHECK_EQ(module_refs(0), 0);
	REQUIRE_EQ(module_unload(), 0);
	CHECK_EQ(module_refs(0), -ENOENT);
}

/* The next variant that this kernel has: they take turns. */
static int next_variant(int last)
{
	do {
		last = variants[last + 1] ? last + 1 : 0;
	} while (!variant_is_there(variants[last]));
	return last;
}

/* So many cycles; how many bytes of the kernel's memory each has cost. */
static double cycles_cost(int *done, double *kb)
{
	static int row = -1, round;
	int warm = cycles / WARM_PART;
	double loss;

	for (int i = 0; i < cycles; i++) {
		row = next_variant(row);
		cycle(variants[row], round++);
		kb[i] = memory_kb();
		done[row]++;
	}
	loss = 1024 * slope(kb + warm, cycles - warm);
	tap_note("kernel memory: %.0f kB after cycle %d, %.0f kB after cycle %d: %+.0f bytes per "
		 "cycle of %d files",
		 kb[warm], round - cycles + warm + 1, kb[cycles - 1], round, loss,
		 ENDINGS * (FILES + 1));
	return loss;
}

/* A leak goes on. What only looks like one, as the kernel's other parts take memory meanwhile, does not. */
static void load_use_unload(const char *variant)
{
	double *kb = calloc((size_t)cycles, sizeof(*kb)), loss;
	int done[64] = { 0 }, parts = 0;
	long long from = now_ms();

	(void)variant;
	alarm(0); /* it takes as long as it is told to */
	REQUIRE(kb != NULL && cycles > 1);
	do {
		loss = cycles_cost(done, kb);
		parts++;
	} while (cycles >= CYCLES_JUDGED && loss >= LOSS_MOST && parts < PARTS_MOST);
	for (int i = 0; variants[i]; i++)
		tap_note("%s: %d cycles", variants[i], done[i]);
	tap_note("%lld ms per cycle", (now_ms() - from) / (cycles * parts));
	if (cycles >= CYCLES_JUDGED)
		CHECK(loss < LOSS_MOST);
	free(kb);
}

const struct test tests_unload[] = {
	{ "cycles of load, use and unload", load_use_unload, NULL, ONCE },
	{ 0 },
};
