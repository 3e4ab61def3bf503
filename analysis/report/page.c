// SPDX-License-Identifier: GPL-2.0-only
/*
 * report.html: one file that needs nothing else. Its text is well-formed XML too, and a policy in its
 * head forbids it to load or to run anything.
 */
#include "internal.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "analysis/compare/heading.h"
#include "html.h"
#include "util/err.h"
#include "util/file.h"

static const struct {
	const char *id, *title;
} parts[] = {
	{ "warnings", "Warnings" },
	{ "machine", "Machine" },
	{ "suite", "What was asked" },
	{ "verdicts", "Verdicts" },
	{ "plots", "Plots" },
	{ "samples", "Samples" },
	{ "cost", "What measuring costs" },
	{ "repeat", "Repeat it" },
	{ "raw", "Raw data" },
	{ "mail", "For a mail" },
	{ "facts", "All facts" },
};

static void put_title(FILE *out, const struct run *run)
{
	html_put(out, "<title>shootdown: %s, %s, Linux %s%s</title>\n", run->suite,
		 facts_get(&run->machine, "host", "unknown host"),
		 facts_get(&run->machine, "kernel", "unknown"), run->emulated ? ", emulated" : "");
}

static void put_head(FILE *out, const struct run *run)
{
	fputs("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n"
	      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
	      "style-src 'unsafe-inline'; img-src data:\"/>\n"
	      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n"
	      "<meta name=\"color-scheme\" content=\"light dark\"/>\n"
	      "<link rel=\"icon\" href=\"data:,\"/>\n",
	      out);
	put_title(out, run);
	fprintf(out, "<style>\n%s</style>\n</head>\n<body>\n", report_style);
}

static void put_banner(FILE *out, const struct run *run)
{
	char *machine = head_machine(run);

	html_put(out, "<header>\n<h1>shootdown: %s</h1>\n", run->suite);
	if (run->emulated)
		html_put(out, "<p class=\"alarm\"><strong>%s.</strong></p>\n", head_emulation(run));
	if (run->help[0])
		html_put(out, "<p>%s</p>\n", run->help);
	html_put(out, "<p>%s<br/>run %s, %s to %s</p>\n", machine ? machine : "", run->name,
		 run->started, run->finished[0] ? run->finished : "no end");
	fputs("</header>\n<nav aria-label=\"parts of this page\"><ul>\n", out);
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		html_put(out, "<li><a href=\"#%s\">%s</a></li>\n", parts[i].id, parts[i].title);
	fputs("</ul></nav>\n<main>\n", out);
	free(machine);
}

/* head_warnings() wraps its lines: what belongs to the one before begins with a blank. */
static void put_warnings(FILE *out, const struct run *run)
{
	char *text = NULL, *rest, *line;
	size_t size, warnings;
	FILE *words = open_memstream(&text, &size);

	if (!words)
		return;
	warnings = head_warnings(words, run, "! ");
	fclose(words);
	fputs("<section id=\"warnings\">\n<h2>Warnings</h2>\n", out);
	if (!warnings)
		fputs("<p>None: the run is complete, no sample failed or was skipped.</p>\n", out);
	else
		fputs("<div class=\"alarm\"><ul>\n", out);
	for (rest = text; (line = strsep(&rest, "\n")) && *line;) {
		if (line[0] == '!')
			html_put(out, line == text ? "<li>%s" : "</li>\n<li>%s", line + 2);
		else
			html_put(out, " %s", line + strspn(line, " "));
	}
	fputs(warnings ? "</li>\n</ul></div>\n</section>\n" : "</section>\n", out);
	free(text);
}

static void open_table(FILE *out, const char *class, const char *caption)
{
	html_put(out,
		 "<div class=\"wide\" role=\"region\" tabindex=\"0\" aria-label=\"%s\"><table "
		 "class=\"%s\">\n<caption>%s</caption>\n<tbody>\n",
		 caption, class, caption);
}

static void close_table(FILE *out)
{
	fputs("</tbody></table></div>\n", out);
}

static void put_fact(FILE *out, const char *name, const char *text)
{
	if (*text)
		html_put(out, "<tr><th scope=\"row\">%s</th><td>%s</td></tr>\n", name, text);
}

/* What a reader asks first; all else is at the end of the page. */
static void put_machine(FILE *out, const struct run *run)
{
	static const char *const machine[] = { "host", "kernel", "kernel_version", "cmdline", "cpu",
					       "cpus", "nodes",  "memory_bytes",   "tuned" };
	static const char *const vm[] = { "accel", "qemu", "cpus", "nodes", "mem_mib", "host_cpu" };
	char name[32];

	fputs("<section id=\"machine\">\n<h2>Machine</h2>\n", out);
	open_table(out, "facts", "Where it was measured");
	for (size_t i = 0; i < sizeof(machine) / sizeof(machine[0]); i++)
		put_fact(out, machine[i], facts_get(&run->machine, machine[i], ""));
	for (size_t i = 0; i < sizeof(vm) / sizeof(vm[0]); i++) {
		snprintf(name, sizeof(name), "vm %s", vm[i]);
		put_fact(out, name, facts_get(&run->vm, vm[i], ""));
	}
	put_fact(out, "module srcversion", facts_get(&run->module, "srcversion", ""));
	put_fact(out, "times",
		 run->emulated ? head_emulation(run) : "of the machine itself, not emulated");
	close_table(out);
	fputs("<p>The rest, mitigations among it: <a href=\"#facts\">all facts</a>.</p>\n"
	      "</section>\n",
	      out);
}

static void put_axes(FILE *out, const struct run *run)
{
	open_table(out, "facts", "The axes of the plan, and their values");
	for (size_t i = 0; i < run->axes; i++) {
		html_put(out, "<tr><th scope=\"row\">%s</th><td>", run->axis[i].name);
		for (size_t k = 0; k < run->axis[i].count; k++)
			html_put(out, "%s%s", k ? ", " : "", run->axis[i].value[k].text);
		fputs("</td></tr>\n", out);
	}
	close_table(out);
}

static void put_suite(FILE *out, const struct run *run)
{
	html_put(out, "<section id=\"suite\">\n<h2>What was asked</h2>\n<p>Suite %s%s%s</p>\n",
		 run->suite, run->help[0] ? ": " : "", run->help);
	fprintf(out,
		"<p>%ju repeats of each point, in an order drawn from the seed %ju; each sample "
		"is a fresh process.</p>\n",
		(uintmax_t)run->repeats, (uintmax_t)run->seed);
	put_axes(out, run);
	if (run->text[0])
		html_put(out,
			 "<p>The suite itself:</p>\n<pre class=\"wide\" role=\"region\" "
			 "tabindex=\"0\" aria-label=\"the suite's file\">%s</pre>\n",
			 run->text);
	fputs("</section>\n", out);
}

/* Is @name in the run's folder? Only then it is linked. */
static bool is_there(const struct run *run, const char *name)
{
	char file[PATH_MAX];

	return snprintf(file, sizeof(file), "%s/%s", run->path, name) < (int)sizeof(file) &&
	       !access(file, R_OK);
}

static void put_sources(FILE *out, const struct run *run, const char *plot)
{
	static const char *const endings[] = { "svg", "png", "gp", "dat" };
	char name[NAME_MAX + 1];

	for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++) {
		snprintf(name, sizeof(name), "plots/%s.%s", plot, endings[i]);
		if (is_there(run, name))
			html_put(out, " <a href=\"%s\">%s</a>", name, endings[i]);
	}
}

static void put_plot(FILE *out, const struct report *r, const struct plot *plot)
{
	enum {
		LARGEST = 1 << 26
	};
	char file[PATH_MAX], *svg = NULL;
	const char *why;
	size_t size;

	snprintf(file, sizeof(file), "%s/plots/%s.svg", r->run.path, plot->name);
	if (!*r->undrawn)
		svg = file_read(file, LARGEST, &size, &why);
	fputs("<figure>\n", out);
	if (svg) {
		html_put(out, "<img width=\"800\" alt=\"%s\" src=\"data:image/svg+xml;base64,",
			 plot->alt);
		html_base64(out, svg, size);
		fputs("\"/>\n", out);
	}
	html_put(out, "<figcaption>%s", plot->alt);
	put_sources(out, &r->run, plot->name);
	fputs("</figcaption>\n</figure>\n", out);
	free(svg);
}

static void put_plots(FILE *out, const struct report *r)
{
	fputs("<section id=\"plots\">\n<h2>Plots</h2>\n", out);
	if (*r->undrawn)
		html_put(out, "<p class=\"alarm\">Not drawn: %s.</p>\n", r->undrawn);
	else if (!r->plots.count)
		fputs("<p>None: there is nothing to draw.</p>\n", out);
	for (size_t i = 0; i < r->plots.count; i++)
		put_plot(out, r, &r->plots.plot[i]);
	if (r->plots.left)
		html_put(out,
			 "<p>There are more of some kinds: <code>./shootdown plot %s --kind "
			 "strip,cdf,tail,spectrum</code>, with <code>--metric</code>, draws "
			 "all.</p>\n",
			 r->run.name);
	fputs("</section>\n", out);
}

static void put_costs(FILE *out, const struct run *run)
{
	char text[64];

	fputs("<section id=\"cost\">\n<h2>What measuring costs</h2>\n", out);
	if (!run->calibrations)
		fputs("<p>It was not calibrated in this run.</p>\n", out);
	else
		open_table(out, "", "The engine's own cost, measured in this run");
	for (size_t i = 0; i < run->calibrations; i++) {
		snprintf(text, sizeof(text), "%.1f", run->calibration[i].value);
		html_put(out, "<tr><th scope=\"row\">%s</th><td class=\"number\">%s %s</td></tr>\n",
			 run->calibration[i].name, text, run->calibration[i].unit);
	}
	if (run->calibrations)
		close_table(out);
	fputs("</section>\n", out);
}

static void put_repeat(FILE *out, const struct run *run)
{
	char *command = NULL, seed[32];
	size_t size;
	FILE *words = open_memstream(&command, &size);

	if (!words)
		return;
	report_command(words, run);
	fclose(words);
	snprintf(seed, sizeof(seed), "%ju", (uintmax_t)run->seed);
	fputs("<section id=\"repeat\">\n<h2>Repeat it</h2>\n<p>In a clone of shootdown:</p>\n"
	      "<pre class=\"wide\" role=\"region\" tabindex=\"0\" aria-label=\"commands\">",
	      out);
	if (run->commit[0])
		html_put(out, "git checkout %s\n", run->commit);
	html_put(out, "./%s\n./shootdown compare last\n</pre>\n", command);
	html_put(out,
		 "<p>From this run's folder, without measuring: <code>./shootdown compare "
		 "%s</code>, <code>./shootdown report %s</code>.</p>\n",
		 run->name, run->name);
	open_table(out, "facts", "What has to be the same");
	put_fact(out, "shootdown", run->version);
	put_fact(out, "commit", run->commit);
	put_fact(out, "seed", seed);
	put_fact(out, "kernel", facts_get(&run->machine, "kernel", ""));
	put_fact(out, "kernel command line", facts_get(&run->machine, "cmdline", ""));
	put_fact(out, "module srcversion", facts_get(&run->module, "srcversion", ""));
	close_table(out);
	fputs("</section>\n", out);
	free(command);
}

static void put_raw(FILE *out, const struct run *run)
{
	static const struct {
		const char *name, *what;
	} files[] = {
		{ "run.json", "machine, suite, seed, units" },
		{ "samples.jsonl", "each sample with its histograms, a line of JSON each" },
		{ "samples.bench", "the same for benchstat" },
		{ "summary.md", "tables for a mail" },
	};

	fputs("<section id=\"raw\">\n<h2>Raw data</h2>\n<ul>\n", out);
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		if (is_there(run, files[i].name))
			html_put(out, "<li><a href=\"%s\">%s</a>: %s</li>\n", files[i].name,
				 files[i].name, files[i].what);
	fputs("</ul>\n<p>The links work where this file lies in the run's folder; beside each plot "
	      "are its source and its data.</p>\n</section>\n",
	      out);
}

static int put_mail(FILE *out, const struct report *r)
{
	char *text = NULL;
	size_t size;
	FILE *words = open_memstream(&text, &size);
	int ret;

	if (!words)
		return err_memory();
	ret = report_growth(words, r);
	fclose(words);
	html_put(out,
		 "<section id=\"mail\">\n<h2>For a mail</h2>\n<p>Median over samples ± reach of "
		 "its 95 %% interval; growth: last row over first.</p>\n<pre class=\"wide\" "
		 "role=\"region\" tabindex=\"0\" aria-label=\"tables for a mail\">%s</pre>\n"
		 "</section>\n",
		 text);
	free(text);
	return ret;
}

static void put_facts(FILE *out, const struct run *run)
{
	const struct {
		const char *name;
		const struct facts *facts;
	} groups[] = { { "", &run->machine }, { "vm ", &run->vm }, { "module ", &run->module } };

	fputs("<section id=\"facts\">\n<h2>All facts</h2>\n", out);
	open_table(out, "facts", "As run.json has them");
	for (size_t g = 0; g < sizeof(groups) / sizeof(groups[0]); g++)
		for (size_t i = 0; i < groups[g].facts->count; i++)
			html_put(out, "<tr><th scope=\"row\">%s%s</th><td>%s</td></tr>\n",
				 groups[g].name, groups[g].facts->fact[i].name,
				 groups[g].facts->fact[i].text);
	close_table(out);
	fputs("</section>\n", out);
}

static int put_page(FILE *out, const struct report *r)
{
	int ret;

	put_head(out, &r->run);
	put_banner(out, &r->run);
	put_warnings(out, &r->run);
	put_machine(out, &r->run);
	put_suite(out, &r->run);
	report_verdicts(out, r);
	put_plots(out, r);
	report_samples(out, r);
	put_costs(out, &r->run);
	put_repeat(out, &r->run);
	put_raw(out, &r->run);
	ret = put_mail(out, r);
	put_facts(out, &r->run);
	html_put(out, "</main>\n<footer><p class=\"faint\">Written by shootdown %s.</p></footer>\n",
		 r->run.version);
	fputs("</body>\n</html>\n", out);
	return ret;
}

int report_page(const struct report *r)
{
	char file[PATH_MAX];
	FILE *out;
	bool bad;
	int ret;

	snprintf(file, sizeof(file), "%s/report.html", r->run.path);
	out = fopen(file, "we");
	if (!out)
		return err_setup("cannot write %s: %s", file, strerror(errno));
	ret = put_page(out, r);
	bad = ferror(out);
	if (fclose(out) || bad)
		return err_setup("cannot write %s: %s", file, strerror(errno));
	return ret;
}
