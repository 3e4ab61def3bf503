/* SPDX-License-Identifier: GPL-2.0-only */
/* What a command may return, and how often it returned what. */
#ifndef TESTS_FUZZ_ABI_RESULT_H
#define TESTS_FUZZ_ABI_RESULT_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "program.h"

/* The kinds of results: 0, and the errors that uapi/secmmu.h speaks of. */
#define RESULTS(X)                                                                                 \
	X(EPERM)                                                                                   \
	X(ENOENT)                                                                                  \
	X(EINTR)                                                                                   \
	X(ENXIO)                                                                                   \
	X(E2BIG)                                                                                   \
	X(EBADF)                                                                                   \
	X(ENOMEM)                                                                                  \
	X(EFAULT)                                                                                  \
	X(EBUSY)                                                                                   \
	X(EINVAL)                                                                                  \
	X(ENOTTY)                                                                                  \
	X(ENOSPC)                                                                                  \
	X(EOPNOTSUPP)                                                                              \
	X(ENOTCONN)                                                                                \
	X(ETIMEDOUT)

enum result {
	GOT_OK,
#define RESULT(name) GOT_##name,
	RESULTS(RESULT)
#undef RESULT
	GOT_OTHER,
	GOT_COUNT
};

/* A set of results. */
typedef uint32_t results;
#define SET(result) ((results)1 << (result))

enum result result_of(int ret); /* 0 or -errno */
/* "EFAULT or EINVAL", in @text. */
const char *results_text(results set, char *text, size_t size);
/* What the header's documentation permits for the command of @op. */
results results_documented(enum op op);

/* How often; shared by all processes. */
struct counts {
	atomic_ulong result[OP_LAST_IOCTL + 1][GOT_COUNT];
	atomic_ulong calls; /* of all kinds */
	atomic_ulong programs;
	atomic_ulong failed;    /* of these */
	atomic_ulong predicted; /* results that the model had only one answer for, and were it */
};

void counts_print(struct counts *counts, FILE *out);
unsigned long counts_ioctls(struct counts *counts);
/* Says which results there should have been, and were not; how many. */
int counts_missing(struct counts *counts);

#endif
