/* SPDX-License-Identifier: GPL-2.0-only */
/* What must hold for report.html, whatever a run's names are. */
#ifndef TESTS_FUZZ_PAGE_H
#define TESTS_FUZZ_PAGE_H

/*
 * @text is whole; elements that the report writes and no others, each closed in its turn; attributes
 * that it writes, with links to its own parts and into its own folder only; no other markup.
 */
void require_page(const char *text);

#endif
