/* SPDX-License-Identifier: GPL-2.0-only */
/* One QEMU: its command line, its process, and the ports that it talks through. */
#ifndef BENCH_GUEST_QEMU_H
#define BENCH_GUEST_QEMU_H

#include <stddef.h>
#include <sys/types.h>

#include "vm.h"

/* A serial port each, in the order of ttyS0 to ttyS3 (vm/init); then what QEMU itself says. */
enum vm_port {
	PORT_CONSOLE,
	PORT_RESULTS,
	PORT_VERDICT,
	PORT_MESSAGES,
	PORT_QEMU,
	PORTS
};

struct vm_qemu {
	pid_t pid;
	int fd[PORTS]; /* non-blocking; end of file when QEMU has ended */
};

/*
 * Which QEMU runs: what SHOOTDOWN_QEMU names, or the one that vm/qemu.sh has put into the cache, or
 * that of the PATH. It may not be there.
 */
void vm_qemu_program(char *program, size_t size);

/* The version of the QEMU that would run, as "10.0.2". 0, or err_setup() when there is none. */
int vm_qemu_version(char *version, size_t size);

/* Whether @spec is a machine that QEMU can be: 0, or err_usage(). */
int vm_qemu_check(const struct vm_spec *spec);

/*
 * Starts the guest. @spec was checked; @initrd is an open file without close-on-exec; @accel is
 * "tcg" or "kvm". 0, or err_*(); after 0 vm_qemu_stop() is due. QEMU dies with the thread that
 * called this, however that ends.
 */
int vm_qemu_start(struct vm_qemu *qemu, const struct vm_spec *spec, const char *kernel, int initrd,
		  const char *accel);

/* Kills the guest when it still runs, reaps it, closes the ports. Its wait status. */
int vm_qemu_stop(struct vm_qemu *qemu);

#endif
