// SPDX-License-Identifier: GPL-2.0-only
/*
 * secmmu.ko beside the kernel's own test_hmm.ko, on the same memory: the only way to events of a device
 * with memory of its own. Runs as root, with test_hmm loaded: foreign secmmu.ko [part of the names]
 */
#include "tests/kmod/lib/tap.h"
#include "tests/kmod/lib/tests.h"

static const struct test *const tables[] = { tests_foreign, tests_foreign_race };

int main(int argc, char **argv)
{
	tap_init();
	return runner_main(tables, ARRAY_SIZE(tables), argc, argv);
}
