/* SPDX-License-Identifier: GPL-2.0-only */
/* One boot of a guest, from the start of QEMU to its end. */
#ifndef BENCH_VM_SESSION_H
#define BENCH_VM_SESSION_H

#include "vm.h"

#define CONSOLE_LINES 30
#define CONSOLE_WIDTH 200

/* The last lines that the guest's kernel, and QEMU itself, have printed. */
struct vm_console {
	char line[CONSOLE_LINES][CONSOLE_WIDTH];
	unsigned int
		count; /* of all that came; line[count % CONSOLE_LINES] is the oldest once it is full */
};

/*
 * As vm_run(), but under the accelerator @accel, and the console's lines are left to the caller.
 * @outcome->accel and ->qemu are not touched.
 */
int vm_session(const struct vm_spec *spec, const char *accel, vm_line_fn line, void *arg,
	       struct vm_outcome *outcome, struct vm_console *console);

void vm_console_print(const struct vm_console *console);

#endif
