/* SPDX-License-Identifier: GPL-2.0-only */
/* Text of a result within a page of HTML: nothing that it holds is ever markup. */
#ifndef ANALYSIS_REPORT_HTML_H
#define ANALYSIS_REPORT_HTML_H

#include <stddef.h>
#include <stdio.h>

/*
 * @text for an element or for an attribute in double quotes. What is no character that a document may
 * have is U+FFFD, be it in @text as a control character or as bytes that are no UTF-8; what changes the
 * direction of writing, or is not seen, is shown by its number.
 */
void html_text(FILE *out, const char *text);

/* @format with each %s replaced by html_text() of a string, and %% by %; nothing else is known. */
void html_put(FILE *out, const char *format, ...);

/* @size bytes as base64, for a data: URI. */
void html_base64(FILE *out, const void *data, size_t size);

#endif
