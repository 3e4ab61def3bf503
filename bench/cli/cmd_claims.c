// SPDX-License-Identifier: GPL-2.0-only
/* shootdown claims: what becomes of the claims C1 to C14, by runs of their suites. */
#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "analysis/claims/claims.h"
#include "commands.h"
#include "options.h"
#include "run_arg.h"
#include "util/err.h"
#include "util/paths.h"

enum {
	RUNS = 64,
	FORWARDED = 16
};

/* Six samples are what a verdict takes; the suites are as long as that they fit. */
#define REPEATS "6"
#define BUDGET  "1000"

struct options {
	const char *run[RUNS];
	size_t runs;
	const char *format;
	char *forwarded[FORWARDED + 1]; /* "--kernel=FILE" */
	size_t forwards;
};

enum {
	KEY_FORWARD = 256 /* and one more for each further row */
};

static const struct argp_option argp_options[] = {
	{ "format", 'f', "FORMAT", 0, "table (75 columns, for mail), markdown or json", 0 },
	{ "repeats", KEY_FORWARD, "N", 0,
	  "Without RUN: samples of each point (" REPEATS "; fewer give no verdict)", 0 },
	{ "budget", KEY_FORWARD + 1, "SECONDS", 0,
	  "Without RUN: end after so many seconds (" BUDGET ")", 0 },
	{ "seed", KEY_FORWARD + 2, "N", 0, "Without RUN: as of `shootdown run`", 0 },
	{ "where", KEY_FORWARD + 3, "auto|native|vm", 0, "Without RUN: as of `shootdown run`", 0 },
	{ "kernel", KEY_FORWARD + 4, "FILE", 0, "Without RUN: as of `shootdown run`", 0 },
	{ "modules", KEY_FORWARD + 5, "DIR", 0, "Without RUN: as of `shootdown run`", 0 },
	{ 0 }
};

static const char *forwarded_name(int key)
{
	for (const struct argp_option *o = argp_options; o->name; o++)
		if (o->key == key && key >= KEY_FORWARD)
			return o->name;
	return NULL;
}

static int forward(struct options *o, const char *name, const char *value)
{
	if (o->forwards == FORWARDED)
		return err_usage("more than %d options for the runs", FORWARDED);
	if (asprintf(&o->forwarded[o->forwards], "--%s=%s", name, value) < 0)
		return err_memory();
	o->forwards++;
	return 0;
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct options *o = state->input;
	const char *name = forwarded_name(key);

	if (name)
		return forward(o, name, arg);
	switch (key) {
	case 'f':
		o->format = arg;
		return 0;
	case ARGP_KEY_ARG:
		if (o->runs == RUNS)
			return err_usage("more than %d RUNs; name the folder that they are in",
					 RUNS);
		o->run[o->runs++] = arg;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

typedef int (*printer)(const struct claim_outcome *outcome, size_t count, FILE *out);

static int find_printer(const char *format, printer *print)
{
	static const char *const names[] = { "table", "markdown", "json" };
	static const printer printers[] = { claims_print_table, claims_print_markdown,
					    claims_print_json };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (strcmp(format, names[i]) == 0) {
			*print = printers[i];
			return 0;
		}
	}
	return err_usage("no format \"%s\": table, markdown or json", format);
}

/* A folder of its own for the runs: results/claims-TIME. */
static int make_folder(char *path, size_t size)
{
	char stamp[64];
	time_t now = time(NULL);
	struct tm tm;
	int ret = path_of(path, size, "results");

	if (ret)
		return ret;
	if (mkdir(path, 0777) && errno != EEXIST)
		return err_setup("cannot make the folder %s: %m", path);
	strftime(stamp, sizeof(stamp), "/claims-%Y%m%dT%H%M%SZ", gmtime_r(&now, &tm));
	if (strlen(path) + strlen(stamp) >= size)
		return err_usage("the path %s is too long", path);
	strcat(path, stamp);
	return mkdir(path, 0777) ? err_setup("cannot make the folder %s: %m", path) : 0;
}

/* The runs' own tables go to stderr: what comes out is the claims'. */
static int run_suites(const struct options *o, const char *folder)
{
	char name[] = "shootdown run", suites[] = "claims", repeats[] = "--repeats=" REPEATS;
	char budget[] = "--budget=" BUDGET, results[PATH_MAX + 16];
	char *argv[FORWARDED + 8] = { name, suites, repeats, budget, results };
	int argc = 5, code, out;

	snprintf(results, sizeof(results), "--results=%s", folder);
	for (size_t i = 0; i < o->forwards; i++)
		argv[argc++] = o->forwarded[i];
	fflush(stdout);
	out = dup(STDOUT_FILENO);
	if (out < 0 || dup2(STDERR_FILENO, STDOUT_FILENO) < 0) {
		err_setup("cannot put the runs' tables on standard error: %m");
		return (int)err_report();
	}
	code = cmd_run(argc, argv);
	fflush(stdout);
	dup2(out, STDOUT_FILENO);
	close(out);
	return code;
}

static int read_runs(struct claim_runs *runs, const struct options *o)
{
	char path[PATH_MAX];
	int ret = 0;

	for (size_t i = 0; i < o->runs && !ret; i++) {
		ret = run_arg(path, sizeof(path), o->run[i]);
		if (!ret)
			ret = claim_runs_add(runs, path);
	}
	return ret;
}

/* A translation that is wrong is a fault; no verdict on anything is no result. */
static int judge_outcomes(const struct claim_outcome *outcome)
{
	size_t ran = 0, decided = 0;

	for (size_t i = 0; i < claim_count; i++) {
		if (outcome[i].fault)
			return err_regression("%s is not supported, and that is a fault: %s",
					      outcome[i].claim->name, outcome[i].figure);
		ran += outcome[i].run != NULL;
		decided += outcome[i].verdict != CLAIM_INCONCLUSIVE;
	}
	if (!ran)
		return err_usage("none of the runs is of a suite of the claims: claims/c1 to "
				 "claims/c14");
	return decided ? 0 : err_untrusted("no claim could be judged; the table says why");
}

static int judge_and_print(const struct claim_runs *runs, printer print)
{
	struct claim_outcome *outcome = calloc(claim_count, sizeof(*outcome));
	int ret = outcome ? 0 : err_memory();

	for (size_t i = 0; i < claim_count && !ret; i++)
		ret = claim_judge(&outcome[i], &claims[i], runs);
	if (!ret)
		ret = run_arg_flush(print(outcome, claim_count, stdout));
	if (!ret)
		ret = judge_outcomes(outcome);
	free(outcome);
	return ret;
}

/* What a run could not do is in the table; what kept all of them from being one is not. */
static bool can_be_read(int code)
{
	return code == EXIT_FINE || code == EXIT_UNTRUSTED;
}

static int measure_and_judge(struct options *o, printer print)
{
	struct claim_runs runs = { 0 };
	char folder[PATH_MAX];
	int code = EXIT_FINE;

	if (!o->runs) {
		if (make_folder(folder, sizeof(folder)))
			return (int)err_report();
		code = run_suites(o, folder);
		if (!can_be_read(code)) {
			rmdir(folder); /* unless something is in it */
			return code;
		}
		o->run[o->runs++] = folder;
		fprintf(stderr, "The claims, by the runs in %s:\n", folder);
	}
	if (!read_runs(&runs, o))
		judge_and_print(&runs, print);
	claim_runs_free(&runs);
	return (int)err_report() ?: code;
}

int cmd_claims(int argc, char **argv)
{
	static const struct argp argp = {
		.options = argp_options,
		.parser = parse,
		.args_doc = "[RUN...]",
		.doc = "What becomes of the claims C1 to C14: a verdict for each, the figure that "
		       "decides and its plot. Each RUN is a run of a suite claims/*, or a folder "
		       "of such; of several of one suite, the last. Without RUN they are measured "
		       "first. docs/claims.md says what decides, and why.\v"
		       "Exit codes: 0 fine, 1 a device has used a stale translation, 2 usage, 3 "
		       "set-up, 4 all skipped, 5 nothing could be judged.",
	};
	struct options o = { .format = "table" };
	printer print = NULL;
	int ret = options_parse(&argp, argc, argv, 0, &o), code = 0;

	if (!ret)
		ret = find_printer(o.format, &print);
	if (!ret && o.runs && o.forwards)
		ret = err_usage("%s is for measuring, and there are RUNs to read", o.forwarded[0]);
	if (!ret)
		code = measure_and_judge(&o, print);
	for (size_t i = 0; i < o.forwards; i++)
		free(o.forwarded[i]);
	return ret ? (int)err_report() : code;
}
