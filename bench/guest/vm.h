/* SPDX-License-Identifier: GPL-2.0-only */
/* Boots a kernel in QEMU, runs one command in it and brings back what it said. */
#ifndef BENCH_GUEST_VM_H
#define BENCH_GUEST_VM_H

#include <stdbool.h>
#include <stddef.h>

/*
 * @nodes:   NUMA nodes with CPUs, each with as many; they stand in a ring, 10 farther for each step
 * @memory_nodes: nodes of memory only, behind these and farther than any of them
 * @threads: CPUs of a core; 0: 1
 * @kernel:  a bzImage or vmlinux; NULL: Debian's, from the cache
 * @modules: its lib/modules/RELEASE; NULL: Debian's, or none with @kernel
 * @accel:   "tcg", "kvm", or NULL: what a probe finds
 * @command: run in the guest from the project's top, NULL-terminated
 * @files:   host files that the guest finds as /job/BASENAME, NULL-terminated; NULL: none
 * @append:  more kernel parameters; NULL: none
 * @boot_s:  how long it may take until the command starts; 0: 180 s,
 *           and a 60th more for each CPU
 * @idle_s:  as long without a byte from the command, and the guest hangs; 0: 120 s,
 *           and a 60th more for each CPU. The console
 *           does not count: a kernel that hangs may still log.
 * @silent_s: added to that: the command may rightly be silent so long
 * @deterministic: the clock counts instructions, so that the same run gives the same figures; one
 *           CPU, emulated (QEMU: -icount shift=0,sleep=off; with more it hangs in early boot)
 */
struct vm_spec {
	unsigned int cpus, nodes, mem_mib;
	unsigned int memory_nodes, threads;
	bool deterministic;
	const char *kernel;
	const char *modules;
	const char *accel;
	const char *const *command;
	const char *const *files;
	const char *append;
	unsigned int boot_s;
	unsigned int idle_s;
	unsigned int silent_s;
};

/*
 * Takes what the guest's command prints to stdout, line by line, without the newline. 0, or a
 * negative errno that ends the guest.
 */
typedef int (*vm_line_fn)(void *arg, const char *line, size_t len);

/*
 * @started:   the guest was up and began with the command
 * @stuck:     it was not up in time
 * @exit_code: of the command
 * @accel:     "tcg" or "kvm"
 * @qemu:      version, as "10.0.2"
 * @splat:     the first suspicious line of the guest's kernel log, "" when it is clean
 */
struct vm_outcome {
	bool started;
	bool stuck;
	int exit_code;
	char accel[8];
	char qemu[32];
	char splat[256];
};

/*
 * Runs @spec->command in a fresh guest. 0 when the command ended and its exit code came back over
 * the verdict channel, whatever it was. Otherwise err_*() was called: -ENODEV (3) when there is
 * no QEMU or kernel, -EIO (5) when the guest panicked, hung or was lost (the last console lines
 * go to stderr); or -EINTR without a sentence after SIGINT, SIGTERM or SIGHUP, which are
 * blocked meanwhile. What @line returned is passed on. The guest is gone in each case. The command's
 * stderr goes to ours as it comes.
 */
int vm_run(const struct vm_spec *spec, vm_line_fn line, void *arg, struct vm_outcome *outcome);

/*
 * Whether secmmu.ko was built for the kernel that @spec boots, whose release goes into @release
 * (65 bytes will do). 0, or err_setup() with what to do: no kernel, or no module for it.
 */
int vm_module_check(const struct vm_spec *spec, char *release, size_t size);

/*
 * Which accelerator works here for the kernel that @spec names: "kvm" only if a probe boot under it has
 * succeeded (kept in the cache until the machine boots), else "tcg". @why, of @size bytes, says why.
 */
const char *vm_accel(const struct vm_spec *spec, char *why, size_t size);

#endif
