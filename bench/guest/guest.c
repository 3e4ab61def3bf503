// SPDX-License-Identifier: GPL-2.0-only
#include "guest.h"

#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "bench/machine/env.h"
#include "bench/plan/cost.h"
#include "bench/subscriber/backend.h"
#include "qemu.h"
#include "util/err.h"
#include "util/json.h"
#include "util/paths.h"
#include "util/stop.h"

enum {
	ARGUMENTS = 128,
	ARGUMENT_LEN = 512,
	NEEDS_LEN = 256
};

/* Adds what the guest cannot know, then hands on. */
struct host {
	struct sink sink;
	struct sink *next;
	const struct engine_spec *spec;
	const struct vm_spec *vm;
};

struct arguments {
	const char *argv[ARGUMENTS];
	char text[ARGUMENTS][ARGUMENT_LEN];
	size_t count;
	bool full;
};

static void __attribute__((format(printf, 2, 3))) add(struct arguments *a, const char *format, ...)
{
	va_list args;
	int len;

	/* The last place stays NULL. */
	if (a->count + 1 >= ARGUMENTS) {
		a->full = true;
		return;
	}
	va_start(args, format);
	len = vsnprintf(a->text[a->count], ARGUMENT_LEN, format, args);
	va_end(args);
	a->full |= len >= ARGUMENT_LEN;
	a->argv[a->count] = a->text[a->count];
	a->count++;
}

static const char *basename_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* Is the word @name among those of @words, with spaces between? */
static bool has_word(const char *words, const char *name, size_t len)
{
	for (; *words; words += strcspn(words, " "), words += strspn(words, " "))
		if (strcspn(words, " ") == len && !strncmp(words, name, len))
			return true;
	return false;
}

/* Adds those of the words @needs, or NULL, to @words, of @size bytes, that it does not have. */
static void add_words(const char *needs, char *words, size_t size)
{
	size_t len;

	for (; needs && *needs; needs += len, needs += strspn(needs, " ")) {
		size_t used = strlen(words);

		len = strcspn(needs, " ");
		if (!has_word(words, needs, len))
			snprintf(words + used, size - used, "%s%.*s", used ? " " : "", (int)len,
				 needs);
	}
}

/*
 * What the workloads and the subscribers of the plan need of the guest, as @words: as large as that
 * all fit. Nothing that a run does not need, for it would disturb.
 */
static void collect_needs(const struct engine_spec *spec, char *words, size_t size)
{
	*words = '\0';
	for (size_t i = 0; i < spec->plan->point_count; i++) {
		const struct point *point = &spec->plan->points[i];
		const char *variant = point_value(point, "variant")->text;

		add_words(point->workload->needs, words, size);
		add_words(backend_find(variant, spec->select)->needs, words, size);
	}
}

static void add_needs(struct arguments *a, const char *words)
{
	add(a, "vm/provide");
	for (; *words; words += strcspn(words, " "), words += strspn(words, " "))
		add(a, "%.*s", (int)strcspn(words, " "), words);
	add(a, "--");
}

/* The guest's module is the normal build; a plan with defects brings the other one along. */
static int add_test_module(const struct plan *plan, const char *release, char *path, size_t size)
{
	*path = '\0';
	if (!plan_has_defects(plan))
		return 0;
	return path_of_test_module(path, size, release)
		       ? err_setup("there is no test build of secmmu.ko for the kernel %s, which a "
				   "device with a defect takes: build again",
				   release)
		       : 0;
}

static int build_command(struct arguments *a, const struct engine_spec *spec,
			 const struct override *overrides, bool deterministic)
{
	char needs[NEEDS_LEN];

	collect_needs(spec, needs, sizeof(needs));
	if (*needs)
		add_needs(a, needs);
	add(a, "build/shootdown");
	add(a, "run");
	add(a, "--where=native");
	add(a, "--stream");
	add(a, "--packed");
	add(a, "--seed=%llu", (unsigned long long)spec->plan->seed);
	add(a, "--repeats=%d", spec->plan->repeats);
	if (spec->plan->reach > 0) {
		add(a, "--precision=%.0f", 100 * spec->plan->reach);
		add(a, "--repeats-most=%d", spec->plan->most);
	}
	add(a, "--select=%s", spec->select == SELECT_LOAD ? "load" : "file");
	if (plan_has_defects(spec->plan))
		add(a, "--module=/job/secmmu.ko");
	if (deterministic)
		add(a, "--instructions");
	if (spec->time_budget_s)
		add(a, "--time-budget=%.0f", ceil(spec->time_budget_s));
	for (; overrides && overrides->key; overrides++)
		add(a, "--set=%s=%s", overrides->key, overrides->values);
	add(a, "/job/%s", basename_of(spec->suite->path));
	return a->full ? err_usage("the command line is too long to be handed to the guest") : 0;
}

static int host_begin(struct sink *sink, json_t *run)
{
	struct host *h = (struct host *)sink;
	bool emulated = !strcmp(h->vm->accel, "tcg");
	char host[256] = "", cpu[256] = "", qemu[32] = "", needs[NEEDS_LEN];
	struct utsname uts;
	json_t *vm;

	vm_qemu_version(qemu, sizeof(qemu));
	uname(&uts);
	gethostname(host, sizeof(host) - 1);
	env_cpu(cpu, sizeof(cpu));
	vm = json_pack("{s:s, s:i, s:i, s:i, s:s, s:s, s:s}", "accel", h->vm->accel, "cpus",
		       (int)h->vm->cpus, "nodes", (int)h->vm->nodes, "mem_mib", (int)h->vm->mem_mib,
		       "qemu", qemu, "host_kernel", uts.release, "host_cpu", cpu);
	if (h->vm->deterministic)
		json_object_set_new(vm, "deterministic", json_true());
	collect_needs(h->spec, needs, sizeof(needs));
	if (*needs)
		json_object_set_new(vm, "provided", json_string(needs));
	json_object_set_new(run, "vm", vm);
	json_object_set_new(run, "emulated", json_boolean(emulated));
	json_object_set_new(run, "command", json_words(h->spec->command));
	json_object_set_new(json_object_get(run, "machine"), "host", json_string(host));
	return h->next->begin(h->next, run);
}

static int host_sample(struct sink *sink, json_t *sample)
{
	struct host *h = (struct host *)sink;

	return h->next->sample(h->next, sample);
}

static int host_end(struct sink *sink, const char *status, const char *why)
{
	struct host *h = (struct host *)sink;

	return h->next->end(h->next, status, why);
}

static int on_line(void *arg, const char *line, size_t len)
{
	return feed_line(arg, line, len);
}

static int judge(const struct vm_outcome *outcome)
{
	if (outcome->splat[0])
		return err_untrusted("the guest's kernel log is not clean: %s", outcome->splat);
	switch (outcome->exit_code) {
	case EXIT_FINE:
		return 0;
	case EXIT_USAGE:
		return err_usage("the engine in the guest refused the run, see above");
	case EXIT_SETUP:
		return err_setup("the guest lacks something, see above");
	case EXIT_SKIPPED:
		return err_skipped("the guest skipped the run, see above");
	default:
		return err_untrusted("the engine in the guest ended with exit code %d",
				     outcome->exit_code);
	}
}

int guest_run(const struct engine_spec *spec, const struct override *overrides,
	      const struct vm_spec *vm, struct sink *sink)
{
	struct arguments *arguments = calloc(1, sizeof(*arguments));
	char module[PATH_MAX];
	const char *files[] = { spec->suite->path, NULL, NULL };
	struct vm_outcome outcome = { 0 };
	struct vm_spec job = *vm;
	struct host host = {
		.sink = { .begin = host_begin, .sample = host_sample, .end = host_end },
		.next = sink,
		.spec = spec,
		.vm = &job,
	};
	struct feed feed = { .sink = &host.sink };
	char why[512], release[65];
	int ret;

	*module = '\0';
	if (!arguments)
		return err_memory();
	job.silent_s = (unsigned int)overhead_silent_s(spec->plan);
	ret = vm_module_check(&job, release, sizeof(release));
	if (!ret && !job.accel)
		job.accel = vm_accel(&job, why, sizeof(why));
	if (!ret)
		ret = add_test_module(spec->plan, release, module, sizeof(module));
	if (*module)
		files[1] = module;
	if (!ret)
		ret = build_command(arguments, spec, overrides, vm->deterministic);
	job.command = arguments->argv;
	job.files = files;
	if (!ret)
		ret = stop_asked() ? -EINTR : vm_run(&job, on_line, &feed, &outcome);
	feed_close(&feed);
	if (!ret)
		ret = judge(&outcome);
	if (outcome.splat[0])
		sink->end(sink, "incomplete", err_text());
	free(arguments);
	return ret;
}
