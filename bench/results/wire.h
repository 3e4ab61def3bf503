/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Records on a serial port, each as one line: packed, for an emulated port takes 6 us a byte, and a record is
 * mostly like the one before.
 *
 * The form: '=', then base64 of a zlib stream (RFC 1950) that goes on from line to line, flushed at the end of
 * each.
 */
#ifndef BENCH_RESULTS_WIRE_H
#define BENCH_RESULTS_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <zlib.h>

/* One end; the two are not to be mixed. Empty when all zero. */
struct wire {
	z_stream z;
	bool packs, unpacks;
};

/* @len bytes at @text as a line, without its end, that the caller frees. NULL: no memory. */
char *wire_pack(struct wire *wire, const char *text, size_t len);

/*
 * The text of a line of wire_pack(), with a '\0' behind its *@size bytes, that the caller frees. NULL with
 * err_memory(), or with err_untrusted() for anything else: no line after that has a meaning.
 */
char *wire_unpack(struct wire *wire, const char *line, size_t len, size_t *size);

void wire_close(struct wire *wire);

#endif
