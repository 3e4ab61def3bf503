// SPDX-License-Identifier: GPL-2.0-only
/* Which backends there are, and which variant belongs to which. */
#include "backend.h"

#include <string.h>

static const char kvm[] = "kvm";

static const struct {
	const char *name, *help;
} variants[] = {
#define SECMMU_VARIANT(name, help) { #name, help },
#include "kmod/variants/variants.def"
#undef SECMMU_VARIANT
	{ kvm, "a machine of KVM with a memory slot for each range; needs /dev/kvm and no module" },
};

const char *const backend_variants[] = {
#define SECMMU_VARIANT(name, help) #name,
#include "kmod/variants/variants.def"
#undef SECMMU_VARIANT
	kvm, NULL
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
	if (!strcmp(name, kvm))
		return &backend_kvm;
	return &backend_secmmu;
}

void backend_finish(void)
{
	static const struct backend *const all[] = { &backend_none, &backend_secmmu, &backend_kvm };

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		if (all[i]->finish)
			all[i]->finish();
}
