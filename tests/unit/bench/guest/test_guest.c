// SPDX-License-Identifier: GPL-2.0-only
/* What becomes of a run whose guest ends in one way or another: vm_run() is replaced by what it would say. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "bench/guest/guest.h"
#include "util/err.h"

/* How the guest ends; and the last end that the sink was told of. */
static struct {
	const char *splat;
	int exit_code;
	char status[32], why[256];
	size_t samples;
} guest;

int __wrap_vm_module_check(const struct vm_spec *spec, char *release, size_t size);
int __wrap_vm_run(const struct vm_spec *spec, vm_line_fn line, void *arg,
		  struct vm_outcome *outcome);

int __wrap_vm_module_check(const struct vm_spec *spec, char *release, size_t size)
{
	(void)spec;
	snprintf(release, size, "0");
	return 0;
}

int __wrap_vm_run(const struct vm_spec *spec, vm_line_fn line, void *arg,
		  struct vm_outcome *outcome)
{
	static const char *const lines[] = {
		"{\"run\": {\"machine\": {}}}",
		"{\"sample\": {\"status\": \"ok\"}}",
		"{\"end\": {\"status\": \"complete\", \"why\": \"\"}}",
	};

	(void)spec;
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(line(arg, lines[i], strlen(lines[i])), 0);
	snprintf(outcome->splat, sizeof(outcome->splat), "%s", guest.splat);
	outcome->exit_code = guest.exit_code;
	return 0;
}

static int take_run(struct sink *sink, json_t *run)
{
	(void)sink;
	/* What only the host knows was added. */
	assert_true(json_is_true(json_object_get(run, "emulated")));
	return 0;
}

static int take_sample(struct sink *sink, json_t *sample)
{
	(void)sink;
	(void)sample;
	guest.samples++;
	return 0;
}

static int take_end(struct sink *sink, const char *status, const char *why)
{
	(void)sink;
	snprintf(guest.status, sizeof(guest.status), "%s", status);
	snprintf(guest.why, sizeof(guest.why), "%s", why);
	return 0;
}

/* The exit code of a run whose guest ends so. */
static enum exit_code run_guest(const char *splat, int exit_code)
{
	static const char *const command[] = { "shootdown", "run", NULL };
	const struct vm_spec vm = { .cpus = 1, .nodes = 1, .accel = "tcg" };
	struct sink sink = { take_run, take_sample, take_end };
	struct suite suite = { .path = "/tmp/x.suite" };
	struct plan plan = { .repeats = 1 };
	struct engine_spec spec = { .suite = &suite, .plan = &plan, .command = command };

	err_clear();
	memset(&guest, 0, sizeof(guest));
	guest.splat = splat;
	guest.exit_code = exit_code;
	guest_run(&spec, NULL, &vm, &sink);
	assert_int_equal(guest.samples, 1);
	return err_exit_code();
}

static void a_clean_guest_is_a_complete_run(void **state)
{
	(void)state;
	assert_int_equal(run_guest("", EXIT_FINE), EXIT_FINE);
	assert_string_equal(guest.status, "complete");
}

/* The guest itself thinks that all went well. */
static void a_splat_makes_the_run_incomplete(void **state)
{
	(void)state;
	assert_int_equal(run_guest("BUG: KASAN: use-after-free", EXIT_FINE), EXIT_UNTRUSTED);
	assert_string_equal(guest.status, "incomplete");
	assert_non_null(strstr(guest.why, "log is not clean: BUG: KASAN"));
	err_clear();
}

static void exit_codes_are_passed_on(void **state)
{
	(void)state;
	assert_int_equal(run_guest("", EXIT_USAGE), EXIT_USAGE);
	assert_int_equal(run_guest("", EXIT_SETUP), EXIT_SETUP);
	assert_int_equal(run_guest("", EXIT_SKIPPED), EXIT_SKIPPED);
	assert_int_equal(run_guest("", EXIT_UNTRUSTED), EXIT_UNTRUSTED);
	assert_int_equal(run_guest("", 77), EXIT_UNTRUSTED);
	err_clear();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_clean_guest_is_a_complete_run),
		cmocka_unit_test(a_splat_makes_the_run_incomplete),
		cmocka_unit_test(exit_codes_are_passed_on),
	};

	return cmocka_run_group_tests_name("guest", tests, NULL, NULL);
}
