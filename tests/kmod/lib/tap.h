/* SPDX-License-Identifier: GPL-2.0-only */
/* TAP output, and checks that count in whichever process of a test they fail. */
#ifndef TESTS_KMOD_LIB_TAP_H
#define TESTS_KMOD_LIB_TAP_H

#include <errno.h>
#include <stdatomic.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

/* The test that runs now; shared with all processes that it starts. */
struct tap {
	atomic_int failures;
	char skip[128]; /* why it could not be tried; empty: it was */
};

extern struct tap *tap;

/* Failures are said in detail up to this many per test. */
#define TAP_DETAILS 10

static inline void tap_init(void)
{
	tap = mmap(NULL, sizeof(*tap), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (tap == MAP_FAILED) {
		perror("kmod_test: cannot map the shared state");
		exit(1);
	}
}

static inline void tap_note(const char *format, ...) __attribute__((format(printf, 1, 2)));
static inline void tap_note(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	printf("# ");
	vprintf(format, args);
	printf("\n");
	fflush(stdout);
	va_end(args);
}

static inline void tap_fail(const char *file, int line, const char *what)
{
	if (atomic_fetch_add(&tap->failures, 1) < TAP_DETAILS)
		tap_note("%s:%d: %s", file, line, what);
}

/* The check that @expr is @want; both of any integer type. True if so. */
static inline int tap_equal(const char *file, int line, const char *expr, long long got,
			    long long want)
{
	char what[256];

	if (got == want)
		return 1;
	snprintf(what, sizeof(what), "%s is %lld, not %lld", expr, got, want);
	tap_fail(file, line, what);
	return 0;
}

#define CHECK(cond)         ((cond) ? (void)0 : tap_fail(__FILE__, __LINE__, "not so: " #cond))
#define CHECK_EQ(got, want) tap_equal(__FILE__, __LINE__, #got, (long long)(got), (long long)(want))

/* Without this, going on makes no sense: ends the process. */
#define REQUIRE(cond)                                                                              \
	do {                                                                                       \
		if (!(cond)) {                                                                     \
			tap_note("errno is %d, %s", errno, strerror(errno));                       \
			tap_fail(__FILE__, __LINE__, "required: " #cond);                          \
			exit(1);                                                                   \
		}                                                                                  \
	} while (0)
#define REQUIRE_EQ(got, want)                                                                      \
	do {                                                                                       \
		if (!CHECK_EQ((got), (want)))                                                      \
			exit(1);                                                                   \
	} while (0)

/* Ends the process: the test cannot be tried here. */
#define SKIP(reason)                                                                               \
	do {                                                                                       \
		snprintf(tap->skip, sizeof(tap->skip), "%s", (reason));                            \
		exit(0);                                                                           \
	} while (0)

#endif
