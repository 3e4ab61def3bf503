// SPDX-License-Identifier: GPL-2.0-only
/* The gnuplot scripts, in the program itself: it draws wherever it was copied to. */
#include "plot_parts.h"

/* PLOT_TEMPLATES is the folder of the scripts, from the build system. */
#define TEMPLATE(symbol, file)                                                                     \
	__asm__(".pushsection .rodata\n"                                                           \
		".global " #symbol "\n" #symbol ":\n"                                              \
		".incbin \"" PLOT_TEMPLATES "/" file "\"\n"                                        \
		".byte 0\n"                                                                        \
		".popsection")

TEMPLATE(plot_style, "style.gp");
TEMPLATE(plot_scaling_template, "scaling.gp");
TEMPLATE(plot_cdf_template, "cdf.gp");
TEMPLATE(plot_heat_template, "heat.gp");
