// SPDX-License-Identifier: GPL-2.0-only
/* shootdown run: measures a suite, here or in a virtual machine, and reports. */
#include "commands.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "analysis/report/report.h"
#include "batch.h"
#include "bench/guest/guest.h"
#include "bench/machine/can_measure.h"
#include "bench/sample/engine.h"
#include "bench/subscriber/module.h"
#include "run_options.h"
#include "util/clock.h"
#include "util/err.h"
#include "util/paths.h"
#include "util/stop.h"
#include "watch.h"

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
	char page[PATH_MAX + sizeof("/report.html")];
	int ret = report_write(folder->path);

	if (!report_print(stdout, folder->path))
		printf("\nResults: %s\n", folder->path);
	snprintf(page, sizeof(page), "%s/report.html", folder->path);
	if (!access(page, R_OK))
		printf("Report: %s\n", page);
	return ret;
}

/* A device that uses translations that it should not have belongs on no machine that is in use. */
static int decide_where(const struct run_options *o, const struct engine_spec *spec,
			enum where *where, char *why, size_t size)
{
	if (plan_has_defects(spec->plan)) {
		if (!strcmp(o->where, "native"))
			return err_skipped("a device with a defect is for a virtual machine only: "
					   "--where vm");
		*where = WHERE_VM;
		snprintf(why, size,
			 "Measuring in a virtual machine: some devices have a defect on purpose.");
		return 0;
	}
	if (!engine_needs_module(spec->plan, spec->select) && strcmp(o->where, "vm")) {
		*where = WHERE_NATIVE;
		snprintf(why, size,
			 "Measuring on this machine itself: no variant needs the module.");
		return 0;
	}
	return where_decide(o->where, where, why, size);
}

static int measure(const struct run_options *o, const struct engine_spec *spec, struct sink *sink)
{
	enum where where;
	char why[256];
	int ret = decide_where(o, spec, &where, why, sizeof(why));

	if (ret)
		return ret;
	if (o->perf && where == WHERE_VM)
		return err_skipped(
			"--perf watches what is measured on this machine itself, and this "
			"is not: %s",
			why);
	fprintf(stderr, "%s\n", why);
	if (where == WHERE_VM)
		return guest_run(spec, o->overrides, &o->vm, sink);
	return engine_run(spec, sink);
}

static int run_to_folder(const struct run_options *o, struct engine_spec *spec)
{
	struct folder folder;
	struct perf_spec perf = { .command = o->perf, .folder = folder.path };
	struct watch watch;
	char parent[PATH_MAX];
	int ret = results_parent(o, parent, sizeof(parent));

	if (ret)
		return ret;
	folder_open(&folder, parent);
	spec->perf = o->perf ? &perf : NULL;
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

static int run_to_stream(const struct run_options *o, const struct engine_spec *spec)
{
	struct stream stream;
	int ret;

	module_choose(o->module);
	stream_open(&stream, stdout, o->packed);
	ret = engine_run(spec, &stream.sink);
	stream_close(&stream);
	return ret;
}

static int run_suite(const struct run_options *o, const char *name, double budget_s,
		     const char *const *command)
{
	struct suite suite;
	struct plan plan;
	struct engine_spec spec = {
		.suite = &suite,
		.plan = &plan,
		.select = o->select,
		.instructions = o->instructions,
		.time_budget_s = budget_s,
		.command = command,
	};
	int ret = batch_plan(o, name, &suite, &plan);

	if (ret)
		return ret;
	if (o->dry_run)
		plan_print(&plan, stdout);
	else
		ret = o->stream ? run_to_stream(o, &spec) : run_to_folder(o, &spec);
	plan_free(&plan);
	suite_free(&suite);
	return ret;
}

/* What became of a suite, where there are several. */
static const char *outcome(enum exit_code code)
{
	switch (code) {
	case EXIT_FINE:
		return "fine";
	case EXIT_SKIPPED:
		return "skipped";
	case EXIT_UNTRUSTED:
		return "not to be trusted";
	default:
		return "not run";
	}
}

/* What is wrong with the command or the machine is wrong with the next suite, too. */
static bool goes_on(enum exit_code code)
{
	return code == EXIT_FINE || code == EXIT_SKIPPED || code == EXIT_UNTRUSTED;
}

/* Of several suites the worst counts, and one that was measured more than one that was skipped. */
static int worse(int a, int b)
{
	static const int rank[] = { EXIT_SKIPPED, EXIT_FINE, EXIT_REGRESSION, EXIT_UNTRUSTED };
	int at_a = -1, at_b = -1;

	for (int i = 0; i < 4; i++) {
		at_a = a == rank[i] ? i : at_a;
		at_b = b == rank[i] ? i : at_b;
	}
	if (at_a < 0 || at_b < 0)
		return at_a < 0 ? a : b;
	return at_a > at_b ? a : b;
}

/* The exit code, with what went wrong reported. By convention that of a signal is 128 and its number. */
static int run_batch(const struct run_options *o, const struct batch *batch,
		     const char *const *command)
{
	double started = clock_seconds();
	int worst = EXIT_SKIPPED;

	for (size_t i = 0; i < batch->count; i++) {
		double left = o->time_budget_s - (clock_seconds() - started);
		double from = clock_seconds();
		int ret, code;

		if (batch->count > 1)
			printf("%s== %s ==\n", i ? "\n" : "", batch->suites[i].name);
		fflush(stdout);
		/* A budget of 0 would be none. */
		ret = run_suite(o, batch->suites[i].name,
				o->time_budget_s ? fmax(batch_share(batch, i, left), 0.001) : 0,
				command);
		if (ret == -EINTR)
			return 130;
		code = (int)err_report();
		worst = worse(worst, code);
		if (batch->count > 1 && !o->dry_run)
			printf("%s: %s, %.0f s\n", batch->suites[i].name, outcome(code),
			       clock_seconds() - from);
		if (!goes_on(code))
			break;
	}
	return worst;
}

static int run(const struct run_options *o, const char *const *command)
{
	struct batch batch;
	int code;

	stop_watch();
	if (batch_open(&batch, o))
		code = (int)err_report();
	else
		code = run_batch(o, &batch, command);
	batch_close(&batch);
	return code;
}

int cmd_run(int argc, char **argv)
{
	static struct run_options o;
	const char **command = calloc((size_t)argc + 2, sizeof(*command));
	int code;

	if (!command) {
		err_memory();
		return (int)err_report();
	}
	command[0] = "shootdown";
	command[1] = "run";
	memcpy(command + 2, argv + 1, ((size_t)argc - 1) * sizeof(*command));
	if (run_options_parse(&o, argc, argv)) {
		code = (int)err_report();
	} else {
		if (!o.seeded)
			o.seed = (uint64_t)time(NULL);
		code = run(&o, command);
	}
	free(command);
	return code;
}
