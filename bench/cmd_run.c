// SPDX-License-Identifier: GPL-2.0-only
/* shootdown run: measures a suite, here or in a virtual machine, and reports. */
#include "commands.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "analysis/report.h"
#include "engine.h"
#include "guest.h"
#include "paths.h"
#include "run_options.h"
#include "stop.h"
#include "target.h"
#include "util/err.h"
#include "watch.h"
#include "where.h"

static int results_parent(const struct run_options *o, char *path, size_t size)
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

static int measure(const struct run_options *o, const struct engine_spec *spec, struct sink *sink)
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

static int run_to_folder(const struct run_options *o, const struct engine_spec *spec)
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

static int read_plan(const struct run_options *o, struct suite *suite, struct plan *plan)
{
	int ret = suite_read(suite, o->suite, o->overrides);

	if (ret)
		return ret;
	ret = plan_make(plan, suite, o->repeats ?: suite->repeats ?: 10, o->seed, o->select);
	if (ret)
		suite_free(suite);
	return ret;
}

/* Will it be measured in a virtual machine? As measure() decides. */
static bool awaits_vm(const struct run_options *o, const struct plan *plan)
{
	char why[256];

	if (strcmp(o->where, "auto"))
		return !strcmp(o->where, "vm");
	return engine_needs_module(plan, o->select) && where_native(why, sizeof(why));
}

/* Anew where it was made by this machine's CPUs and nodes, but another one will be measured. */
static int read_plan_for_target(const struct run_options *o, struct suite *suite, struct plan *plan)
{
	int ret = read_plan(o, suite, plan);

	if (ret || o->stream || !awaits_vm(o, plan))
		return ret;
	plan_free(plan);
	suite_free(suite);
	target_assume(o->vm.cpus, o->vm.nodes);
	return read_plan(o, suite, plan);
}

static int run(const struct run_options *o, const char *const *command)
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
	int ret = read_plan_for_target(o, &suite, &plan);

	if (ret)
		return ret;
	if (o->dry_run)
		plan_print(&plan, stdout);
	else
		ret = o->stream ? run_to_stream(&spec) : run_to_folder(o, &spec);
	plan_free(&plan);
	suite_free(&suite);
	return ret;
}

int cmd_run(int argc, char **argv)
{
	static struct run_options o;
	const char **command = calloc((size_t)argc + 2, sizeof(*command));
	int ret;

	if (!command) {
		err_memory();
		return (int)err_report();
	}
	command[0] = "shootdown";
	command[1] = "run";
	memcpy(command + 2, argv + 1, ((size_t)argc - 1) * sizeof(*command));
	ret = run_options_parse(&o, argc, argv);
	if (!o.seeded)
		o.seed = (uint64_t)time(NULL);
	if (!ret) {
		stop_watch();
		ret = run(&o, command);
	}
	free(command);
	/* By convention, 128 and the signal's number. */
	return ret == -EINTR ? 130 : (int)err_report();
}
