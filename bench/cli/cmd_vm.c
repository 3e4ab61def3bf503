// SPDX-License-Identifier: GPL-2.0-only
/* shootdown vm: runs one command in a guest, as if it were here. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/guest/vm.h"
#include "commands.h"
#include "options.h"
#include "util/err.h"

struct options {
	struct vm_spec spec;
	const char **files;
	size_t file_count;
};

enum {
	KEY_CPUS = 0x100,
	KEY_NODES,
	KEY_MEM,
	KEY_MEMORY_NODES,
	KEY_THREADS,
	KEY_KERNEL,
	KEY_MODULES,
	KEY_FILE,
	KEY_BOOT,
	KEY_IDLE,
	KEY_ACCEL,
	KEY_APPEND
};

static const struct argp_option argp_options[] = {
	{ "cpus", KEY_CPUS, "N", 0, "Virtual CPUs (4)", 0 },
	{ "nodes", KEY_NODES, "N", 0, "NUMA nodes, with the same number of CPUs each (2)", 0 },
	{ "memory-nodes", KEY_MEMORY_NODES, "N", 0, "NUMA nodes of memory only, beside these (0)",
	  0 },
	{ "threads", KEY_THREADS, "N", 0, "CPUs of a core (1)", 0 },
	{ "mem", KEY_MEM, "MIB", 0, "Memory in MiB (2048)", 0 },
	{ "kernel", KEY_KERNEL, "FILE", 0, "Boot this bzImage or vmlinux instead of Debian's", 0 },
	{ "modules", KEY_MODULES, "DIR", 0, "Its lib/modules/RELEASE", 0 },
	{ "accel", KEY_ACCEL, "NAME", 0, "tcg or kvm, instead of what a probe finds", 0 },
	{ "append", KEY_APPEND, "TEXT", 0, "More kernel parameters", 0 },
	{ "file", KEY_FILE, "FILE", 0, "The guest finds this file in /job (repeatable)", 0 },
	{ "boot", KEY_BOOT, "SECONDS", 0, "So long may it take until its command starts (180)", 0 },
	{ "idle", KEY_IDLE, "SECONDS", 0,
	  "The guest hangs when its command is silent so long (120)", 0 },
	{ 0 }
};

static int number(const char *option, const char *text, unsigned int *to)
{
	long long value;
	int ret = option_number(option, text, 1, 1 << 30, &value);

	if (!ret)
		*to = (unsigned int)value;
	return ret;
}

static int add_file(struct options *options, const char *file)
{
	const char **files = reallocarray(options->files, options->file_count + 2, sizeof(*files));

	if (!files)
		return err_memory();
	files[options->file_count++] = file;
	files[options->file_count] = NULL;
	options->files = files;
	return 0;
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct options *options = state->input;
	struct vm_spec *spec = &options->spec;

	switch (key) {
	case KEY_CPUS:
		return number("--cpus", arg, &spec->cpus);
	case KEY_NODES:
		return number("--nodes", arg, &spec->nodes);
	case KEY_MEM:
		return number("--mem", arg, &spec->mem_mib);
	case KEY_MEMORY_NODES:
		return number("--memory-nodes", arg, &spec->memory_nodes);
	case KEY_THREADS:
		return number("--threads", arg, &spec->threads);
	case KEY_BOOT:
		return number("--boot", arg, &spec->boot_s);
	case KEY_IDLE:
		return number("--idle", arg, &spec->idle_s);
	case KEY_KERNEL:
		spec->kernel = arg;
		return 0;
	case KEY_MODULES:
		spec->modules = arg;
		return 0;
	case KEY_APPEND:
		spec->append = arg;
		return 0;
	case KEY_ACCEL:
		if (strcmp(arg, "tcg") && strcmp(arg, "kvm"))
			return err_usage("--accel takes tcg or kvm, not \"%s\"", arg);
		spec->accel = arg;
		return 0;
	case KEY_FILE:
		return add_file(options, arg);
	case ARGP_KEY_ARGS:
		spec->command = (const char *const *)state->argv + state->next;
		return 0;
	case ARGP_KEY_NO_ARGS:
		return err_usage("no command for the guest, as in `shootdown vm -- COMMAND`");
	}
	return ARGP_ERR_UNKNOWN;
}

static const struct argp argp = {
	.options = argp_options,
	.parser = parse,
	.args_doc = "-- COMMAND...",
	.doc = "Runs COMMAND in a virtual machine, from the project's top, as root."
	       "\vIts output and its exit code are passed on. 5: the guest panicked, hung or was "
	       "lost, or its "
	       "kernel's log is not clean.",
};

static int print_line(void *arg, const char *line, size_t len)
{
	(void)arg;
	if (fwrite(line, 1, len, stdout) != len || putchar('\n') == EOF || fflush(stdout))
		return err_setup("cannot write the guest's output: %s", strerror(errno));
	return 0;
}

int cmd_vm(int argc, char **argv)
{
	struct options options = { .spec = { .cpus = 4, .nodes = 2, .mem_mib = 2048 } };
	struct vm_outcome outcome;
	int ret;

	ret = options_parse(&argp, argc, argv, ARGP_IN_ORDER, &options);
	options.spec.files = options.files;
	if (!ret)
		ret = vm_run(&options.spec, print_line, NULL, &outcome);
	free(options.files);
	if (ret == -EINTR)
		return 130;
	if (!ret && outcome.splat[0])
		ret = err_untrusted("the guest's kernel log is not clean: %s", outcome.splat);
	return ret ? (int)err_report() : outcome.exit_code;
}
