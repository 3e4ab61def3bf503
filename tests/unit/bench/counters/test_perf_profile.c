// SPDX-License-Identifier: GPL-2.0-only
/* Is what `perf report` prints read as it is meant? */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <string.h>

#include "bench/counters/perf_profile.h"

static json_t *read_text(const char *text)
{
	FILE *in = fmemopen((char *)text, strlen(text), "r");
	json_t *out = json_object();

	assert_non_null(in);
	perf_profile_read(out, in);
	fclose(in);
	return out;
}

static json_int_t number(const json_t *out, const char *name)
{
	return json_integer_value(json_object_get(out, name));
}

/* As perf 6.1 prints it. */
static void test_kernel_functions(void **state)
{
	json_t *out = read_text("# To display the perf.data header info, please use ...\n"
				"#\n"
				"# Samples: 727  of event 'cpu-clock:ppp'\n"
				"#\n"
				"#      Samples\tShared Object  \tSymbol            \n"
				" 33         \t[kernel.kallsyms]    \t[k] _raw_spin_unlock_irq   \n"
				" 9          \tlibc.so.6            \t[.] 0x00000000000f3a2b     \n"
				" 7          \t[secmmu]             \t[k] itree_invalidate       \n"
				"\n");
	json_t *symbols = json_object_get(out, "symbols");

	(void)state;
	assert_int_equal(number(out, "samples"), 49);
	assert_int_equal(number(out, "kernel"), 40);
	assert_int_equal(json_array_size(symbols), 2);
	assert_string_equal(json_string_value(json_array_get(json_array_get(symbols, 0), 0)),
			    "_raw_spin_unlock_irq");
	assert_int_equal(json_integer_value(json_array_get(json_array_get(symbols, 1), 1)), 7);
	assert_null(json_object_get(out, "absent"));
	json_decref(out);
}

static void assert_absent(const char *text, const char *why)
{
	json_t *out = read_text(text);

	assert_null(json_object_get(out, "symbols"));
	assert_non_null(strstr(json_string_value(json_object_get(out, "absent")), why));
	json_decref(out);
}

static void test_no_names(void **state)
{
	(void)state;
	assert_absent(" 5 \t[kernel.kallsyms] \t[k] 0xffffffff810b7f4a\n", "kptr_restrict");
	assert_absent(" 5 \tlibc.so.6 \t[.] madvise\n", "nothing was recorded in the kernel");
	assert_absent("# nothing\n", "nothing was recorded in the kernel");
}

/* Neither is a line of a table: no number, no columns, no place, no samples, no name. */
static void test_other_lines(void **state)
{
	(void)state;
	assert_absent("Samples\tx\t[k] a\n5 [k] a\n5\tx\tk a\n0\tx\t[k] a\n-3\tx\t[k] a\n"
		      "5\tx\t[k]   \n",
		      "nothing was recorded");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_kernel_functions),
		cmocka_unit_test(test_no_names),
		cmocka_unit_test(test_other_lines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
