/* SPDX-License-Identifier: GPL-2.0-only */
/* What a guest says of its command, line by line, on a port of its own; vm/init writes it. */
#ifndef BENCH_GUEST_MESSAGE_H
#define BENCH_GUEST_MESSAGE_H

#include <stddef.h>

struct verdict {
	enum {
		VERDICT_START, /* the guest is up and its command runs */
		VERDICT_SPLAT, /* its kernel's log is not clean */
		VERDICT_EXIT,  /* the command has ended */
	} kind;
	const char *text; /* of a splat: in the line */
	int exit_code;    /* 0 to 255 */
};

/* Reads "start", "splat TEXT" or "exit CODE". 0; -EIO with a sentence for any other line. */
int verdict_read(struct verdict *verdict, const char *line, size_t len);

#endif
