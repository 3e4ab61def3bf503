// SPDX-License-Identifier: GPL-2.0-only
/* Which backends there are, and which variant belongs to which. */
#include "backend.h"

#include <string.h>

static const struct {
	const char *name, *help;
} variants[] = {
#define SECMMU_VARIANT(name, help) { #name, help },
#include "kmod/variants.def"
#undef SECMMU_VARIANT
};

const char *const backend_variants[] = {
#define SECMMU_VARIANT(name, help) #name,
#include "kmod/variants.def"
#undef SECMMU_VARIANT
	NULL
};

const char *backend_help(const char *name)
{
	for (size_t i = 0; i < sizeof(variants) / sizeof(variants[0]); i++)
		if (!strcmp(variants[i].name, name))
			return variants[i].help;
	return NULL;
}

const struct backend *backend_find(const char *name, enum select select)
{
	if (select == SELECT_FILE && !strcmp(name, "none"))
		return &backend_none;
	return &backend_secmmu;
}
