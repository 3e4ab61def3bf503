/* SPDX-License-Identifier: GPL-2.0-only */
/* One boot of a guest, from the start of QEMU to its end. */
#ifndef BENCH_GUEST_SESSION_H
#define BENCH_GUEST_SESSION_H

#include "image.h"

#define CONSOLE_LINES 60
#define CONSOLE_WIDTH 200

/*
 * The last lines that the guest's kernel, and QEMU itself, have printed.
 * @broken: the first line of all that tells of a panic or an oops, "" when there was none
 * @count:  of all lines that came; the oldest that is kept is at @count % CONSOLE_LINES
 */
struct vm_console {
	char line[CONSOLE_LINES][CONSOLE_WIDTH];
	char broken[CONSOLE_WIDTH];
	unsigned int count;
};

/*
 * As vm_run(), but with the kernel of @image and under the accelerator @accel, and the console's
 * lines are left to the caller. @outcome->accel and ->qemu are not touched.
 */
int vm_session(const struct vm_spec *spec, const struct vm_image *image, const char *accel,
	       vm_line_fn line, void *arg, struct vm_outcome *outcome, struct vm_console *console);

void vm_console_print(const struct vm_console *console);

#endif
