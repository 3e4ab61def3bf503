// SPDX-License-Identifier: GPL-2.0-only
/* shootdown list and describe: what there is to choose from. */
#include "commands.h"

#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "batch.h"
#include "bench/counters/list.h"
#include "bench/plan/plan.h"
#include "bench/plan/suite.h"
#include "bench/results/record.h"
#include "bench/sample/emission.h"
#include "bench/subscriber/backend.h"
#include "options.h"
#include "util/err.h"
#include "util/nearest.h"

enum {
	KINDS_WIDTH = 20
};

static void put_row(const char *name, const char *help)
{
	printf("  %-*s %s\n", KINDS_WIDTH, name, help);
}

static int list_variants(void)
{
	for (size_t i = 0; backend_variants[i]; i++)
		put_row(backend_variants[i], backend_help(backend_variants[i]));
	return 0;
}

static int list_workloads(void)
{
	for (size_t i = 0; workload_at(i); i++)
		put_row(workload_at(i)->name, workload_at(i)->help);
	return 0;
}

/* As `shootdown run` has them when it is given none. */
static const struct run_options none;

/* Adds what the plan of the suite @name is expected to take. */
static int add_seconds(void *arg, const char *name)
{
	double *seconds = arg;
	struct suite suite;
	struct plan plan;
	int ret = suite_read(&suite, name, NULL);

	if (ret)
		return ret;
	ret = batch_plan_suite(&none, &suite, &plan);
	if (!ret) {
		*seconds += plan_seconds(&plan);
		plan_free(&plan);
	}
	suite_free(&suite);
	return ret;
}

static void put_time(char *text, size_t size, double seconds)
{
	if (seconds < 100)
		snprintf(text, size, "%.0f s", seconds);
	else
		snprintf(text, size, "%.0f min", ceil(seconds / 60));
}

static int list_suite(void *arg, const char *name)
{
	char help[SUITE_HELP_LEN + 64], time[32];
	struct suite suite;
	double seconds = 0;
	int ret = suite_read(&suite, name, NULL);

	(void)arg;
	if (ret)
		return ret;
	ret = suite_expand(name, add_seconds, &seconds);
	if (!ret) {
		put_time(time, sizeof(time), seconds);
		snprintf(help, sizeof(help), "%8s  %s", time, suite.help);
		put_row(name, help);
	}
	suite_free(&suite);
	return ret;
}

static int list_suites(void)
{
	return suite_each(list_suite, NULL);
}

static int list_metrics(void)
{
	const struct metric *m;
	char name[96];

	for (size_t i = 0; (m = metric_at(i)); i++) {
		snprintf(name, sizeof(name), "%s%s%s%s", m->name, *m->unit ? " [" : "", m->unit,
			 *m->unit ? "]" : "");
		put_row(name, m->help);
	}
	return 0;
}

static void list_params(const struct param *table, const char *owner)
{
	char name[96];

	for (; table && table->name; table++) {
		snprintf(name, sizeof(name), "%s%s%s%s", table->name, *table->unit ? " [" : "",
			 table->unit, *table->unit ? "]" : "");
		printf("  %-*s %s (preset %s)%s%s\n", KINDS_WIDTH, name, table->help, table->preset,
		       owner ? "; of " : "", owner ? owner : "");
	}
}

static int list_axes(void)
{
	list_params(engine_params, NULL);
	for (size_t i = 0; workload_at(i); i++)
		list_params(workload_at(i)->params, workload_at(i)->name);
	return 0;
}

static const struct kind {
	const char *name, *title;
	int (*list)(void);
} kinds[] = {
	{ "variants", "Variants: who subscribes", list_variants },
	{ "workloads", "Workloads: what invalidates", list_workloads },
	{ "suites", "Suites: what to measure, and about how long it takes", list_suites },
	{ "metrics", "Metrics: what a sample gives", list_metrics },
	{ "axes", "Axes: what a suite can vary", list_axes },
	{ "counters", "Counters: what `run --counters` can count here", counters_list },
};

enum {
	KINDS = sizeof(kinds) / sizeof(kinds[0])
};

static error_t parse_names(int key, char *arg, struct argp_state *state)
{
	const char **name = state->input;

	if (key != ARGP_KEY_ARG)
		return ARGP_ERR_UNKNOWN;
	if (state->arg_num)
		return err_usage("'%s' is one too many", arg);
	*name = arg;
	return 0;
}

static int list_kind(const char *name)
{
	const char *names[KINDS], *guess;

	for (size_t i = 0; i < KINDS; i++) {
		names[i] = kinds[i].name;
		if (name && strcmp(name, kinds[i].name))
			continue;
		printf("%s%s\n", !name && i ? "\n" : "", kinds[i].title);
		if (kinds[i].list())
			return -1;
		if (name)
			return 0;
	}
	if (!name)
		return 0;
	guess = nearest(name, names, KINDS);
	return err_usage("there is nothing called '%s' to list%s%s%s", name,
			 guess ? "; did you mean '" : "", guess ? guess : "",
			 guess ? "'?" : ": variants, workloads, suites, metrics, axes or counters");
}

int cmd_list(int argc, char **argv)
{
	static const struct argp argp = {
		.parser = parse_names,
		.args_doc = "[variants|workloads|suites|metrics|axes|counters]",
		.doc = "Lists what there is to choose from.",
	};
	const char *name = NULL;

	if (!options_parse(&argp, argc, argv, 0, &name))
		list_kind(name);
	return (int)err_report();
}

static bool describe_variant(const char *name)
{
	const char *help = backend_help(name);

	if (help)
		printf("variant %s: %s\n", name, help);
	return help;
}

static bool describe_workload(const char *name)
{
	const struct workload *w = workload_find(name);
	char events[256];

	if (!w)
		return false;
	emission_describe(w, events, sizeof(events));
	printf("workload %s: %s\n  events: %s\n", w->name, w->help, events);
	if (w->params)
		printf("  axes of its own:\n");
	list_params(w->params, NULL);
	return true;
}

static bool describe_metric(const char *name)
{
	const struct metric *m;

	for (size_t i = 0; (m = metric_at(i)); i++) {
		if (strcmp(m->name, name))
			continue;
		printf("metric %s: %s\n  unit: %s; better: %s\n", m->name, m->help,
		       *m->unit ? m->unit : "a count", m->better);
		return true;
	}
	return false;
}

static bool describe_axis(const char *name)
{
	const struct param *p = param_find(engine_params, name);
	const char *owner = NULL;

	for (size_t i = 0; !p && workload_at(i); i++) {
		p = param_find(workload_at(i)->params, name);
		owner = workload_at(i)->name;
	}
	if (!p)
		return false;
	printf("axis %s: %s%s%s\n  preset: %s%s%s\n", p->name, p->help,
	       owner ? "; of the workload " : "", owner ? owner : "", p->preset,
	       *p->unit ? " " : "", p->unit);
	if (p->kind != PARAM_CHOICE)
		printf("  from %lld to %lld\n", p->min, p->max);
	if (!p->choices)
		return true;
	printf(p->kind == PARAM_CHOICE ? "  one of:" : "  or one of:");
	for (size_t i = 0; p->choices[i]; i++)
		printf(" %s", p->choices[i]);
	putchar('\n');
	return true;
}

/* A suite's own file says it best. One that is there, but wrong, is an error of its own. */
static bool describe_suite(const char *name)
{
	char path[PATH_MAX];
	struct suite suite;
	struct plan plan;

	if (suite_path(name, path, sizeof(path))) {
		err_clear();
		return false;
	}
	if (suite_read(&suite, name, NULL))
		return true;
	printf("suite %s: %s\n\n%s\n", suite.name, suite.help, suite.text);
	if (!suite.member_count && !batch_plan_suite(&none, &suite, &plan)) {
		plan_print(&plan, stdout);
		plan_free(&plan);
	}
	suite_free(&suite);
	return true;
}

static bool (*const describers[])(const char *name) = {
	describe_suite, describe_variant, describe_workload, describe_axis, describe_metric,
};

static void keep_params(char *guess, const char *name, const struct param *table)
{
	for (; table && table->name; table++)
		nearest_keep(guess, SUITE_NAME_LEN, name, table->name);
}

static int nothing_called(const char *name)
{
	char guess[SUITE_NAME_LEN] = "";
	const struct metric *m;

	for (size_t i = 0; backend_variants[i]; i++)
		nearest_keep(guess, sizeof(guess), name, backend_variants[i]);
	for (size_t i = 0; workload_at(i); i++) {
		nearest_keep(guess, sizeof(guess), name, workload_at(i)->name);
		keep_params(guess, name, workload_at(i)->params);
	}
	keep_params(guess, name, engine_params);
	for (size_t i = 0; (m = metric_at(i)); i++)
		nearest_keep(guess, sizeof(guess), name, m->name);
	if (*guess)
		return err_usage("there is nothing called '%s'; did you mean '%s'?", name, guess);
	return err_usage("there is no suite, variant, workload, axis or metric '%s'; see "
			 "`shootdown list`",
			 name);
}

int cmd_describe(int argc, char **argv)
{
	static const struct argp argp = {
		.parser = parse_names,
		.args_doc = "NAME",
		.doc = "Describes a suite, variant, workload, axis or metric.",
	};
	const char *name = NULL;
	bool found = false;

	if (options_parse(&argp, argc, argv, 0, &name))
		return (int)err_report();
	for (size_t i = 0; name && i < sizeof(describers) / sizeof(describers[0]); i++)
		found |= describers[i](name);
	if (!name)
		err_usage("describe what? See `shootdown list`");
	else if (!found)
		nothing_called(name);
	return (int)err_report();
}
