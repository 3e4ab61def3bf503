/* SPDX-License-Identifier: GPL-2.0-only */
/* What went wrong, in one sentence, and the exit code that it deserves. */
#ifndef UTIL_ERR_H
#define UTIL_ERR_H

/* Exit codes of each command; documented in README.md. */
enum exit_code {
	EXIT_FINE = 0,
	EXIT_REGRESSION = 1, /* a regression was proven, or a test failed */
	EXIT_USAGE = 2,      /* unknown name, bad value, a file that cannot be read as results */
	EXIT_SETUP = 3,   /* something that the command needs is missing: package, right, kernel */
	EXIT_SKIPPED = 4, /* nothing could be measured here, and that is no fault */
	EXIT_UNTRUSTED = 5, /* the result is not to be trusted: guest lost, splat, failed samples */
};

/*
 * Each keeps the sentence for err_report() and returns a negative errno, so that
 * a function ends with `return err_usage(...)`. A sentence says what was tried, on
 * what, why it failed and what to do next, without a newline. The first sentence stays until
 * err_report() or err_clear(): it is nearest to the cause.
 */
int err_regression(const char *format, ...) __attribute__((format(printf, 1, 2))); /* -EDOM */
int err_usage(const char *format, ...) __attribute__((format(printf, 1, 2)));      /* -EINVAL */
int err_setup(const char *format, ...) __attribute__((format(printf, 1, 2)));      /* -ENODEV */
int err_skipped(const char *format, ...) __attribute__((format(printf, 1, 2)));    /* -ENOTSUP */
int err_untrusted(const char *format, ...) __attribute__((format(printf, 1, 2)));  /* -EIO */

/* -ENOMEM, exit code 3. */
int err_memory(void);

/* The sentence, or "" when there is none. Valid until the next err_*() call of this thread. */
const char *err_text(void);

/* The exit code of the sentence; EXIT_FINE when there is none. */
enum exit_code err_exit_code(void);

void err_clear(void);

/*
 * Prints "shootdown: SENTENCE." to stderr when there is one (without the full stop after a
 * question), forgets it, and returns its exit code.
 */
enum exit_code err_report(void);

#endif
