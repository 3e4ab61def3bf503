// SPDX-License-Identifier: GPL-2.0-only
/*
 * The oracle: does the device ever see memory that it may not see any more? Runs as root:
 *
 *	oracle secmmu.ko [--invalidations N] [--variant NAME]	nothing stale may be seen
 *	oracle secmmu.ko --defects [--variant NAME]		in a test build: each defect must be seen
 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "oracle.h"
#include "tests/kmod/lib/kernel.h"
#include "tests/kmod/lib/module.h"
#include "tests/kmod/lib/tap.h"

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

/* In one CI run; in a thorough one, a million. */
#define INVALIDATIONS_DEFAULT 10000

/* A defect that was not seen in this time is one that the oracle cannot see: on a busy host, few faults collide. */
#define DEFECT_SECONDS 60

/* Without a defect, for a million invalidations on a slow machine. */
#define MOST_SECONDS 3600

struct tap *tap;

/* What a variant can be asked. */
#define ANY_LOCK 1
#define TOLD     2

static const struct oracle_variant {
	const char *name;
	int can;
} variants[] = {
	{ "list", ANY_LOCK | TOLD },
	{ "rbtree", ANY_LOCK | TOLD },
	{ "accumulate", ANY_LOCK | TOLD },
	{ "itree", ANY_LOCK | TOLD },
	{ "coarse", ANY_LOCK | TOLD },
	{ "mixed", TOLD },
	{ "tlb", 0 },
	{ "twopass", ANY_LOCK | TOLD },
};

/* A device, what it is called, and what the variant must be able to do for it. */
struct setting {
	const char *name;
	struct secmmu_attach attach;
	bool huge;
	int needs;
};

static const struct setting settings[] = {
	{ "spin aware hmm", { .lock = SECMMU_LOCK_SPIN }, false, 0 },
	{ "spin blind gup",
	  { .events = SECMMU_EVENTS_BLIND, .engine = SECMMU_ENGINE_GUP },
	  false,
	  0 },
	{ "rwsem aware gup",
	  { .lock = SECMMU_LOCK_RWSEM, .engine = SECMMU_ENGINE_GUP },
	  false,
	  ANY_LOCK },
	{ "mutex blind hmm",
	  { .lock = SECMMU_LOCK_MUTEX, .events = SECMMU_EVENTS_BLIND, .flush_ns = 2000 },
	  false,
	  ANY_LOCK },
	{ "spin aware hmm, huge pages", { .flush_ns = 1000 }, true, 0 },
};

#define DEAF_TO(event) .defect = SECMMU_DEFECT_DEAF, .defect_events = 1u << (event)

static const struct setting defects[] = {
	{ "no retry", { .engine = SECMMU_ENGINE_GUP, .defect = SECMMU_DEFECT_NO_RETRY }, false, 0 },
	{ "one page of a huge one", { .defect = SECMMU_DEFECT_ONE_PAGE }, true, 0 },
	{ "deaf to UNMAP", { DEAF_TO(0) }, false, TOLD },
	{ "deaf to CLEAR", { DEAF_TO(1) }, false, TOLD },
	{ "deaf to PROTECTION_VMA", { DEAF_TO(2) }, false, TOLD },
};

static bool variant_is_here(const char *variant)
{
	int fd = dev_open();
	int ret;

	REQUIRE(fd >= 0);
	ret = dev_attach(fd, variant, 0);
	close(fd);
	return ret == 0;
}

static double clock_s(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* One setting of one variant: whether it went as it must. */
static bool run_one(const char *variant, const struct setting *setting, unsigned long invalidations)
{
	struct trial trial = {
		.variant = variant,
		.attach = setting->attach,
		.huge = setting->huge,
		.invalidations = setting->attach.defect ? ~0ul : invalidations,
		.seconds =
			setting->attach.defect ? DEFECT_SECONDS * kernel_slowness() : MOST_SECONDS,
	};
	struct verdict verdict = { 0 };
	double began = clock_s();
	bool good;

	oracle_try(&trial, &verdict);
	good = setting->attach.defect ? verdict_stale(&verdict) > 0 : !verdict_stale(&verdict);
	good = good && !atomic_load(&verdict.broken);
	tap_note("%lu invalidations, %lu accesses, %lu faults, %llu retries, %lu given up, %llu "
		 "verified; stale: %lu read, %lu written, %lu verified; %.1f s",
		 atomic_load(&verdict.invalidations), atomic_load(&verdict.accesses),
		 atomic_load(&verdict.faults), (unsigned long long)verdict.retries,
		 atomic_load(&verdict.given_up), (unsigned long long)verdict.checked,
		 atomic_load(&verdict.stale_reads), atomic_load(&verdict.stale_writes),
		 atomic_load(&verdict.stale_verified), clock_s() - began);
	return good;
}

static bool fits(const struct oracle_variant *variant, const struct setting *setting)
{
	return (variant->can & setting->needs) == setting->needs;
}

/*
 * How many of a variant's invalidations are of row @row: a hundredth of those of a row with small
 * pages where its pages are huge, since each of these takes that much longer.
 */
static unsigned long share_of(const struct oracle_variant *variant, const struct setting *table,
			      size_t rows, size_t row, unsigned long invalidations)
{
	unsigned int small = 0;
	size_t i;

	for (i = 0; i < rows; i++)
		small += fits(variant, &table[i]) && !table[i].huge;
	return invalidations / (table[row].huge ? 100 * small : small) + 1;
}

/* All settings of @table, a variant's invalidations split among them; the number of failures. */
static int run_table(const struct setting *table, size_t rows, const char *only,
		     unsigned long invalidations)
{
	const struct oracle_variant *variant;
	int number = 0, failed = 0;
	size_t i;

	for (variant = variants; variant < variants + ARRAY_SIZE(variants); variant++) {
		if (only && strcmp(only, variant->name) != 0)
			continue;
		if (!variant_is_here(variant->name)) {
			tap_note("this kernel has no %s", variant->name);
			continue;
		}
		for (i = 0; i < rows; i++) {
			bool good;

			if (!fits(variant, &table[i]))
				continue;
			if (table[i].huge && !field_can_be_huge()) {
				printf("ok %d - %s: %s # SKIP this kernel has no huge pages\n",
				       ++number, variant->name, table[i].name);
				continue;
			}
			good = run_one(variant->name, &table[i],
				       share_of(variant, table, rows, i, invalidations));
			good = good && !atomic_load(&tap->failures);
			failed += !good;
			printf("%s %d - %s: %s\n", good ? "ok" : "not ok", ++number, variant->name,
			       table[i].name);
			fflush(stdout);
		}
	}
	printf("1..%d\n", number);
	return failed;
}

static const struct option options[] = {
	{ "invalidations", required_argument, NULL, 'n' },
	{ "variant", required_argument, NULL, 'v' },
	{ "defects", no_argument, NULL, 'd' },
	{ 0 },
};

int main(int argc, char **argv)
{
	unsigned long invalidations = INVALIDATIONS_DEFAULT;
	const char *only = NULL;
	bool with_defects = false;
	int failed, option;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (option == 'n')
			invalidations = strtoul(optarg, NULL, 0);
		else if (option == 'v')
			only = optarg;
		else if (option == 'd')
			with_defects = true;
		else
			return 2;
	}
	if (optind + 1 != argc || !invalidations) {
		fprintf(stderr, "usage: oracle [--invalidations N] [--variant NAME] [--defects] "
				"secmmu.ko\n");
		return 2;
	}
	tap_init();
	module_file = argv[optind];
	REQUIRE_EQ(module_load(""), 0);
	failed = with_defects ? run_table(defects, ARRAY_SIZE(defects), only, invalidations)
			      : run_table(settings, ARRAY_SIZE(settings), only, invalidations);
	REQUIRE_EQ(module_unload(), 0);
	return failed ? 1 : 0;
}
