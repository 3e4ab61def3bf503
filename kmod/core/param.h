/* SPDX-License-Identifier: GPL-2.0-only */
/* Module parameters, set when the module is loaded. */
#ifndef SECMMU_CORE_PARAM_H
#define SECMMU_CORE_PARAM_H

#include <linux/types.h>

struct variant_row;

/* variant=: what SECMMU_ATTACH takes when it names none. */
const struct variant_row *param_variant(void);

/* max_ranges=: most spans that one file may hold. */
extern unsigned int param_max_ranges;

/* max_pages=: most pages that one file may have table slots for. */
extern unsigned long param_max_pages;

#endif
