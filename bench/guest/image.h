/* SPDX-License-Identifier: GPL-2.0-only */
/* What a guest boots: which kernel, and an initramfs with the project and one job in it. */
#ifndef BENCH_GUEST_IMAGE_H
#define BENCH_GUEST_IMAGE_H

#include <limits.h>
#include <stdbool.h>

#include "vm.h"

struct vm_image {
	char kernel[PATH_MAX];  /* a bzImage or a vmlinux */
	char modules[PATH_MAX]; /* its lib/modules/RELEASE; "": none */
	char release[65];       /* what uname -r says in it */
	bool own;               /* a kernel of the user's */
};

/* Finds the kernel of @spec. 0, or err_setup() when there is none, or it is not a kernel. */
int vm_image_find(const struct vm_spec *spec, struct vm_image *image);

/*
 * Packs the initramfs for @spec, which vm_image_find() has seen, into a memory file that QEMU can
 * inherit. The file descriptor, or err_setup().
 */
int vm_image_pack(const struct vm_spec *spec, const struct vm_image *image);

#endif
