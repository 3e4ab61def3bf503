/* SPDX-License-Identifier: GPL-2.0-only */
/* Boots a kernel in QEMU, runs one command in it and brings back what it said. */
#ifndef BENCH_VM_H
#define BENCH_VM_H

#include <stdbool.h>
#include <stddef.h>

struct vm_spec {
	unsigned int cpus, nodes, mem_mib;
	const char *kernel; /* a bzImage; NULL: Debian's, from the cache */
	const char *
		modules; /* its modules' folder (lib/modules/RELEASE); NULL: Debian's, or none with @kernel */
	const char *accel;          /* "tcg", "kvm", or NULL: probe */
	const char *const *command; /* run in the guest from the project's top, NULL-terminated */
	const char *const *
		files; /* host files that the guest finds as /job/BASENAME, NULL-terminated; NULL: none */
	const char *append; /* more kernel parameters; NULL: none */
	unsigned int
		idle_s; /* as long without a byte from the command: the guest hangs. 0: 120 s */
};

/* Takes what the guest's command prints to stdout, line by line, without the newline. 0, or a negative errno that ends the guest. */
typedef int (*vm_line_fn)(void *arg, const char *line, size_t len);

struct vm_outcome {
	int exit_code;   /* of the command */
	char accel[8];   /* "tcg" or "kvm" */
	char qemu[32];   /* version, as "7.2.22" */
	char splat[256]; /* first suspicious line of the guest's kernel log, "" when it is clean */
};

/*
 * Runs @spec->command in a fresh guest. 0 when the command ended and its exit code came back over the verdict
 * channel, whatever it was. Otherwise err_*() was called: -ENODEV (3) when there is no QEMU or kernel, -EIO (5) when the
 * guest panicked, hung or was lost (the last console lines go to stderr), -EINTR after SIGINT or SIGTERM. The guest is gone in each case.
 * The command's stderr goes to ours as it comes.
 */
int vm_run(const struct vm_spec *spec, vm_line_fn line, void *arg, struct vm_outcome *outcome);

/* Which accelerator works here: "kvm" only if a probe boot under it has succeeded (kept in the cache), else "tcg"; @why, of @size bytes, says why. */
const char *vm_accel(char *why, size_t size);

#endif
