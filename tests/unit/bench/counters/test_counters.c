// SPDX-License-Identifier: GPL-2.0-only
/* Does each name of a counter become the right code, on CPUs that are not here too, or one sentence that says why not? */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <fcntl.h>
#include <linux/perf_event.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench/counters/internal.h"
#include "bench/counters/open.h"
#include "util/err.h"

/* Folders as sysfs and tracefs have them. */
static char folder[] = "/tmp/shootdown-counters-XXXXXX";
static struct counter_world world = { .tracing = -1 };

/*
 * Does @check() hold where libpfm4 takes the machine for one whose only PMU is @pmu? In a process of its own,
 * for libpfm4 looks only once.
 */
static void expect_on(const char *pmu, bool (*check)(const void *arg), const void *arg)
{
	int status = -1;
	pid_t pid = fork();

	if (!pid) {
		setenv("LIBPFM_FORCE_PMU", pmu, 1);
		_exit(!check(arg));
	}
	waitpid(pid, &status, 0);
	assert_int_equal(status, 0);
}

/* What @name alone becomes in the world of the tests. Valid until the next call. */
static struct counter *encoded(const char *name)
{
	static struct counters counters;

	assert_int_equal(counters_parse(&counters, name, "test"), 0);
	assert_int_equal(counters.count, 1);
	counters_encode(&world, &counters);
	return &counters.counter[0];
}

/*
 * Codes as the makers publish them. Intel: Software Developer's Manual volume 3, chapter "Performance
 * monitoring events", and the event files of perfmon (virtual-memory.json): bits 0-7 event, 8-15 unit
 * mask, 24-31 counter mask. AMD: Processor Programming References of families 17h and 19h, PMCx045,
 * PMCx076, PMCx078, PMCx085, PMCx0C0. 0: the CPU has no such event.
 */
static const struct cpu {
	const char *pmu;
	uint64_t cycles, instructions, dtlb, dtlb_store, itlb, walk, flush;
} cpus[] = {
	{ "skl", 0x3c, 0xc0, 0x0e08, 0x0e49, 0x0e85, 0x1001008, 0x20bd },
	{ "icl", 0x3c, 0xc0, 0x0e08, 0x0e49, 0x0e85, 0x1001008, 0x20bd },
	{ "spr", 0x3c, 0xc0, 0x0e12, 0x0e13, 0x0e11, 0x1001012, 0 },
	{ "amd64_fam17h_zen2", 0x76, 0xc0, 0xf045, 0, 0x0785, 0, 0xff78 },
	{ "amd64_fam19h_zen3", 0x76, 0xc0, 0xf045, 0, 0x0f85, 0, 0xff78 },
	{ "amd64_fam19h_zen4", 0x76, 0xc0, 0xf045, 0, 0x0f85, 0, 0xff78 },
};

static bool has_code(const char *pmu, const char *alias, uint64_t code)
{
	const struct counter *c = encoded(alias);
	bool fine = !code ? *c->why != '\0'
			  : c->config[0] == code && c->type == PERF_TYPE_RAW && c->kernel &&
				    !c->user && !c->machine && c->kind == COUNTER_CPU &&
				    !strncmp(c->is, pmu, strlen(pmu));

	if (!fine)
		print_error("%s on %s: not 0x%llx, but %s%s\n", alias, pmu,
			    (unsigned long long)code, c->is, c->why);
	return fine;
}

static bool has_codes(const void *arg)
{
	const struct cpu *cpu = arg;

	return has_code(cpu->pmu, "cycles", cpu->cycles) &&
	       has_code(cpu->pmu, "instructions", cpu->instructions) &&
	       has_code(cpu->pmu, "dtlb_misses", cpu->dtlb) &&
	       has_code(cpu->pmu, "dtlb_store_misses", cpu->dtlb_store) &&
	       has_code(cpu->pmu, "itlb_misses", cpu->itlb) &&
	       has_code(cpu->pmu, "walk_cycles", cpu->walk) &&
	       has_code(cpu->pmu, "tlb_flushes", cpu->flush);
}

static void aliases_have_the_makers_codes(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cpus) / sizeof(cpus[0]); i++)
		expect_on(cpus[i].pmu, has_codes, &cpus[i]);
}

static bool is_code(const char *alias, uint32_t type, uint64_t code)
{
	const struct counter *c = encoded(alias);

	if (*c->why || c->type != type || c->config[0] != code)
		print_error("%s is %s%s\n", alias, c->is, c->why);
	return !*c->why && c->type == type && c->config[0] == code;
}

/* libpfm4 has no table for it: the codes come from the table of ours, the places of their bits from sysfs. */
static bool has_raw_codes(const void *arg)
{
	(void)arg;
	snprintf(world.cpu, sizeof(world.cpu), "AuthenticAMD-26");
	return is_code("dtlb_misses", 4, 0xf045) && is_code("itlb_misses", 4, 0x0f85) &&
	       is_code("tlb_flushes", 4, 0xff78) && is_code("interrupts", 4, 0x2c);
}

/* What the kernel knows on each CPU, where nothing better is known. */
static bool has_the_kernels_names(const void *arg)
{
	(void)arg;
	return is_code("cycles", PERF_TYPE_HARDWARE, PERF_COUNT_HW_CPU_CYCLES) &&
	       is_code("instructions", PERF_TYPE_HARDWARE, PERF_COUNT_HW_INSTRUCTIONS) &&
	       is_code("dtlb_misses", PERF_TYPE_HW_CACHE, 0x10003) &&
	       is_code("itlb_misses", PERF_TYPE_HW_CACHE, 0x10004);
}

static void a_cpu_without_a_table_has_codes(void **state)
{
	(void)state;
	expect_on("perf", has_raw_codes, NULL);
	expect_on("perf", has_the_kernels_names, NULL);
}

static bool says(const char *name, const char *why)
{
	const struct counter *c = encoded(name);

	if (!strstr(c->why, why))
		print_error("%s: %s%s\n", name, c->why, c->is);
	return strstr(c->why, why);
}

static bool knows_others(const void *arg)
{
	(void)arg;
	return says("TLB_FLUSH:STLB_ANY", "this CPU (libpfm4: spr) has no") &&
	       says("skl::TLB_FLUSH:STLB_ANY", "event of another CPU") &&
	       says("tlb_flushes", "this CPU (libpfm4: spr) has no") &&
	       is_code("spr::DTLB_LOAD_MISSES:WALK_ACTIVE", PERF_TYPE_RAW, 0x1001012);
}

static bool knows_others_alone(const void *arg)
{
	(void)arg;
	return says("TLB_FLUSH:STLB_ANY", "no table for this CPU");
}

static void an_event_of_another_cpu_says_so(void **state)
{
	(void)state;
	expect_on("spr", knows_others, NULL);
	expect_on("perf", knows_others_alone, NULL);
}

static void terms_lie_where_sysfs_says(void **state)
{
	(void)state;
	assert_int_equal(encoded("cpu/config=0x1234/")->config[0], 0x1234);
	assert_int_equal(encoded("cpu/config=0x3c,config1=7,config2=010/")->config[2], 8);
	/* The event's upper four bits lie 24 bits higher than they would follow. */
	assert_int_equal(encoded("cpu/event=0x1cd,umask=0x20/")->config[0], 0x1000020cdULL);
	assert_int_equal(encoded("cpu/event=0xc0,edge/")->config[0], 0x400c0);
	assert_int_equal(encoded("cpu/event=0xc0,ldlat=3/")->config[1], 3);
	assert_int_equal(encoded("cpu/cpu-cycles/")->config[0], 0x003c);
	assert_int_equal(encoded("cpu/cpu-cycles/:u")->user, true);
	assert_int_equal(encoded("cpu/cpu-cycles/:u")->kernel, false);
}

static void what_sysfs_has_not_is_told(void **state)
{
	static const struct {
		const char *name, *why;
	} wrong[] = {
		{ "gpu/config=1/", "no PMU gpu; it has cpu, uncore" },
		{ "uncore/event=1/", "whole package" },
		{ "cpu/nonsense=1/", "neither a field nor an event 'nonsense'" },
		{ "cpu/no-such-event/", "neither a field nor an event" },
		{ "cpu/event=0x10000/", "does not take 0x10000" },
		{ "cpu/edge=2/", "does not take 2" },
		{ "cpu/event=0xzz/", "no number" },
		{ "cpu/event=/", "no number" },
		{ "cpu/../cpu/", NULL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct counters counters;

		if (wrong[i].why) {
			assert_non_null(strstr(encoded(wrong[i].name)->why, wrong[i].why));
			continue;
		}
		assert_int_not_equal(counters_parse(&counters, wrong[i].name, "test"), 0);
		err_clear();
	}
}

static void tracepoints_come_from_tracefs(void **state)
{
	const struct counter *c = encoded("tlb:tlb_flush/reason==4&&pages>33/");

	(void)state;
	assert_string_equal(c->why, "");
	assert_int_equal(c->type, PERF_TYPE_TRACEPOINT);
	assert_int_equal(c->config[0], 1234);
	assert_string_equal(c->filter, "reason==4&&pages>33");
	assert_true(c->user && c->kernel && !c->machine);
	c = encoded("tlb_flush_remote");
	assert_string_equal(c->filter, "reason==1");
	assert_true(c->machine);
	assert_false(encoded("tlb:tlb_flush")->filter[0]);
	assert_true(encoded("tlb:tlb_flush:a")->machine);
	assert_non_null(strstr(encoded("tlb:no_such")->why, "no tracepoint tlb:no_such"));
	assert_non_null(strstr(encoded("tlb:tlb_flush:u")->why, "does not tell user and kernel"));
}

static void without_tracefs_a_tracepoint_says_why(void **state)
{
	const struct counter_world kept = world;

	(void)state;
	world.tracing = -1;
	snprintf(world.why_not, sizeof(world.why_not), "there is no tracefs: reason");
	assert_string_equal(encoded("tlb:tlb_flush")->why, "there is no tracefs: reason");
	world = kept;
}

static void sides_are_apart(void **state)
{
	(void)state;
	assert_true(encoded("page-faults")->user && encoded("page-faults")->kernel);
	assert_false(encoded("page-faults:k")->user);
	assert_false(encoded("page-faults:u")->kernel);
	assert_true(encoded("cpu/config=1/:uk")->user);
	assert_non_null(strstr(encoded("context-switches:k")->why, "leave out :k"));
	assert_non_null(strstr(encoded("page-faults:a")->why, "on all CPUs"));
}

static void expect_usage(const char *list, const char *why)
{
	struct counters counters;

	if (!counters_parse(&counters, list, "here"))
		fail_msg("'%s' is taken", list);
	assert_int_equal(err_exit_code(), EXIT_USAGE);
	if (!strstr(err_text(), why) || strncmp(err_text(), "here: ", 6) ||
	    strchr(err_text(), '\n'))
		fail_msg("'%s' gives: %s", list, err_text());
	err_clear();
}

static void what_nobody_has_is_an_error(void **state)
{
	char many[512] = "";

	(void)state;
	expect_usage("instrucions", "did you mean 'instructions'?");
	expect_usage("page-fault", "did you mean 'page-faults'?");
	expect_usage("NO_SUCH_EVENT_ANYWHERE", "there is no counter");
	expect_usage("cycles,cycles", "stands twice");
	expect_usage("cpu/config=1", "there is no counter");
	expect_usage("tlb:tlb_flush/reason == 4/", "no blank");
	expect_usage("cycles:x", "the suffix of 'cycles:x'");
	for (int i = 0; i < 17; i++)
		snprintf(many + strlen(many), sizeof(many) - strlen(many), "cpu/config=%d/,", i);
	expect_usage(many, "at most 16");
}

static void a_list_is_split_outside_of_slashes(void **state)
{
	struct counters c;

	(void)state;
	assert_int_equal(counters_parse(&c, " cycles , cpu/event=1,umask=2/:u,page-faults,", "t"),
			 0);
	assert_int_equal(c.count, 3);
	assert_string_equal(c.counter[0].name, "cycles");
	assert_string_equal(c.counter[1].name, "cpu/event=1,umask=2/:u");
	assert_string_equal(c.counter[2].name, "page-faults");
	assert_true(counters_is_metric(&c, "ctr.cycles"));
	assert_true(counters_is_metric(&c, "ctr.cpu/event=1,umask=2/:u.total"));
	assert_true(counters_is_metric(&c, "by.ctr.page-faults"));
	assert_false(counters_is_metric(&c, "ctr.instructions"));
	assert_false(counters_is_metric(&c, "ctr.cycle"));
	assert_false(counters_is_metric(&c, "by.ctr.cycles.total"));
	assert_int_equal(counters_parse(&c, "none", "t"), 0);
	assert_int_equal(c.count, 0);
}

static void shares_scale(void **state)
{
	(void)state;
	assert_int_equal(counter_scale(100, 10, 10), 100);
	assert_int_equal(counter_scale(100, 20, 10), 200);
	assert_int_equal(counter_scale(1, 3, 2), 2); /* 1.5 */
	assert_int_equal(counter_scale(1, 4, 3), 1); /* 1.33 */
	assert_int_equal(counter_scale(0, 20, 10), 0);
	/* Beyond 64 bits on the way: 2^62 * 3 * 10^9 / 10^9. */
	assert_true(counter_scale(1ULL << 62, 3000000000ULL, 1000000000ULL) == 3ULL << 62);
	assert_true(counter_scale(UINT64_MAX, UINT64_MAX, UINT64_MAX) == UINT64_MAX);
}

static void put(const char *path, const char *text)
{
	char full[256];
	FILE *file;

	snprintf(full, sizeof(full), "%s/%s", folder, path);
	file = fopen(full, "w");
	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}

static int make_folders(void **state)
{
	static const char *const folders[] = {
		"pmus",        "pmus/cpu", "pmus/cpu/format", "pmus/cpu/events",
		"pmus/uncore", "events",   "events/tlb",      "events/tlb/tlb_flush",
	};
	static char pmus[64];
	char path[256];

	(void)state;
	if (!mkdtemp(folder))
		return -1;
	for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++) {
		snprintf(path, sizeof(path), "%s/%s", folder, folders[i]);
		if (mkdir(path, 0700))
			return -1;
	}
	put("pmus/cpu/type", "4\n");
	put("pmus/cpu/format/event", "config:0-7,32-35\n");
	put("pmus/cpu/format/umask", "config:8-15\n");
	put("pmus/cpu/format/edge", "config:18\n");
	put("pmus/cpu/format/ldlat", "config1:0-15\n");
	put("pmus/cpu/events/cpu-cycles", "event=0x3c\n");
	put("pmus/uncore/type", "13\n");
	put("pmus/uncore/cpumask", "0\n");
	put("events/tlb/tlb_flush/id", "1234\n");
	snprintf(pmus, sizeof(pmus), "%s/pmus", folder);
	world.pmus = pmus;
	world.tracing = open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
	return world.tracing < 0;
}

static int remove_folders(void **state)
{
	char command[64];

	(void)state;
	close(world.tracing);
	snprintf(command, sizeof(command), "rm -r %s", folder);
	return system(command);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(aliases_have_the_makers_codes),
		cmocka_unit_test(a_cpu_without_a_table_has_codes),
		cmocka_unit_test(an_event_of_another_cpu_says_so),
		cmocka_unit_test(terms_lie_where_sysfs_says),
		cmocka_unit_test(what_sysfs_has_not_is_told),
		cmocka_unit_test(tracepoints_come_from_tracefs),
		cmocka_unit_test(without_tracefs_a_tracepoint_says_why),
		cmocka_unit_test(sides_are_apart),
		cmocka_unit_test(what_nobody_has_is_an_error),
		cmocka_unit_test(a_list_is_split_outside_of_slashes),
		cmocka_unit_test(shares_scale),
	};

	return cmocka_run_group_tests(tests, make_folders, remove_folders);
}
