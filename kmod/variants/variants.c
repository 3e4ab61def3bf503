// SPDX-License-Identifier: GPL-2.0-only
/* The array of variants. */
#include <linux/build_bug.h>
#include <linux/kernel.h>
#include <linux/string.h>
#include <uapi/secmmu.h>
#include "variant.h"

#define ROW_NAME(name) (&(name)[BUILD_BUG_ON_ZERO(sizeof(name) > SECMMU_NAME_LEN)])
#define SECMMU_VARIANT(name, help) { ROW_NAME(#name), &variant_##name },

static const struct variant_row rows[] = {
#include "variants.def"
};

#undef SECMMU_VARIANT

/* The row that is called @name, or NULL. */
const struct variant_row *variant_find(const char *name)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++)
		if (!strcmp(rows[i].name, name))
			return &rows[i];
	return NULL;
}
