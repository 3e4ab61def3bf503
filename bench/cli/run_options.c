// SPDX-License-Identifier: GPL-2.0-only
#include "run_options.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "bench/counters/perf.h"
#include "bench/subscriber/kvm_machine.h"
#include "options.h"
#include "util/err.h"

enum {
	KEY_WHERE = 256,
	KEY_RESULTS,
	KEY_REPEATS,
	KEY_MOST,
	KEY_PRECISION,
	KEY_SEED,
	KEY_BUDGET,
	KEY_SELECT,
	KEY_DRY_RUN,
	KEY_STREAM,
	KEY_PACKED,
	KEY_VARIANT,
	KEY_WORKLOAD,
	KEY_COUNTERS,
	KEY_PERF,
	KEY_VM_CPUS,
	KEY_VM_NODES,
	KEY_VM_MEM,
	KEY_DETERMINISTIC,
	KEY_INSTRUCTIONS,
	KEY_KERNEL,
	KEY_MODULE,
	KEY_MODULES
};

static const struct argp_option argp_options[] = {
	{ NULL, 0, NULL, 0, "What to measure", 1 },
	{ "set", 's', "AXIS=VALUES", 0,
	  "Replace the values of an axis: ranges=10,100 or threads=1..4", 1 },
	{ "variant", KEY_VARIANT, "VALUES", 0, "The same as --set variant=VALUES", 1 },
	{ "workload", KEY_WORKLOAD, "VALUES", 0, "The same as --set workload=VALUES", 1 },
	{ "counters", KEY_COUNTERS, "LIST", 0,
	  "Count these too, or `none`: instructions,page-faults (see `shootdown list counters`)",
	  1 },
	{ "perf", KEY_PERF, "COMMAND", 0,
	  "Run perf around each sample, in its measured window: stat, record, or \"record -g\"",
	  1 },
	{ "repeats", KEY_REPEATS, "N", 0,
	  "Samples of each point, at least (as the suite says, else 10)", 1 },
	{ "seed", KEY_SEED, "N", 0, "Seed of the order of samples (by the clock)", 1 },
	{ "precision", KEY_PRECISION, "PERCENT", 0,
	  "Take more samples of a point until the 95 % interval of its median reaches no farther "
	  "than "
	  "PERCENT of it (as the suite says, else never)",
	  1 },
	{ "repeats-most", KEY_MOST, "N", 0,
	  "But no more than N (as the suite says, else three times --repeats)", 1 },
	{ "time-budget", KEY_BUDGET, "SECONDS", 0,
	  "End after so many seconds, with what there is then (never); several suites share them",
	  1 },
	{ "budget", 0, NULL, OPTION_ALIAS, NULL, 1 },
	{ "select", KEY_SELECT, "file|load", 0,
	  "Choose the variant when the device is attached, so that variants alternate (file), or "
	  "load the module "
	  "with variant= for each group (load)",
	  1 },
	{ "dry-run", KEY_DRY_RUN, NULL, 0, "Show the plan and stop", 1 },
	{ NULL, 0, NULL, 0, "Where to measure", 2 },
	{ "where", KEY_WHERE, "auto|native|vm", 0, "This kernel, or one in QEMU (auto)", 2 },
	{ "vm-cpus", KEY_VM_CPUS, "N", 0, "CPUs of the virtual machine (4)", 2 },
	{ "vm-nodes", KEY_VM_NODES, "N", 0, "Its NUMA nodes (2)", 2 },
	{ "vm-mem", KEY_VM_MEM, "MIB", 0, "Its memory in MiB (2048)", 2 },
	{ "vm-deterministic", KEY_DETERMINISTIC, NULL, 0,
	  "Count instructions instead of time, on one CPU", 2 },
	{ "kernel", KEY_KERNEL, "FILE", 0, "Boot this bzImage", 2 },
	{ "modules", KEY_MODULES, "DIR", 0, "Its modules (lib/modules/RELEASE)", 2 },
	{ NULL, 0, NULL, 0, "What comes out", 3 },
	{ "results", KEY_RESULTS, "DIR", 0, "Make the run's folder in DIR (results)", 3 },
	{ "quiet", 'q', NULL, 0, "No progress", 3 },
	{ "packed", KEY_PACKED, NULL, OPTION_HIDDEN, "With --stream: as a host takes them", 3 },
	{ "stream", KEY_STREAM, NULL, OPTION_HIDDEN, "Write records to stdout instead of a folder",
	  3 },
	{ "module", KEY_MODULE, "FILE", OPTION_HIDDEN, "Load this secmmu.ko", 3 },
	{ "instructions", KEY_INSTRUCTIONS, NULL, OPTION_HIDDEN, "The clock counts instructions",
	  3 },
	{ 0 }
};

static int add_override(struct run_options *o, const char *key, const char *values)
{
	if (o->override_count == OVERRIDES)
		return err_usage("more than %d axes are set", OVERRIDES);
	o->overrides[o->override_count++] = (struct override){ key, values };
	return 0;
}

/* The key is copied, for the command line itself is kept for run.json. */
static int set_axis(struct run_options *o, const char *text)
{
	const char *equals = strchr(text, '=');
	char *key;

	if (!equals || equals == text)
		return err_usage("--set takes AXIS=VALUES, not '%s'", text);
	key = strndup(text, (size_t)(equals - text));
	if (!key)
		return err_memory();
	return add_override(o, key, equals + 1);
}

static int set_select(struct run_options *o, const char *text)
{
	if (!strcmp(text, "file"))
		o->select = SELECT_FILE;
	else if (!strcmp(text, "load"))
		o->select = SELECT_LOAD;
	else
		return err_usage("--select is '%s', but it is file or load", text);
	return 0;
}

static int set_where(struct run_options *o, const char *text)
{
	if (strcmp(text, "auto") && strcmp(text, "native") && strcmp(text, "vm"))
		return err_usage("--where is '%s', but it is auto, native or vm", text);
	o->where = text;
	return 0;
}

static int add_suite(struct run_options *o, const char *name)
{
	if (o->suite_count == RUN_SUITES)
		return err_usage("more than %d suites", RUN_SUITES);
	o->suites[o->suite_count++] = name;
	return 0;
}

/*
 * Where nothing is asked for: a first look, and, for real and at full speed, what KVM costs here. It has
 * other axes and needs no other place.
 */
static void choose_suites(struct run_options *o)
{
	bool anything = o->override_count || o->stream || strcmp(o->where, "auto");

	add_suite(o, "quick");
	if (!anything && kvm_is_here())
		add_suite(o, "kvm");
}

/* No option is silently ignored: a kernel of the user's own is not the one that runs here. */
static int check_options(struct run_options *o)
{
	if (o->stream && o->suite_count > 1)
		return err_usage("a stream has one suite");
	if (o->vm.deterministic && (o->vm.cpus != 1 || o->vm.nodes != 1))
		return err_usage("a deterministic virtual machine has one CPU and one node");
	if ((o->vm.deterministic || o->vm.kernel) && !strcmp(o->where, "native"))
		return err_usage("%s takes a virtual machine, but --where is native",
				 o->vm.kernel ? "--kernel" : "--vm-deterministic");
	if (o->vm.deterministic || o->vm.kernel)
		o->where = "vm";
	if (!o->suite_count)
		choose_suites(o);
	return 0;
}

static error_t parse_what(int key, char *arg, struct run_options *o)
{
	switch (key) {
	case 's':
		return set_axis(o, arg);
	case KEY_VARIANT:
		return add_override(o, "variant", arg);
	case KEY_WORKLOAD:
		return add_override(o, "workload", arg);
	case KEY_COUNTERS:
		return add_override(o, "counters", arg);
	case KEY_PERF:
		o->perf = arg;
		return perf_check(arg);
	case KEY_SELECT:
		return set_select(o, arg);
	case KEY_DRY_RUN:
		o->dry_run = true;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static error_t parse_where(int key, char *arg, struct run_options *o)
{
	switch (key) {
	case KEY_WHERE:
		return set_where(o, arg);
	case KEY_DETERMINISTIC:
		o->vm.deterministic = true;
		o->vm.cpus = 1;
		o->vm.nodes = 1;
		o->vm.accel = "tcg";
		return 0;
	case KEY_KERNEL:
		o->vm.kernel = arg;
		return 0;
	case KEY_MODULES:
		o->vm.modules = arg;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static error_t parse_number(int key, const char *arg, struct run_options *o)
{
	static const struct {
		int key;
		const char *name;
		long long min, max;
	} numbers[] = {
		{ KEY_REPEATS, "--repeats", 1, 10000 },
		{ KEY_MOST, "--repeats-most", 1, 10000 },
		{ KEY_PRECISION, "--precision", 1, 100 },
		{ KEY_SEED, "--seed", 0, INT64_MAX },
		{ KEY_BUDGET, "--time-budget", 1, 1000000 },
		{ KEY_VM_CPUS, "--vm-cpus", 1, 255 },
		{ KEY_VM_NODES, "--vm-nodes", 1, 64 },
		{ KEY_VM_MEM, "--vm-mem", 256, 1 << 20 },
	};
	long long value = 0;
	size_t i = 0;

	while (i < sizeof(numbers) / sizeof(numbers[0]) && numbers[i].key != key)
		i++;
	if (i == sizeof(numbers) / sizeof(numbers[0]))
		return ARGP_ERR_UNKNOWN;
	if (option_number(numbers[i].name, arg, numbers[i].min, numbers[i].max, &value))
		return -EINVAL;
	if (key == KEY_REPEATS)
		o->repeats = (int)value;
	else if (key == KEY_MOST)
		o->most = (int)value;
	else if (key == KEY_PRECISION)
		o->precision = (int)value;
	else if (key == KEY_SEED)
		o->seed = (uint64_t)value;
	else if (key == KEY_BUDGET)
		o->time_budget_s = (double)value;
	else if (key == KEY_VM_CPUS)
		o->vm.cpus = (unsigned int)value;
	else if (key == KEY_VM_NODES)
		o->vm.nodes = (unsigned int)value;
	else
		o->vm.mem_mib = (unsigned int)value;
	o->seeded |= key == KEY_SEED;
	return 0;
}

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
	struct run_options *o = state->input;
	error_t ret;

	switch (key) {
	case KEY_RESULTS:
		o->results = arg;
		return 0;
	case KEY_PACKED:
		o->packed = true;
		return 0;
	case KEY_STREAM:
		o->stream = true;
		return 0;
	case KEY_MODULE:
		o->module = arg;
		return 0;
	case KEY_INSTRUCTIONS:
		o->instructions = true;
		return 0;
	case 'q':
		o->quiet = true;
		return 0;
	case ARGP_KEY_ARG:
		return add_suite(o, arg);
	case ARGP_KEY_END:
		return check_options(o);
	default:
		ret = parse_what(key, arg, o);
		if (ret == ARGP_ERR_UNKNOWN)
			ret = parse_where(key, arg, o);
		return ret == ARGP_ERR_UNKNOWN ? parse_number(key, arg, o) : ret;
	}
}

static const struct argp argp = {
	.options = argp_options,
	.parser = parse_option,
	.args_doc = "[SUITE...]",
	.doc = "Measures each SUITE (a name of `shootdown list suites`, a folder of them as "
	       "claims, or a file; by default quick, and kvm where this machine has KVM), prints "
	       "its table and writes a folder with samples, summary and plots.\v"
	       "Exit codes: 0 fine, 2 usage, 3 set-up, 4 all skipped, 5 the result is not to be "
	       "trusted.",
};

int run_options_parse(struct run_options *options, int argc, char **argv)
{
	*options = (struct run_options){
		.where = "auto",
		.vm = { .cpus = 4, .nodes = 2, .mem_mib = 2048 },
	};
	return options_parse(&argp, argc, argv, ARGP_IN_ORDER, options);
}
