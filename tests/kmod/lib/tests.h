/* SPDX-License-Identifier: GPL-2.0-only */
/* The tables of tests. */
#ifndef TESTS_KMOD_LIB_TESTS_H
#define TESTS_KMOD_LIB_TESTS_H

#include <stdbool.h>
#include <stddef.h>

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

enum per_variant {
	ONCE = false,
	EACH = true,
	ALIKE
};

/**
 * struct test - one thing that the module must do
 * @name:        for the report
 * @run:         runs in a process of its own; @variant is NULL unless @per_variant
 * @params:      module parameters that it wants; NULL: the module must not be loaded
 * @per_variant: run once for each row of kmod/variants/variants.def; ALIKE: what it looks at is the same code for
 *               each of them, so that on a slow kernel some will do, other ones for each test
 */
struct test {
	const char *name;
	void (*run)(const char *variant);
	const char *params;
	enum per_variant per_variant;
};

/*
 * What main() of a program of tests does once tap_init() was called: runs the tests of @tables whose
 * names have argv[2] in them, on the module that argv[1] names. The exit code.
 */
int runner_main(const struct test *const *tables, size_t count, int argc, char **argv);

/* Each ends with a row without a name. */
extern const struct test tests_load[];
extern const struct test tests_abi[];
extern const struct test tests_kernel[];
extern const struct test tests_owner[];
extern const struct test tests_ranges[];
extern const struct test tests_events[];
extern const struct test tests_probes[];
extern const struct test tests_life[];
extern const struct test tests_memory[];
extern const struct test tests_device[];
extern const struct test tests_faults[];
extern const struct test tests_collide[];
extern const struct test tests_blocking[];
extern const struct test tests_ksm[];
extern const struct test tests_hmm_anon[];
extern const struct test tests_hmm_huge[];
extern const struct test tests_hmm_file[];
extern const struct test tests_hmm_teardown[];
extern const struct test tests_hmm_snapshot[];
extern const struct test tests_foreign[];
extern const struct test tests_foreign_race[];

/*
 * Of the combinations that a test goes through, does this run of it take number @i? All are taken, but on a
 * slow kernel one in @of: other ones by another variant, and by another test.
 */
bool combination_is_taken(int i, int of);

/* The names in kmod/variants/variants.def; the last is NULL. */
extern const char *const variants[];

/* Does the variant subscribe at all; do its callbacks look for ranges; is it called by range? One range each? */
bool variant_subscribes(const char *variant);
bool variant_tracks(const char *variant);
bool variant_is_interval(const char *variant);
bool variant_is_per_range(const char *variant);
/* Does this kernel have it; are its callbacks told the event's type; does it only take a spinlock? */
bool variant_has_end(const char *variant);
bool variant_is_there(const char *variant);
bool variant_is_told(const char *variant);
bool variant_spins(const char *variant);

/* From a process whose address space did not open @fd: all commands that reach memory are EPERM. */
void owner_forbids(int fd, const char *variant);

/* Is that what @want invalidations of one range give? A TLB's flush may come more than once for each. */
bool hits_are(const char *variant, unsigned long long hits, unsigned long long want);

/* This program was started as "kmod_test --exec FD": the second half of a test in tests_life. */
int life_after_exec(int fd);

#endif
