// SPDX-License-Identifier: GPL-2.0-only
/* Are suites read as their files say, and is what they cannot say refused with its place? */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bench/machine/measured_machine.h"
#include "bench/plan/suite.h"
#include "util/err.h"

/* Reads @text as the suite file that @path then names. */
static int read_text(struct suite *suite, const char *text, const struct override *overrides,
		     char *path)
{
	int fd, ret;

	strcpy(path, "/tmp/shootdown-test-XXXXXX.suite");
	fd = mkstemps(path, 6);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
	err_clear();
	ret = suite_read(suite, path, overrides);
	unlink(path);
	return ret;
}

static void sections_inherit_from_global(void **state)
{
	static struct axis axis;
	struct suite suite;
	char path[64];

	(void)state;
	assert_int_equal(read_text(&suite,
				   "; a comment\n"
				   "[global]\nhelp = what it shows\nrepeats = 3\nworkload = "
				   "dontneed\nmetrics = op.p50, fault.retries\n"
				   "ranges = 1, 2\n\n"
				   "[a]\nvariant = list\n"
				   "[b]\nworkload = null, mprotect\nranges = 5\nto = rw\n",
				   NULL, path),
			 0);
	assert_string_equal(suite.help, "what it shows");
	assert_int_equal(suite.repeats, 3);
	assert_int_equal(suite.metric_count, 2);
	assert_string_equal(suite.metrics[1], "fault.retries");
	assert_int_equal(suite.section_count, 2);
	assert_int_equal(
		suite_axis(&suite, suite.sections[0], param_find(engine_params, "ranges"), &axis),
		0);
	assert_int_equal(axis.count, 2);
	assert_int_equal(
		suite_axis(&suite, suite.sections[1], param_find(engine_params, "ranges"), &axis),
		0);
	assert_int_equal(axis.count, 1);
	assert_int_equal(axis.values[0].count, 5);
	assert_int_equal(
		suite_axis(&suite, suite.sections[0], param_find(engine_params, "threads"), &axis),
		0);
	assert_string_equal(axis.values[0].text, "1");
	assert_string_equal(suite_workloads(&suite, suite.sections[0])->values[0].text, "dontneed");
	assert_int_equal(suite_workloads(&suite, suite.sections[1])->count, 2);
	suite_free(&suite);
}

static void refuse_file(const char *text, int line, const char *sentence_has)
{
	struct suite suite;
	char path[64], where[96];

	assert_int_equal(read_text(&suite, text, NULL, path), -EINVAL);
	assert_int_equal(err_exit_code(), EXIT_USAGE);
	snprintf(where, sizeof(where), line ? "%s:%d:" : "%s", path, line);
	if (!strstr(err_text(), where) || !strstr(err_text(), sentence_has))
		fail_msg("'%s' does not say '%s' and '%s'", err_text(), where, sentence_has);
	err_clear();
}

static void bad_files_are_refused_with_their_line(void **state)
{
	char text[400] = "[a]\nworkload=null\nhelp=";

	(void)state;
	refuse_file("[a]\nworkload = null\n\nragnes = 1\n", 4, "did you mean 'ranges'");
	refuse_file("[a]\nworkload = nul\n", 2, "did you mean 'null'");
	refuse_file("[a]\nworkload = null\nranges = 1\nranges = 2\n", 4, "stands twice");
	refuse_file("[a]\nworkload = null\nworkload = munmap\n", 3, "stands twice");
	refuse_file("ranges = 1\n", 1, "before the first");
	refuse_file("[a]\nworkload = null\nwhat is this\n", 3, "neither");
	refuse_file("[a]\nworkload = null\nto = rw\n", 3,
		    "no workload of the section [a] has the axis 'to'");
	refuse_file("[global]\nrepeats = 0\n[a]\nworkload = null\n", 2, "from 1 to 10000");
	refuse_file("[a]\nworkload = null\nrepeats = 3\n", 3, "no axis 'repeats'");
	refuse_file("[global]\ncounters = cycles, cyclse\n[a]\nworkload = null\n", 2,
		    "did you mean 'cycles'");
	refuse_file("[global]\nmetrics = op.p50, op.p49\n[a]\nworkload = null\n", 2,
		    "no metric 'op.p49'");
	refuse_file("[a]\nranges = 1\n", 0, "names no workload");
	refuse_file("[global]\nworkload = null\n", 0, "nothing to measure");
	refuse_file("", 0, "is empty");
	memset(text + strlen(text), 'x', 300);
	refuse_file(text, 3, "at most");
}

/* Of what is written twice, one would be ignored. */
static void what_is_ignored_is_refused(void **state)
{
	(void)state;
	refuse_file("[global]\nhelp = a\nhelp = b\n[a]\nworkload = null\n", 3,
		    "'help' stands twice");
	refuse_file("[global]\nrepeats = 1\nrepeats = 2\n[a]\nworkload = null\n", 3,
		    "'repeats' stands twice");
	refuse_file(
		"[global]\nmetrics = op.p50\n[a]\nworkload = null\n[global]\nmetrics = op.p50\n", 6,
		"'metrics' stands twice");
	refuse_file("[a]\nworkload = null\n  ranges = 1\n", 3, "begins with a blank");
	refuse_file("[a]\nworkload = null,\n\tmunmap\n", 2, "empty value");
	refuse_file("[a] workload = null\n", 1, "not of the form [NAME]");
	refuse_file("[a\nworkload = null\n", 1, "not of the form [NAME]");
	refuse_file("[a\tb]\nworkload = null\n", 1, "control character");
	/* inih would cut it, so that its keys went to another section. */
	refuse_file("[12345678901234567890123456789012345678901234567890]\nworkload = null\n", 1,
		    "at most 49 characters");
}

static void a_mark_of_utf8_is_skipped(void **state)
{
	struct suite suite;
	char path[64];

	(void)state;
	assert_int_equal(
		read_text(&suite, "\xef\xbb\xbf[a]\r\nworkload = null ; c\r\n [b]", NULL, path),
		-EINVAL);
	err_clear();
	assert_int_equal(
		read_text(&suite, "\xef\xbb\xbf[a]\r\nworkload = null ; c\r\n", NULL, path), 0);
	assert_string_equal(suite.sections[0]->name, "a");
	suite_free(&suite);
}

static void refuse_bytes(const char *path, const char *text, size_t len, const char *sentence_has)
{
	struct suite suite;

	err_clear();
	assert_int_equal(suite_load(&suite, path, text, len, NULL), -EINVAL);
	if (!strstr(err_text(), sentence_has))
		fail_msg("'%s' does not say '%s'", err_text(), sentence_has);
	assert_null(strpbrk(err_text(), "\n\x1b"));
	err_clear();
}

/* Such a suite could be measured, but its results could not be read. */
static void bytes_that_are_no_text_are_refused(void **state)
{
	static const char nul[] = "[a]\nworkload = null\n\0[b]\nnonsense\n";
	static const char fine[] = "[a]\nworkload = null\n";

	(void)state;
	refuse_bytes("x.suite", nul, sizeof(nul) - 1, "no text in UTF-8");
	refuse_bytes("x.suite", "[a]\nworkload = \x1b[31m\n", 22, "no text in UTF-8");
	refuse_bytes("x.suite", "[a\xc2\x9b]\nworkload = null\n", 22, "no text in UTF-8");
	refuse_bytes("/tmp/.suite", fine, sizeof(fine) - 1, "no printable name");
	refuse_bytes("/tmp/a\nb.suite", fine, sizeof(fine) - 1, "no printable name");
}

static void only_regular_files_are_read(void **state)
{
	struct suite suite;
	char path[] = "/tmp/shootdown-test-XXXXXX";

	(void)state;
	assert_non_null(mkdtemp(path));
	assert_int_equal(suite_read(&suite, path, NULL), -EINVAL);
	assert_non_null(strstr(err_text(), "Is a directory"));
	err_clear();
	rmdir(path);
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_int_equal(suite_read(&suite, path, NULL), -EINVAL);
	assert_non_null(strstr(err_text(), "no regular file"));
	err_clear();
	unlink(path);
	assert_int_equal(suite_read(&suite, "/dev/zero", NULL), -EINVAL);
	assert_non_null(strstr(err_text(), "no regular file"));
	err_clear();
}

static void overrides_stand_above_the_file(void **state)
{
	static struct axis axis;
	const struct override overrides[] = { { "ranges", "7" }, { "workload", "munmap" }, { 0 } };
	const struct override unknown[] = { { "ragnes", "7" }, { 0 } };
	struct suite suite;
	char path[64];

	(void)state;
	assert_int_equal(read_text(&suite,
				   "[global]\nranges = 1\n[a]\nworkload = null\nranges = 2, 3\n",
				   overrides, path),
			 0);
	assert_int_equal(
		suite_axis(&suite, suite.sections[0], param_find(engine_params, "ranges"), &axis),
		0);
	assert_int_equal(axis.count, 1);
	assert_int_equal(axis.values[0].count, 7);
	assert_string_equal(suite_workloads(&suite, suite.sections[0])->values[0].text, "munmap");
	suite_free(&suite);
	assert_int_equal(read_text(&suite, "[a]\nworkload = null\n", unknown, path), -EINVAL);
	assert_non_null(strstr(err_text(), "did you mean 'ranges'"));
	err_clear();
}

static void a_section_without_keys_is_measured(void **state)
{
	struct suite suite;
	char path[64];

	(void)state;
	assert_int_equal(read_text(&suite, "[global]\nworkload = null\n[a]\n[b]\n", NULL, path), 0);
	assert_int_equal(suite.section_count, 2);
	assert_string_equal(suite.sections[1]->name, "b");
	suite_free(&suite);
	refuse_file("[global]\nworkload = null\n[]\n", 3, "a section has no name");
	assert_int_equal(read_text(&suite, "[a]\nworkload = null ; \xff\n", NULL, path), -EINVAL);
	assert_non_null(strstr(err_text(), "UTF-8"));
	err_clear();
}

/* The order of the keys does not matter; a metric of a counter needs the counter. */
static void counters_of_the_suite(void **state)
{
	const struct override others[] = { { "counters", "cpu/config=1,config1=2/,page-faults:u" },
					   { 0 } };
	const struct override none[] = { { "counters", "none" }, { 0 } };
	const char shown[] = "[global]\nmetrics = op.p50, ctr.page-faults:u\n"
			     "counters = cycles, page-faults:u\nworkload = null\n[a]\n";
	struct suite suite;
	char path[64];

	(void)state;
	assert_int_equal(read_text(&suite, shown, NULL, path), 0);
	assert_int_equal(suite.counters.count, 2);
	assert_string_equal(suite.counters.counter[1].name, "page-faults:u");
	suite_free(&suite);
	assert_int_equal(read_text(&suite, shown, others, path), 0);
	assert_int_equal(suite.counters.count, 2);
	assert_string_equal(suite.counters.counter[0].name, "cpu/config=1,config1=2/");
	suite_free(&suite);
	assert_int_equal(read_text(&suite, shown, none, path), -EINVAL);
	assert_non_null(strstr(err_text(), "'ctr.page-faults:u' is none of the counters"));
	err_clear();
}

/* What stands for all of the suite replaces the file's, and nothing else. */
static void overrides_of_the_whole_suite(void **state)
{
	const struct override overrides[] = { { "metrics", "op.p99" }, { "repeats", "3" }, { 0 } };
	const struct override unknown[] = { { "metrics", "op.p98" }, { 0 } };
	const struct override unused[] = { { "present", "0" }, { 0 } };
	const char text[] =
		"[global]\nmetrics = op.p50, op.rate\nworkload = null\n[a]\nranges = 1\n";
	struct suite suite;
	char path[64];

	(void)state;
	assert_int_equal(read_text(&suite, text, overrides, path), 0);
	assert_int_equal(suite.metric_count, 1);
	assert_string_equal(suite.metrics[0], "op.p99");
	assert_int_equal(suite.repeats, 3);
	suite_free(&suite);
	assert_int_equal(read_text(&suite, text, unknown, path), -EINVAL);
	assert_non_null(strstr(err_text(), "did you mean 'op.p90'"));
	err_clear();
	assert_int_equal(read_text(&suite, text, unused, path), -EINVAL);
	assert_non_null(strstr(err_text(), "has the axis 'present'"));
	err_clear();
}

static int read_each(void *arg, const char *name)
{
	struct suite suite;
	int *count = arg;

	if (suite_read(&suite, name, NULL))
		fail_msg("%s: %s", name, err_text());
	assert_true(strlen(suite.help) > 0);
	suite_free(&suite);
	++*count;
	return 0;
}

static void shipped_suites_can_be_read(void **state)
{
	int count = 0;

	(void)state;
	assert_int_equal(suite_each(read_each, &count), 0);
	assert_true(count >= 1);
}

static int keep_name(void *arg, const char *name)
{
	char *all = arg;

	snprintf(all + strlen(all), 4096 - strlen(all), "%s ", name);
	return 0;
}

static void names_stand_for_suites(void **state)
{
	char all[4096] = "", claims[4096] = "";

	(void)state;
	assert_int_equal(suite_expand("quick", keep_name, all), 0);
	assert_string_equal(all, "quick ");
	/* A folder, in the order of the numbers in its names. */
	assert_int_equal(suite_expand("claims", keep_name, claims), 0);
	assert_ptr_equal(strstr(claims, "claims/c1 claims/c2 claims/c3 "), claims);
	assert_true(strstr(claims, "claims/c10 ") > strstr(claims, "claims/c9 "));
	/* A suite of suites, one of which is a folder. */
	*all = '\0';
	assert_int_equal(suite_expand("full", keep_name, all), 0);
	assert_non_null(strstr(all, claims));
	assert_non_null(strstr(all, "quick "));
	assert_null(strstr(all, "full "));
	assert_int_equal(suite_expand("claims/c99", keep_name, all), -EINVAL);
	assert_non_null(strstr(err_text(), "did you mean 'claims/c9'"));
	err_clear();
}

static void each_claim_has_a_suite(void **state)
{
	char name[32];

	(void)state;
	for (int claim = 1; claim <= 14; claim++) {
		struct suite suite;
		char begins[16];

		snprintf(name, sizeof(name), "claims/c%d", claim);
		snprintf(begins, sizeof(begins), "C%d: ", claim);
		assert_int_equal(suite_read(&suite, name, NULL), 0);
		assert_ptr_equal(strstr(suite.help, begins), suite.help);
		suite_free(&suite);
	}
}

static void suites_of_suites_have_nothing_else(void **state)
{
	char path[] = "/tmp/shootdown-test-XXXXXX.suite";
	struct suite suite;

	(void)state;
	assert_int_equal(
		read_text(&suite, "[global]\nhelp = all\nsuites = quick, claims\n", NULL, path), 0);
	assert_int_equal(suite.member_count, 2);
	assert_string_equal(suite.members[1], "claims");
	suite_free(&suite);
	assert_int_equal(
		read_text(&suite, "[global]\nsuites = quick\n[a]\nworkload = null\n", NULL, path),
		-EINVAL);
	assert_non_null(strstr(err_text(), "and nothing else"));
	err_clear();
	assert_int_equal(read_text(&suite, "[global]\nsuites = quick\nthreads = 2\n", NULL, path),
			 -EINVAL);
	err_clear();
}

static void what_is_compared_is_an_axis(void **state)
{
	char path[] = "/tmp/shootdown-test-XXXXXX.suite";
	struct suite suite;

	(void)state;
	assert_int_equal(
		read_text(&suite, "[global]\nby = events\n[a]\nworkload = null\n", NULL, path), 0);
	assert_string_equal(suite.by, "events");
	suite_free(&suite);
	assert_int_equal(
		read_text(&suite, "[global]\nby = evnts\n[a]\nworkload = null\n", NULL, path),
		-EINVAL);
	assert_non_null(strstr(err_text(), "did you mean 'events'"));
	err_clear();
}

static void unknown_suite_names_the_nearest(void **state)
{
	struct suite suite;

	(void)state;
	assert_int_equal(suite_read(&suite, "quikc", NULL), -EINVAL);
	assert_non_null(strstr(err_text(), "did you mean 'quick'"));
	err_clear();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sections_inherit_from_global),
		cmocka_unit_test(bad_files_are_refused_with_their_line),
		cmocka_unit_test(what_is_ignored_is_refused),
		cmocka_unit_test(a_mark_of_utf8_is_skipped),
		cmocka_unit_test(bytes_that_are_no_text_are_refused),
		cmocka_unit_test(only_regular_files_are_read),
		cmocka_unit_test(overrides_stand_above_the_file),
		cmocka_unit_test(counters_of_the_suite),
		cmocka_unit_test(overrides_of_the_whole_suite),
		cmocka_unit_test(a_section_without_keys_is_measured),
		cmocka_unit_test(shipped_suites_can_be_read),
		cmocka_unit_test(names_stand_for_suites),
		cmocka_unit_test(each_claim_has_a_suite),
		cmocka_unit_test(suites_of_suites_have_nothing_else),
		cmocka_unit_test(what_is_compared_is_an_axis),
		cmocka_unit_test(unknown_suite_names_the_nearest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
