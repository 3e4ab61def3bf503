// SPDX-License-Identifier: GPL-2.0-only
/* The style sheet of report.html. */
#include "analysis/text/embed.h"
#include "internal.h"

/* REPORT_STYLE is its file, from the build system. */
EMBED(report_style, REPORT_STYLE);
