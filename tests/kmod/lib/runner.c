// SPDX-License-Identifier: GPL-2.0-only
/* Runs tables of tests: each in a process of its own, for each variant that this kernel has. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "dev.h"
#include "kernel.h"
#include "module.h"
#include "tap.h"
#include "tests.h"

/* A test that takes longer hangs. Emulated and on a loaded host, all take some seconds at most. */
#define TEST_TIMEOUT_S 120

/* One that takes longer says how long. */
#define SLOW_S 2.0

struct tap *tap;

#define SECMMU_VARIANT(name, help) #name,
const char *const variants[] = {
#include "kmod/variants/variants.def"
	NULL,
};
#undef SECMMU_VARIANT

bool variant_subscribes(const char *variant)
{
	return strcmp(variant, "none") != 0;
}

bool variant_tracks(const char *variant)
{
	return variant_subscribes(variant) && strcmp(variant, "empty") != 0;
}

bool variant_is_per_range(const char *variant)
{
	return !strcmp(variant, "itree") || !strcmp(variant, "twopass");
}

bool variant_is_interval(const char *variant)
{
	return variant_is_per_range(variant) || !strcmp(variant, "coarse");
}

bool variant_has_end(const char *variant)
{
	return variant_subscribes(variant) && variant_is_told(variant) &&
	       !variant_is_interval(variant) && strcmp(variant, "mixed") != 0;
}

bool variant_is_told(const char *variant)
{
	return strcmp(variant, "tlb") != 0;
}

bool variant_spins(const char *variant)
{
	return !strcmp(variant, "tlb") || !strcmp(variant, "mixed");
}

bool hits_are(const char *variant, unsigned long long hits, unsigned long long want)
{
	if (!variant_tracks(variant))
		want = 0;
	return variant_is_told(variant) ? hits == want : !hits == !want && hits >= want;
}

/* Which of the variants this kernel has. */
static bool there[64];

bool variant_is_there(const char *variant)
{
	int i;

	for (i = 0; variants[i]; i++)
		if (!strcmp(variants[i], variant))
			return there[i];
	return false;
}

/* Ask the module, once. */
static void find_variants(void)
{
	int i, fd;

	REQUIRE_EQ(module_load(""), 0);
	for (i = 0; variants[i]; i++) {
		REQUIRE((size_t)i < ARRAY_SIZE(there));
		fd = dev_open();
		REQUIRE(fd >= 0);
		there[i] = dev_attach(fd, variants[i], 0) != -EOPNOTSUPP;
		if (!there[i])
			tap_note("this kernel has no %s", variants[i]);
		close(fd);
	}
	REQUIRE_EQ(module_unload(), 0);
}

/* Of the tests that are alike for all variants, a slow kernel runs one in so many. */
#define ALIKE_OF 4

/* Which part of what could be done a run is to do on a slow kernel: another one for each. */
static int turn;

static int turn_of(const struct test *test, int variant)
{
	return variant + (int)strlen(test->name);
}

bool combination_is_taken(int i, int of)
{
	return kernel_slowness() == 1 || (i + turn) % of == 0;
}

/*
 * Is the variant among those that the test is run for here? Tests that load the module themselves are for
 * all, whether the kernel has them or not.
 */
static bool runs_with(const struct test *test, int variant)
{
	if (test->per_variant == ALIKE && kernel_slowness() > 1 &&
	    turn_of(test, variant) % ALIKE_OF)
		return false;
	return there[variant] || !test->params;
}

/* How many runs of tests with @part in their names there will be. */
static int count_runs(const struct test *const *tables, size_t count, const char *part)
{
	const struct test *test;
	int runs = 0;
	size_t i;
	int k;

	for (i = 0; i < count; i++)
		for (test = tables[i]; test->name; test++) {
			if (!strstr(test->name, part))
				continue;
			runs += !test->per_variant;
			for (k = 0; test->per_variant && variants[k]; k++)
				runs += runs_with(test, k);
		}
	return runs;
}

/* In the child. */
static void run_body(const struct test *test, const char *variant)
{
	setpgid(0, 0);
	alarm(TEST_TIMEOUT_S * (unsigned int)kernel_slowness());
	test->run(variant);
	exit(0);
}

/* Runs the test in a process of its own and waits for it and what it left behind. */
static void run_child(const struct test *test, const char *variant)
{
	int status = 0;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (pid == 0)
		run_body(test, variant);
	waitpid(pid, &status, 0);
	kill(-pid, SIGKILL);
	if (WIFSIGNALED(status)) {
		tap_note("killed by signal %d", WTERMSIG(status));
		tap_fail(__FILE__, __LINE__, "the test has died");
	} else if (WEXITSTATUS(status)) {
		tap_fail(__FILE__, __LINE__, "the test has ended early");
	}
}

/* Bring the module to where the test wants it. */
static void load_for(const struct test *test)
{
	static const char *loaded;

	if (loaded == test->params || (loaded && test->params && !strcmp(loaded, test->params)))
		return;
	if (loaded)
		CHECK_EQ(module_unload(), 0);
	if (test->params)
		CHECK_EQ(module_load(test->params), 0);
	loaded = test->params;
}

/* Nothing may hold the module, and the kernel may not have complained. */
static void check_after(const struct test *test)
{
	static const char *const splats[] = { "WARNING:", "BUG:", "Oops", "RIP: 0010:", " stall" };
	static char text[1 << 18];
	size_t i;

	if (test->params)
		CHECK_EQ(module_refs(0), 0);
	log_since(text, sizeof(text));
	for (i = 0; i < ARRAY_SIZE(splats); i++)
		if (strstr(text, splats[i])) {
			tap_note("the kernel's log: %.2000s", strstr(text, splats[i]));
			tap_fail(__FILE__, __LINE__, "the kernel's log is not clean");
		}
}

static double clock_s(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* @variant is -1 where the test is not run for each. */
static bool run_one(const struct test *test, int variant, int number)
{
	const char *name = variant < 0 ? NULL : variants[variant];
	double start = clock_s();
	bool failed;

	atomic_store(&tap->failures, 0);
	tap->skip[0] = '\0';
	log_begin();
	turn = turn_of(test, variant);
	load_for(test);
	run_child(test, name);
	check_after(test);
	if (clock_s() - start > SLOW_S)
		tap_note("took %.1f s", clock_s() - start);
	failed = atomic_load(&tap->failures) > 0;
	printf("%s %d - %s%s%s%s%s\n", failed ? "not ok" : "ok", number, test->name,
	       name ? " " : "", name ? name : "", tap->skip[0] ? " # SKIP " : "", tap->skip);
	fflush(stdout);
	return failed;
}

static int run_table(const struct test *table, const char *part, int *number)
{
	const struct test *test;
	int failed = 0;
	int i;

	for (test = table; test->name; test++) {
		if (!strstr(test->name, part))
			continue;
		if (!test->per_variant) {
			failed += run_one(test, -1, ++*number);
			continue;
		}
		for (i = 0; variants[i]; i++)
			if (runs_with(test, i))
				failed += run_one(test, i, ++*number);
	}
	return failed;
}

/*
 * NUMA balancing, off for the tests and back as it was: it makes events of its own. Kernels without it have
 * no such file.
 */
static void balance_numa(bool on)
{
	static char before = '0';
	int fd = open("/proc/sys/kernel/numa_balancing", O_RDWR | O_CLOEXEC);

	if (fd < 0)
		return;
	if (!on)
		REQUIRE(pread(fd, &before, 1, 0) == 1);
	REQUIRE(pwrite(fd, on ? &before : "0", 1, 0) == 1);
	close(fd);
}

int runner_main(const struct test *const *tables, size_t count, int argc, char **argv)
{
	const char *part = argc > 2 ? argv[2] : "";
	int failed = 0;
	int number = 0;
	size_t i;
	int ret;

	module_file = argc > 1 ? argv[1] : getenv("SECMMU_KO");
	if (!module_file) {
		fprintf(stderr, "usage: %s secmmu.ko [part of a name], or set SECMMU_KO\n",
			argv[0]);
		return 2;
	}
	balance_numa(false);
	/*
	 * A child that writes into a huge page which khugepaged has given us copies it part by part, with
	 * an event for each.
	 */
	prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0);
	find_variants();
	printf("1..%d\n", count_runs(tables, count, part));
	for (i = 0; i < count; i++)
		failed += run_table(tables[i], part, &number);
	balance_numa(true);
	ret = module_unload();
	if (ret && ret != -ENOENT) {
		printf("Bail out! the module cannot be unloaded\n");
		return 1;
	}
	if (failed)
		tap_note("%d of %d failed", failed, number);
	return failed ? 1 : 0;
}
