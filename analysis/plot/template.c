// SPDX-License-Identifier: GPL-2.0-only
/* The gnuplot scripts. */
#include "analysis/text/embed.h"
#include "internal.h"

/* PLOT_TEMPLATES is the folder of the scripts, from the build system. */
EMBED(plot_style, PLOT_TEMPLATES "/style.gp");
EMBED(plot_scaling_template, PLOT_TEMPLATES "/scaling.gp");
EMBED(plot_cdf_template, PLOT_TEMPLATES "/cdf.gp");
EMBED(plot_tail_template, PLOT_TEMPLATES "/tail.gp");
EMBED(plot_spectrum_template, PLOT_TEMPLATES "/spectrum.gp");
EMBED(plot_heat_template, PLOT_TEMPLATES "/heat.gp");
EMBED(plot_strip_template, PLOT_TEMPLATES "/strip.gp");
EMBED(plot_time_template, PLOT_TEMPLATES "/time.gp");
EMBED(plot_retries_template, PLOT_TEMPLATES "/retries.gp");
EMBED(plot_ratio_template, PLOT_TEMPLATES "/ratio.gp");
EMBED(plot_stack_template, PLOT_TEMPLATES "/stack.gp");
