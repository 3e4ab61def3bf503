/* SPDX-License-Identifier: GPL-2.0-only */
/* Pages that are lost. */
#ifndef TESTS_FUZZ_ABI_ORPHANS_H
#define TESTS_FUZZ_ABI_ORPHANS_H

/* How many there are in the machine; -1: this kernel does not tell. When no program runs. */
long orphans_count(void);

#endif
