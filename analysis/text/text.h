/* SPDX-License-Identifier: GPL-2.0-only */
/* How numbers and text of a result are shown. */
#ifndef ANALYSIS_TEXT_TEXT_H
#define ANALYSIS_TEXT_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

enum {
	TEXT_NUMBER = 32
}; /* bytes for any number that is written here */

/* Columns that the UTF-8 @text takes on a terminal, each character taken as one wide. */
size_t text_width(const char *text);

enum {
	TEXT_COLUMNS = 75
}; /* what a mail can quote twice without a wrap */

/*
 * Prints the words of @text in lines of TEXT_COLUMNS, all but the first with @indent blanks
 * in front.
 */
void text_wrap(FILE *out, const char *text, int indent);

/*
 * @text, or when it is wider than @columns its beginning and ".." in @buf, which has 4 *
 * @columns + 1 bytes.
 */
const char *text_clip(char *buf, const char *text, size_t columns);

/* The shortest decimal that reads back as exactly @value. */
const char *text_exact(char buf[static TEXT_NUMBER], double value);

/*
 * One unit and one number of decimals for all the figures of a table, so that they line up
 * and can be compared by eye. @factor turns the metric's unit into @unit.
 */
struct text_scale {
	double factor;
	const char *unit;
	int decimals;
};

/*
 * The scale in which @smallest, in @unit, keeps three digits. Only "ns" is scaled: to us
 * from 1,000 and to ms from 1,000,000 on. A whole @smallest without a unit is a count and
 * has no decimals. @smallest of 0, or NAN, gives @unit itself without decimals.
 */
struct text_scale text_scale(const char *unit, double smallest);

/* @value in @scale's unit, without the unit; "-" for NAN. */
const char *text_scaled(char buf[static TEXT_NUMBER], const struct text_scale *scale, double value);

/*
 * A change as a signed percentage without the sign of per cent: 0.061 is "+6.1", 3.12 is
 * "+312".
 */
const char *text_change(char buf[static TEXT_NUMBER], double change);

/* One CSV field, quoted as RFC 4180 asks where it has to be. */
void text_csv(FILE *out, const char *text);

/*
 * @text, whose lines end in newlines, as a fenced block of Markdown: its fence is longer than any row of
 * backticks in it. An empty first line is left out.
 */
void text_fenced(FILE *out, const char *text);

/* @text with each character that Markdown could take as markup escaped. */
void text_markdown(FILE *out, const char *text);

#endif
