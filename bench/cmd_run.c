// SPDX-License-Identifier: GPL-2.0-only
/* shootdown run: measures a suite, here or in a virtual machine, and reports. */
#include "commands.h"

#include <argp.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "analysis/report.h"
#include "engine.h"
#include "guest.h"
#include "paths.h"
#include "stop.h"
#include "util/err.h"
#include "watch.h"
#include "where.h"

enum {
	OVERRIDES = 32
};

struct options {
	const char *suite, *where, *results;
	struct override overrides[OVERRIDES + 1];
	size_t override_count;
	int repeats; /* 0: as the suite says */
	bool seeded, dry_run, stream, quiet, instructions;
	uint64_t seed;
	double time_budget_s;
	enum select select;
	struct vm_spec vm;
};

enum {
	KEY_WHERE = 256,
	KEY_RESULTS,
	KEY_REPEATS,
	KEY_SEED,
	KEY_BUDGET,
	KEY_SELECT,
	KEY_DRY_RUN,
	KEY_STREAM,
	KEY_VARIANT,
	KEY_WORKLOAD,
	KEY_VM_CPUS,
	KEY_VM_NODES,
	KEY_VM_MEM,
	KEY_DETERMINISTIC,
	KEY_INSTRUCTIONS,
	KEY_KERNEL,
	KEY_MODULES
};

static const struct argp_option argp_options[] = {
	{ NULL, 0, NULL, 0, "What to measure", 1 },
	{ "set", 's', "AXIS=VALUES", 0,
	  "Replace the values of an axis: ranges=10,100 or threads=1..4", 1 },
	{ "variant", KEY_VARIANT, "VALUES", 0, "The same as --set variant=VALUES", 1 },
	{ "workload", KEY_WORKLOAD, "VALUES", 0, "The same as --set workload=VALUES", 1 },
	{ "repeats", KEY_REPEATS, "N", 0, "Samples of each point (as the suite says, else 10)", 1 },
	{ "seed", KEY_SEED, "N", 0, "Seed of the order of samples (by the clock)", 1 },
	{ "time-budget", KEY_BUDGET, "SECONDS", 0, "Start no sample that would end later", 1 },
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
	{ "stream", KEY_STREAM, NULL, OPTION_HIDDEN, "Write records to stdout instead of a folder",
	  3 },
	{ "instructions", KEY_INSTRUCTIONS, NULL, OPTION_HIDDEN, "The clock counts instructions",
	  3 },
	{ 0 }
};

/* A whole number from @min to @max, or argp's error. */
static unsigned long long number(struct argp_state *state, const char *option, const char *text,
				 unsigned long long min, unsigned long long max)
{
	unsigned long long value;
	char *end;

	errno = 0;
	value = strtoull(text, &end, 10);
	if (end == text || *end || errno || *text == '-' || value < min || value > max)
		argp_error(state, "%s is '%s', but it goes from %llu to %llu", option, text, min,
			   max);
	return value;
}

static void add_override(struct argp_state *state, struct options *o, const char *key,
			 const char *values)
{
	if (o->override_count == OVERRIDES)
		argp_error(state, "more than %d axes are set", OVERRIDES);
	o->overrides[o->override_count++] = (struct override){ key, values };
}

/* The key is copied, for the command line itself is kept for run.json. */
static void set_axis(struct argp_state *state, struct options *o, const char *text)
{
	const char *equals = strchr(text, '=');
	char *key;

	if (!equals || equals == text)
		argp_error(state, "--set takes AXIS=VALUES, not '%s'", text);
	key = strndup(text, (size_t)(equals - text));
	if (!key)
		argp_failure(state, EXIT_SETUP, 0, "out of memory");
	add_override(state, o, key, equals + 1);
}

static void set_select(struct argp_state *state, struct options *o, const char *text)
{
	if (!strcmp(text, "file"))
		o->select = SELECT_FILE;
	else if (!strcmp(text, "load"))
		o->select = SELECT_LOAD;
	else
		argp_error(state, "--select is '%s', but it is file or load", text);
}

static void set_where(struct argp_state *state, struct options *o, const char *text)
{
	if (strcmp(text, "auto") && strcmp(text, "native") && strcmp(text, "vm"))
		argp_error(state, "--where is '%s', but it is auto, native or vm", text);
	o->where = text;
}

/* No option is silently ignored: a kernel of the user's own is not the one that runs here. */
static void check_options(struct argp_state *state, struct options *o)
{
	if (o->vm.deterministic && (o->vm.cpus != 1 || o->vm.nodes != 1))
		argp_error(state, "a deterministic virtual machine has one CPU and one node");
	if (!o->vm.deterministic && !o->vm.kernel)
		return;
	if (!strcmp(o->where, "native"))
		argp_error(state, "%s takes a virtual machine, but --where is native",
			   o->vm.kernel ? "--kernel" : "--vm-deterministic");
	o->where = "vm";
}

static error_t parse_what(int key, char *arg, struct argp_state *state, struct options *o)
{
	switch (key) {
	case 's':
		set_axis(state, o, arg);
		return 0;
	case KEY_VARIANT:
		add_override(state, o, "variant", arg);
		return 0;
	case KEY_WORKLOAD:
		add_override(state, o, "workload", arg);
		return 0;
	case KEY_REPEATS:
		o->repeats = (int)number(state, "--repeats", arg, 1, 10000);
		return 0;
	case KEY_SEED:
		o->seed = number(state, "--seed", arg, 0, INT64_MAX);
		o->seeded = true;
		return 0;
	case KEY_BUDGET:
		o->time_budget_s = (double)number(state, "--time-budget", arg, 1, 1000000);
		return 0;
	case KEY_SELECT:
		set_select(state, o, arg);
		return 0;
	case KEY_DRY_RUN:
		o->dry_run = true;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static error_t parse_where(int key, char *arg, struct argp_state *state, struct options *o)
{
	switch (key) {
	case KEY_WHERE:
		set_where(state, o, arg);
		return 0;
	case KEY_VM_CPUS:
		o->vm.cpus = (unsigned int)number(state, "--vm-cpus", arg, 1, 255);
		return 0;
	case KEY_VM_NODES:
		o->vm.nodes = (unsigned int)number(state, "--vm-nodes", arg, 1, 64);
		return 0;
	case KEY_VM_MEM:
		o->vm.mem_mib = (unsigned int)number(state, "--vm-mem", arg, 256, 1 << 20);
		return 0;
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

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
	struct options *o = state->input;

	switch (key) {
	case KEY_RESULTS:
		o->results = arg;
		return 0;
	case KEY_STREAM:
		o->stream = true;
		return 0;
	case KEY_INSTRUCTIONS:
		o->instructions = true;
		return 0;
	case 'q':
		o->quiet = true;
		return 0;
	case ARGP_KEY_ARG:
		if (state->arg_num)
			argp_error(state, "one suite at a time: '%s' is one too many", arg);
		o->suite = arg;
		return 0;
	case ARGP_KEY_END:
		check_options(state, o);
		return 0;
	default:
		return parse_what(key, arg, state, o) && parse_where(key, arg, state, o)
			       ? ARGP_ERR_UNKNOWN
			       : 0;
	}
}

static const struct argp argp = {
	.options = argp_options,
	.parser = parse_option,
	.args_doc = "[SUITE]",
	.doc = "Measures SUITE (a name of `shootdown list suites`, or a file; quick by default), "
	       "prints its table and "
	       "writes a folder with samples, summary and plots.\v"
	       "Exit codes: 0 fine, 2 usage, 3 set-up, 4 all skipped, 5 the result is not to be "
	       "trusted.",
};

static int results_parent(const struct options *o, char *path, size_t size)
{
	int ret;

	if (o->results) {
		snprintf(path, size, "%s", o->results);
	} else {
		ret = path_of(path, size, "results");
		if (ret)
			return ret;
	}
	if (mkdir(path, 0777) && errno != EEXIST)
		return err_setup("cannot make the folder %s: %m", path);
	return 0;
}

/* Tables and plots of what was measured; a failure here takes nothing from the samples. */
static int report(const struct folder *folder)
{
	int ret = report_write(folder->path);

	if (!report_print(stdout, folder->path))
		printf("\nResults: %s\n", folder->path);
	return ret;
}

static int measure(const struct options *o, const struct engine_spec *spec, struct sink *sink)
{
	enum where where;
	char why[256];
	int ret = 0;

	if (!engine_needs_module(spec->plan, spec->select) && strcmp(o->where, "vm")) {
		where = WHERE_NATIVE;
		snprintf(why, sizeof(why),
			 "Measuring on this machine itself: no variant needs the module.");
	} else {
		ret = where_decide(o->where, &where, why, sizeof(why));
	}
	if (ret)
		return ret;
	fprintf(stderr, "%s\n", why);
	if (where == WHERE_VM)
		return guest_run(spec, o->overrides, &o->vm, sink);
	return engine_run(spec, sink);
}

static int run_to_folder(const struct options *o, const struct engine_spec *spec)
{
	struct folder folder;
	struct watch watch;
	char parent[PATH_MAX];
	int ret = results_parent(o, parent, sizeof(parent));

	if (ret)
		return ret;
	folder_open(&folder, parent);
	watch_open(&watch, &folder.sink, o->quiet);
	ret = measure(o, spec, &watch.sink);
	watch_close(&watch, ret == -EINTR ? "interrupted"
			    : *err_text() ? err_text()
					  : "the guest said no end");
	if (!ret)
		ret = watch_verdict(&watch);
	folder_close(&folder);
	if (ret == -EINTR && !folder.path[0])
		fprintf(stderr, "Interrupted before anything was measured.\n");
	else if (ret == -EINTR)
		fprintf(stderr, "Interrupted: %zu samples are in %s.\n", watch.ok, folder.path);
	else if (watch.ok)
		ret = report(&folder) ?: ret;
	return ret;
}

static int run_to_stream(const struct engine_spec *spec)
{
	struct stream stream;

	stream_open(&stream, stdout);
	return engine_run(spec, &stream.sink);
}

static int run(const struct options *o, const char *const *command)
{
	struct suite suite;
	struct plan plan;
	struct engine_spec spec = {
		.suite = &suite,
		.plan = &plan,
		.select = o->select,
		.instructions = o->instructions,
		.time_budget_s = o->time_budget_s,
		.command = command,
	};
	int ret = suite_read(&suite, o->suite, o->overrides);

	if (ret)
		return ret;
	ret = plan_make(&plan, &suite, o->repeats ?: suite.repeats ?: 10, o->seed, o->select);
	if (ret)
		goto out_suite;
	if (o->dry_run)
		plan_print(&plan, stdout);
	else
		ret = o->stream ? run_to_stream(&spec) : run_to_folder(o, &spec);
	plan_free(&plan);
out_suite:
	suite_free(&suite);
	return ret;
}

int cmd_run(int argc, char **argv)
{
	static struct options o = {
		.suite = "quick",
		.where = "auto",
		.vm = { .cpus = 4, .nodes = 2, .mem_mib = 2048 },
	};
	const char **command = calloc((size_t)argc + 2, sizeof(*command));
	int ret;

	if (!command) {
		err_memory();
		return (int)err_report();
	}
	command[0] = "shootdown";
	command[1] = "run";
	memcpy(command + 2, argv + 1, ((size_t)argc - 1) * sizeof(*command));
	argp_parse(&argp, argc, argv, ARGP_IN_ORDER, NULL, &o);
	if (!o.seeded)
		o.seed = (uint64_t)time(NULL);
	stop_watch();
	ret = run(&o, command);
	free(command);
	/* By convention, 128 and the signal's number. */
	return ret == -EINTR ? 130 : (int)err_report();
}
