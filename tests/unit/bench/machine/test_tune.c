// SPDX-License-Identifier: GPL-2.0-only
/* Is the machine as it was after tune and restore, whatever happens to them on the way? */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench/machine/settings.h"
#include "bench/machine/tune.h"
#include "util/err.h"

#define CPU    "/sys/devices/system/cpu/"
#define THP    "/sys/kernel/mm/transparent_hugepage/enabled"
#define ASLR   "/proc/sys/kernel/randomize_va_space"
#define KSM    "/sys/kernel/mm/ksm/run"
#define RECORD "/run/shootdown/tune.json"

/* A machine that nobody has quieted: each file, what it holds, and what tune makes of it. */
static const struct {
	const char *path, *before, *tuned;
} files[] = {
	{ CPU "cpufreq/policy0/scaling_governor", "powersave", "performance" },
	{ CPU "cpufreq/policy1/scaling_governor", "performance", "performance" },
	{ CPU "intel_pstate/no_turbo", "0", "1" },
	{ CPU "cpu0/cpuidle/state0/disable", "0", "0" },
	{ CPU "cpu0/cpuidle/state0/latency", "2", "2" },
	{ CPU "cpu0/cpuidle/state1/disable", "0", "1" },
	{ CPU "cpu0/cpuidle/state1/latency", "133", "133" },
	{ CPU "smt/control", "on", "on" },
	{ THP, "[always] madvise never", "madvise" },
	{ "/proc/sys/kernel/numa_balancing", "1", "0" },
	{ KSM, "1", "0" },
	{ "/proc/sys/vm/compaction_proactiveness", "20", "0" },
	{ ASLR, "2", "0" },
	{ "/proc/sys/kernel/nmi_watchdog", "0", "0" },
	{ "/proc/sys/kernel/random/boot_id", "one", "one" },
	{ "/proc/cpuinfo", "flags : fpu hypervisor", "flags : fpu hypervisor" },
	{ "/proc/swaps", "Filename Type", "Filename Type" },
};

enum {
	FILES = sizeof(files) / sizeof(files[0]),
	/* Of these, those that tune writes. */
	CHANGES = 8,
	KILLS = 60
};

static char root[] = "/tmp/shootdown-test-tune-XXXXXX";
static char said[16384];

static void full_path(char path[PATH_MAX], const char *file)
{
	snprintf(path, PATH_MAX, "%s%s", root, file);
}

static void put(const char *file, const char *text)
{
	char path[PATH_MAX];
	FILE *f;

	full_path(path, file);
	for (char *slash = path + 1; (slash = strchr(slash, '/')); slash++) {
		*slash = '\0';
		mkdir(path, 0777);
		*slash = '/';
	}
	f = fopen(path, "w");
	assert_non_null(f);
	fprintf(f, "%s\n", text);
	fclose(f);
}

static bool record_is_there(void)
{
	char path[PATH_MAX];

	full_path(path, RECORD);
	return !access(path, F_OK);
}

/* A choice reads back as the word that was written: the fake files have no kernel behind them. */
static const char *plain(const char *text)
{
	return strcmp(text, "[always] madvise never") ? text : "always";
}

static void expect(const char *file, const char *text)
{
	char value[SETTING_LEN];

	assert_true(setting_read_file(root, file, value));
	if (strcmp(value, plain(text)))
		fail_msg("%s is '%s' instead of '%s'; said:\n%s", file, value, plain(text), said);
}

static void expect_all(bool tuned)
{
	for (size_t i = 0; i < FILES; i++)
		expect(files[i].path, tuned ? files[i].tuned : files[i].before);
	assert_int_equal(record_is_there(), tuned);
}

static int fill(void **state)
{
	(void)state;
	err_clear();
	for (size_t i = 0; i < FILES; i++)
		put(files[i].path, files[i].before);
	return 0;
}

static int make_root(void **state)
{
	(void)state;
	return mkdtemp(root) ? 0 : -1;
}

static int remove_root(void **state)
{
	char command[PATH_MAX];

	(void)state;
	snprintf(command, sizeof(command), "rm -rf %s", root);
	return system(command);
}

/* Leaves no record to the next test. */
static int clear(void **state)
{
	char path[PATH_MAX];

	(void)state;
	full_path(path, RECORD);
	unlink(path);
	return 0;
}

typedef int (*verb)(const struct tune *tune);

/* What it told is in @said. */
static int run(verb what, struct tune tune)
{
	int ret;

	tune.root = root;
	tune.write = tune.write ?: tune_write_file;
	memset(said, 0, sizeof(said));
	tune.out = fmemopen(said, sizeof(said) - 1, "w");
	assert_non_null(tune.out);
	err_clear();
	ret = what(&tune);
	fclose(tune.out);
	return ret;
}

static void expect_said(const char *text)
{
	if (!strstr(said, text) && !strstr(err_text(), text))
		fail_msg("'%s' was not said, but:\n%s%s", text, said, err_text());
}

static void tune_and_restore(void **state)
{
	(void)state;
	assert_int_equal(run(tune_set, (struct tune){ 0 }), 0);
	expect_all(true);
	expect_said("scaling_governor: powersave -> performance");
	assert_true(tune_is_on(root));
	assert_int_equal(run(tune_restore, (struct tune){ 0 }), 0);
	expect_all(false);
	assert_false(tune_is_on(root));
	assert_int_equal(run(tune_restore, (struct tune){ 0 }), 0);
	expect_said("nothing to put back");
}

static void a_dry_run_changes_nothing(void **state)
{
	(void)state;
	assert_int_equal(run(tune_set, (struct tune){ .dry_run = true }), 0);
	expect_all(false);
	expect_said("2; would be made 0");
	assert_int_equal(run(tune_set, (struct tune){ 0 }), 0);
	assert_int_equal(run(tune_restore, (struct tune){ .dry_run = true }), 0);
	expect_all(true);
}

/* The record of the first one stays, also for what somebody has changed in between. */
static void tuning_twice_keeps_the_first_record(void **state)
{
	(void)state;
	assert_int_equal(run(tune_set, (struct tune){ 0 }), 0);
	put(ASLR, "1");
	put("/proc/sys/kernel/nmi_watchdog", "1");
	assert_int_equal(run(tune_set, (struct tune){ 0 }), 0);
	expect(ASLR, "0");
	expect("/proc/sys/kernel/nmi_watchdog", "0");
	assert_int_equal(run(tune_restore, (struct tune){ 0 }), 0);
	expect("/proc/sys/kernel/nmi_watchdog", "1");
	put("/proc/sys/kernel/nmi_watchdog", "0");
	expect_all(false);
}

/* Where the n-th write ends the process: before it, or after. */
static int writes_left;
static bool after_write;

static int write_or_die(const char *file, const char *value)
{
	if (!writes_left && !after_write)
		raise(SIGKILL);
	tune_write_file(file, value);
	if (!writes_left-- && after_write)
		raise(SIGKILL);
	return 0;
}

static void die_in(verb what, int write, bool after)
{
	int status;
	pid_t pid = fork();

	if (!pid) {
		writes_left = write;
		after_write = after;
		run(what, (struct tune){ .write = write_or_die });
		_exit(0);
	}
	waitpid(pid, &status, 0);
	assert_true(WIFSIGNALED(status));
}

static void a_crash_at_each_write_is_mended(void **state)
{
	(void)state;
	for (int i = 0; i < 2 * CHANGES; i++) {
		die_in(tune_set, i / 2, i % 2);
		assert_true(record_is_there());
		assert_int_equal(run(tune_restore, (struct tune){ 0 }), 0);
		expect_all(false);
	}
	for (int i = 0; i < 2 * CHANGES; i++) {
		assert_int_equal(run(tune_set, (struct tune){ 0 }), 0);
		die_in(tune_restore, i / 2, i % 2);
		assert_int_equal(run(tune_restore, (struct tune){ 0 }), 0);
		expect_all(false);
	}
}

/* At any moment, also while the record is written. */
static void a_kill_at_any_moment_is_mended(void **state)
{
	(void)state;
	for (useconds_t i = 0; i < KILLS; i++) {
		pid_t pid = fork();

		if (!pid) {
			for (;;) {
				run(tune_set, (struct tune){ 0 });
				run(tune_restore, (struct tune){ 0 });
			}
		}
		usleep(100 * i);
		kill(pid, SIGKILL);
		waitpid(pid, NULL, 0);
		/* A file that was cut, but not written yet, is what the fake has and sysfs has not. */
		for (size_t f = 0; f < FILES; f++) {
			char value[SETTING_LEN];

			if (!setting_read_file(root, files[f].path, value))
				put(files[f].path, files[f].tuned);
		}
		assert_int_equal(run(tune_restore, (struct tune){ 0 }), 0);
		expect_all(false);
	}
}

static int refuse(const char *file, const char *value)
{
	if (strstr(file, "no_turbo"))
		return -EBUSY;
	if (strstr(file, "ksm"))
		return -EINVAL;
	if (strstr(file, "compaction"))
		return -EROFS;
	/* Taken, but not done. */
	return strstr(file, "numa_balancing") ? 0 : tune_write_file(file, value);
}

static void what_the_kernel_refuses_is_told(void **state)
{
	(void)state;
	assert_true(run(tune_set, (struct tune){ .write = refuse }) < 0);
	assert_int_equal(err_exit_code(), EXIT_SETUP);
	expect_said("4 of 8 settings could not be set");
	expect_said("no_turbo: 0; cannot be made 1: Device or resource busy");
	expect_said("ksm/run: 1; cannot be made 0: Invalid argument");
	expect_said("compaction_proactiveness: 20; cannot be made 0: Read-only file system");
	expect_said("numa_balancing: 1; was made 0, but is '1'");
	expect(ASLR, "0");
	expect(KSM, "1");
	assert_int_equal(run(tune_restore, (struct tune){ 0 }), 0);
	expect_all(false);
}

static void what_cannot_be_put_back_stays_in_the_record(void **state)
{
	(void)state;
	assert_int_equal(run(tune_set, (struct tune){ 0 }), 0);
	assert_true(run(tune_restore, (struct tune){ .write = refuse }) < 0);
	expect_said("4 of 8 settings were not put back");
	expect(ASLR, "2");
	expect(KSM, "0");
	assert_true(record_is_there());
	assert_int_equal(run(tune_restore, (struct tune){ 0 }), 0);
	expect_all(false);
}

static void what_others_changed_is_left_and_told(void **state)
{
	(void)state;
	assert_int_equal(run(tune_set, (struct tune){ 0 }), 0);
	put(THP, "never");
	assert_true(run(tune_restore, (struct tune){ 0 }) < 0);
	expect_said("enabled: never; was changed since tune made it madvise, and is left so "
		    "(before: always)");
	expect_said("1 of 8 settings were not put back");
	expect(THP, "never");
	expect(ASLR, "2");
	assert_int_equal(run(tune_restore, (struct tune){ .force = true }), 0);
	put(THP, "[always] madvise never");
	expect_all(false);
}

static void a_file_that_is_gone_is_told(void **state)
{
	char path[PATH_MAX];

	(void)state;
	assert_int_equal(run(tune_set, (struct tune){ 0 }), 0);
	full_path(path, KSM);
	unlink(path);
	assert_true(run(tune_restore, (struct tune){ 0 }) < 0);
	expect_said("ksm/run: cannot be read any more; it was 1 before tune");
	expect(ASLR, "2");
}

static void a_record_of_another_boot_is_none(void **state)
{
	(void)state;
	assert_int_equal(run(tune_set, (struct tune){ 0 }), 0);
	put("/proc/sys/kernel/random/boot_id", "two");
	assert_int_equal(run(tune_restore, (struct tune){ 0 }), 0);
	expect_said("nothing to put back");
	expect(ASLR, "0");
	assert_false(record_is_there());
}

#define ENTRY(name, path, old)                                                                     \
	"{\"format\": \"shootdown-tune\", \"boot\": \"one\", \"settings\": [{\"name\": \"" name    \
	"\", \"path\": \"" path "\", \"old\": \"" old "\", \"new\": \"0\"}]}"

static void what_is_no_record_is_not_touched(void **state)
{
	static const char *const wrong[] = {
		"",
		"{",
		"[]",
		"{\"format\": \"shootdown-tune\"}",
		"{\"format\": \"shootdown-tune\", \"settings\": [{}]}",
		ENTRY("aslr", "/etc/shadow", "2"),
		ENTRY("aslr", KSM, "2"),
		ENTRY("governor", CPU "cpufreq/policy0/../../../../../etc/scaling_governor", "2"),
		ENTRY("aslr", ASLR, "2\\u001b[2J"),
		ENTRY("hypervisor", ASLR, "2"),
	};

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		put(RECORD, wrong[i]);
		assert_true(run(tune_restore, (struct tune){ 0 }) < 0);
		expect_said("is no record of settings");
		assert_true(run(tune_set, (struct tune){ 0 }) < 0);
		expect(ASLR, "2");
		assert_true(record_is_there());
	}
}

/* The table as doctor and run.json tell it. */
static void settings_are_told(void **state)
{
	static const struct {
		const char *name, *value;
		bool good;
	} cases[] = {
		{ "governor", "powersave (1 files), performance (1 files)", false },
		{ "cstates", "0", false },
		{ "thp", "always", false },
		{ "smt", "on", false },
		{ "nmi_watchdog", "0", true },
		{ "hypervisor", "yes", false },
		{ "swap", "none", true },
	};
	char value[SETTING_LEN];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct setting *s = NULL;

		for (size_t j = 0; setting_at(j); j++)
			if (!strcmp(setting_at(j)->name, cases[i].name))
				s = setting_at(j);
		assert_non_null(s);
		assert_true(setting_read(s, root, value));
		assert_string_equal(value, cases[i].value);
		assert_int_equal(setting_is_good(s, value), cases[i].good);
	}
	for (size_t j = 0; setting_at(j); j++) {
		const struct setting *s = setting_at(j);

		/* A row is whole, and what tune sets is good. */
		assert_true(s->effect && s->good && !s->set != !s->left);
		assert_true(s->path || s->read);
		assert_true(!s->set || setting_is_good(s, s->set));
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fill, clear)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(tune_and_restore),
		TEST(a_dry_run_changes_nothing),
		TEST(tuning_twice_keeps_the_first_record),
		TEST(a_crash_at_each_write_is_mended),
		TEST(a_kill_at_any_moment_is_mended),
		TEST(what_the_kernel_refuses_is_told),
		TEST(what_cannot_be_put_back_stays_in_the_record),
		TEST(what_others_changed_is_left_and_told),
		TEST(a_file_that_is_gone_is_told),
		TEST(a_record_of_another_boot_is_none),
		TEST(what_is_no_record_is_not_touched),
		TEST(settings_are_told),
	};

	return cmocka_run_group_tests(tests, make_root, remove_root);
}
