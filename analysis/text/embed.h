/* SPDX-License-Identifier: GPL-2.0-only */
/* Files in the program itself: it works wherever it was copied to. */
#ifndef ANALYSIS_TEXT_EMBED_H
#define ANALYSIS_TEXT_EMBED_H

/* Makes the file @path, a string literal, the string @symbol. */
#define EMBED(symbol, path)                                                                        \
	__asm__(".pushsection .rodata\n"                                                           \
		".global " #symbol "\n" #symbol ":\n"                                              \
		".incbin \"" path "\"\n"                                                           \
		".byte 0\n"                                                                        \
		".popsection")

#endif
