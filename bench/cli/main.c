// SPDX-License-Identifier: GPL-2.0-only
/* shootdown: dispatches to its subcommands. */
#include <stdio.h>
#include <string.h>

#include "commands.h"
#include "util/err.h"
#include "util/nearest.h"
#include "version.h"

static const struct command {
	const char *name;
	int (*run)(int argc, char **argv);
	const char *help;
} commands[] = {
	{ "run", cmd_run, "measure a suite; the quick one by default" },
	{ "list", cmd_list, "variants, workloads, suites, metrics, axes" },
	{ "describe", cmd_describe, "one of them, at length" },
	{ "doctor", cmd_doctor, "can this machine measure, and where; what disturbs it" },
	{ "tune", cmd_tune, "set what disturbs measurements least" },
	{ "restore", cmd_restore, "put back what tune has set" },
	{ "compare", cmd_compare, "a table of a run: variants side by side" },
	{ "claims", cmd_claims, "what becomes of the claims C1 to C14, by runs of their suites" },
	{ "plot", cmd_plot, "the plots of a run" },
	{ "report", cmd_report, "summary.md, report.html and plots of a run, anew" },
	{ "export", cmd_export, "a run in another format" },
	{ "vm", cmd_vm, "run a command in the virtual machine" },
};

enum {
	COMMANDS = sizeof(commands) / sizeof(commands[0])
};

static void print_help(FILE *out)
{
	fputs("Usage: shootdown COMMAND [OPTION...]\n"
	      "Measures what it costs to keep a secondary MMU coherent with the CPU's page "
	      "tables.\n\n",
	      out);
	for (size_t i = 0; i < COMMANDS; i++)
		fprintf(out, "  %-10s%s\n", commands[i].name, commands[i].help);
	fputs("  test      run all tests (by the launcher ./shootdown)\n"
	      "\n`shootdown COMMAND --help` tells its options.\n"
	      "Exit codes: 0 fine, 1 regression or failed test, 2 usage, 3 set-up, 4 skipped,\n"
	      "5 the result is not to be trusted.\n",
	      out);
}

static int unknown_command(const char *name)
{
	const char *names[COMMANDS], *guess;

	for (size_t i = 0; i < COMMANDS; i++)
		names[i] = commands[i].name;
	guess = nearest(name, names, COMMANDS);
	err_usage("there is no command '%s'%s%s%s", name, guess ? "; did you mean '" : "",
		  guess ? guess : "", guess ? "'?" : "; see `shootdown --help`");
	return (int)err_report();
}

int main(int argc, char **argv)
{
	if (argc < 2 || !strcmp(argv[1], "--help") || !strcmp(argv[1], "help")) {
		print_help(argc < 2 ? stderr : stdout);
		return argc < 2 ? EXIT_USAGE : EXIT_FINE;
	}
	if (!strcmp(argv[1], "--version")) {
		puts("shootdown " SHOOTDOWN_VERSION " " SHOOTDOWN_COMMIT);
		return EXIT_FINE;
	}
	for (size_t i = 0; i < COMMANDS; i++) {
		static char name[64];

		if (strcmp(commands[i].name, argv[1]))
			continue;
		/* What --help calls it. */
		snprintf(name, sizeof(name), "shootdown %s", argv[1]);
		argv[1] = name;
		return commands[i].run(argc - 1, argv + 1);
	}
	return unknown_command(argv[1]);
}
