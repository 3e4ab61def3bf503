// SPDX-License-Identifier: GPL-2.0-only
/* Tests of secmmu.ko. Runs as root: kmod_test [secmmu.ko [part of the names of tests]] */
#include <stdlib.h>
#include <string.h>

#include "tests/kmod/lib/tap.h"
#include "tests/kmod/lib/tests.h"

static const struct test *const tables[] = {
	tests_load,     tests_abi,      tests_kernel,       tests_owner,        tests_ranges,
	tests_events,   tests_probes,   tests_life,         tests_memory,       tests_device,
	tests_faults,   tests_collide,  tests_ksm,          tests_hmm_anon,     tests_hmm_huge,
	tests_blocking, tests_hmm_file, tests_hmm_teardown, tests_hmm_snapshot,
};

int main(int argc, char **argv)
{
	tap_init();
	if (argc == 3 && !strcmp(argv[1], "--exec"))
		return life_after_exec(atoi(argv[2]));
	return runner_main(tables, ARRAY_SIZE(tables), argc, argv);
}
