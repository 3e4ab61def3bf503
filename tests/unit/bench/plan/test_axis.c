// SPDX-License-Identifier: GPL-2.0-only
/* Are the values of an axis those that are written, and is what it cannot have refused? */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/machine/measured_machine.h"
#include "bench/plan/axis.h"
#include "bench/plan/suite.h"
#include "util/err.h"

static const char *values_of(const char *axis, const char *text)
{
	static char joined[1024];
	static struct axis a;
	size_t len = 0;

	joined[0] = '\0';
	assert_int_equal(axis_parse(&a, param_find(engine_params, axis), text, "test"), 0);
	for (size_t i = 0; i < a.count; i++)
		len += (size_t)snprintf(joined + len, sizeof(joined) - len, "%s%s", i ? " " : "",
					a.values[i].text);
	return joined;
}

static void lists_and_ranges_multiply_out(void **state)
{
	(void)state;
	assert_string_equal(values_of("ranges", "1, 10 ,100"), "1 10 100");
	assert_string_equal(values_of("ranges", "1..64*2"), "1 2 4 8 16 32 64");
	assert_string_equal(values_of("ranges", "10..10000*10"), "10 100 1000 10000");
	assert_string_equal(values_of("ranges", "10..45+10"), "10 20 30 40");
	assert_string_equal(values_of("threads", "1..4"), "1 2 3 4");
	assert_string_equal(values_of("ranges", "0, 1..4*2, 2"), "0 1 2 4");
	assert_string_equal(values_of("range_size", "4096, 64K, 2M, 1G"),
			    "4096 65536 2097152 1073741824");
	assert_string_equal(values_of("range_size", "4K..16K*2"), "4096 8192 16384");
	assert_string_equal(values_of("variant", "list,itree"), "list itree");
}

/* Where the machine counts, it is the one that will be measured. */
static void shares_and_nodes_are_the_targets(void **state)
{
	(void)state;
	target_assume(64, 8);
	assert_string_equal(values_of("threads", "50%, 100%"), "32 64");
	assert_string_equal(values_of("threads", "1..100%*2"), "1 2 4 8 16 32 64");
	assert_string_equal(values_of("threads", "25%..100%+25%"), "16 32 48 64");
	assert_string_equal(values_of("faulters", "0%, 1%, 3%"), "0 1");
	assert_string_equal(values_of("home", "each"), "0 1 2 3 4 5 6 7");
	assert_string_equal(values_of("memory", "local, each, 9"), "local 0 1 2 3 4 5 6 7 9");
	target_assume(6, 1);
	assert_string_equal(values_of("threads", "1..100%*2, 100%"), "1 2 4 6");
	assert_string_equal(values_of("threads", "50%, 33%, 1%, 200%"), "3 1 12");
	assert_string_equal(values_of("home", "each"), "0");
	target_assume(0, 0);
	assert_true(atoi(values_of("threads", "100%")) == (int)target_cpus());
}

static void refuse(const char *axis, const char *text, const char *sentence_has)
{
	static struct axis a;

	err_clear();
	assert_int_equal(axis_parse(&a, param_find(engine_params, axis), text, "f.suite:7"),
			 -EINVAL);
	assert_int_equal(err_exit_code(), EXIT_USAGE);
	assert_ptr_equal(strstr(err_text(), "f.suite:7"), err_text());
	if (!strstr(err_text(), sentence_has))
		fail_msg("'%s' does not say '%s'", err_text(), sentence_has);
	err_clear();
}

static void bad_values_are_refused(void **state)
{
	(void)state;
	refuse("ranges", "", "empty");
	refuse("ranges", "1,,2", "empty");
	refuse("ranges", "10x", "whole number");
	refuse("ranges", "-1", "whole number");
	refuse("ranges", "0x10", "whole number");
	refuse("ranges", "64K", "whole number");
	refuse("ranges", "99999999999999999999", "whole number");
	refuse("ranges", "1000001", "from 0 to 1000000");
	refuse("threads", "0", "from 1");
	refuse("ranges", "5..1", "form");
	refuse("ranges", "1..8*1", "form");
	refuse("ranges", "0..8*2", "form");
	refuse("ranges", "1..8+0", "form");
	refuse("ranges", "1..", "form");
	refuse("range_size", "5000", "multiple of 4096");
	refuse("ranges", "0..1000", "more than 256 values");
	refuse("ranges", "50%", "whole number");
	refuse("threads", "50%%", "nor a share of the CPUs");
	refuse("threads", "%", "nor a share of the CPUs");
	refuse("threads", "-50%", "nor a share of the CPUs");
	refuse("threads", "1001%", "nor a share of the CPUs");
	refuse("threads", "0%", "from 1");
	refuse("threads", "100%..1%", "form");
	refuse("threads", "each", "whole number");
	refuse("place", "each", "cannot be");
	refuse("home", "eech", "cannot be 'eech'");
	refuse("variant", "lsit", "did you mean 'list'");
	refuse("variant", "zzzzzzzzzzzz", "cannot be");
}
/* A step that would leave the range of numbers ends it. */
static void great_steps_do_not_overflow(void **state)
{
	(void)state;
	assert_string_equal(values_of("ranges", "1..2+9223372036854775807"), "1");
	assert_string_equal(values_of("ranges", "3..4*9223372036854775807"), "3");
}
int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lists_and_ranges_multiply_out),
		cmocka_unit_test(shares_and_nodes_are_the_targets),
		cmocka_unit_test(bad_values_are_refused),
		cmocka_unit_test(great_steps_do_not_overflow),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
