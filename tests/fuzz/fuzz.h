/* SPDX-License-Identifier: GPL-2.0-only */
/* What the fuzz targets share: what must hold for any input, besides that nothing crashes. */
#ifndef TESTS_FUZZ_FUZZ_H
#define TESTS_FUZZ_FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* Called by libFuzzer, or by replay.c, once for each input. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Ends the program, loudly, unless @holds. */
void require(bool holds, const char *format, ...) __attribute__((format(printf, 2, 3)));

/*
 * @ret is 0 and there is no error, or it is negative, and there is one line of one sentence without
 * control characters, and an exit code that says what kind it is. Forgets the error. True for 0.
 */
bool accepted(int ret);

/* The input as text: what stands before its first NUL byte. To be freed. */
char *text_of(const uint8_t *data, size_t size);

/* Printable text in lines, and nothing that a terminal obeys. */
void require_plain(const char *what, const char *text);

/* RFC 4180, with newlines only: as many fields in each row. */
void require_csv(const char *text);

/* A folder of this program's own, for the files that an input is made into; gone at exit. */
const char *scratch(void);

/* Reads the file @name of @folder whole; "" when there is none. To be freed. */
char *contents(const char *folder, const char *name);

/* Writes @size bytes into the file @name of @folder. */
void put_contents(const char *folder, const char *name, const void *data, size_t size);

/* Removes @folder with its files and one level of folders. */
void remove_folder(const char *folder);

/*
 * The files of a run as one input: run.json, a NUL byte, samples.jsonl. @head and @lines point into
 * @data.
 */
struct run_input {
	const char *head, *lines;
	size_t head_len, lines_len;
};

struct run_input run_input(const uint8_t *data, size_t size);

#endif
