/* SPDX-License-Identifier: GPL-2.0-only */
/* What a guest boots: which kernel, and an initramfs with the project and one job in it. */
#ifndef BENCH_VM_IMAGE_H
#define BENCH_VM_IMAGE_H

#include <limits.h>

#include "vm.h"

struct vm_image {
	char kernel[PATH_MAX];  /* a bzImage or a vmlinux */
	char modules[PATH_MAX]; /* its lib/modules/RELEASE; "": none */
	char release[65];       /* what uname -r says in it */
	int initrd;             /* memory file that QEMU inherits */
};

/*
 * Finds the kernel of @spec and packs its initramfs. On success the caller closes @image->initrd; otherwise err_*() was
 * called: no kernel, not a kernel, no tool to pack with.
 */
int vm_image_make(const struct vm_spec *spec, struct vm_image *image);

#endif
