// SPDX-License-Identifier: GPL-2.0-only
#include "heading.h"

#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/read/notes.h"
#include "analysis/text/text.h"

/* Deep enough that no line of a result can end a fenced block of Markdown. */
enum {
	INDENT = 4
};

static void print_wrapped(FILE *out, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void print_wrapped(FILE *out, const char *format, ...)
{
	char *text;
	va_list args;

	va_start(args, format);
	if (vasprintf(&text, format, args) >= 0) {
		text_wrap(out, text, INDENT);
		free(text);
	}
	va_end(args);
}

const char *head_emulation(const struct run *run)
{
	if (!run->emulated)
		return "";
	if (!strcmp(facts_get(&run->vm, "deterministic", ""), "yes"))
		return "emulated (QEMU TCG, -icount): instructions executed, no times";
	return "emulated (QEMU TCG): times are the emulator's";
}

static const char *plural(const char *count)
{
	return strcmp(count, "1") ? "s" : "";
}

char *head_machine(const struct run *run)
{
	const struct facts *machine = &run->machine;
	const char *cpus = facts_get(machine, "cpus", "?");
	const char *nodes = facts_get(machine, "nodes", "?");
	char *text;

	if (asprintf(&text, "Linux %s; %s CPU%s, %s node%s; %s",
		     facts_get(machine, "kernel", "unknown"), cpus, plural(cpus), nodes,
		     plural(nodes), facts_get(machine, "cpu", "unknown CPU")) < 0)
		return NULL;
	return text;
}

void head_print(FILE *out, const struct run *run)
{
	char *machine = head_machine(run);

	print_wrapped(out, "suite %s, seed %ju, run %s", run->suite, (uintmax_t)run->seed,
		      run->name);
	if (machine)
		print_wrapped(out, "%s", machine);
	free(machine);
	head_warnings(out, run, "! ");
}

static const struct sample *first_with(const struct run *run, enum sample_status status,
				       size_t *count)
{
	const struct sample *first = NULL;

	*count = 0;
	for (size_t i = 0; i < run->samples; i++) {
		if (run->sample[i].status != status)
			continue;
		if (!first)
			first = &run->sample[i];
		++*count;
	}
	return first;
}

/* Lines that could not be read: how many, which, and what is wrong with the first. */
static size_t warn_damaged(FILE *out, const struct run *run, const char *bullet)
{
	size_t named = run->damaged < RUN_DAMAGES ? run->damaged : RUN_DAMAGES, size;
	char *lines = NULL;
	FILE *list;

	if (!run->damaged)
		return 0;
	list = open_memstream(&lines, &size);
	if (!list)
		return 0;
	for (size_t i = 1; i < named; i++)
		fprintf(list, "%s%zu", i > 1 ? ", " : "; the others: ", run->damage[i].line);
	if (named < run->damaged)
		fprintf(list, " and %zu more", run->damaged - named);
	fclose(list);
	print_wrapped(out, "%s%zu damaged line%s of samples.jsonl %s left out: line %zu: %s%s",
		      bullet, run->damaged, run->damaged == 1 ? "" : "s",
		      run->damaged == 1 ? "is" : "are", run->damage[0].line, run->damage[0].why,
		      lines);
	free(lines);
	return 1;
}

size_t head_gaps(FILE *out, const struct run *run, const char *bullet)
{
	size_t gaps = 0;

	if (run->status == RUN_INCOMPLETE && ++gaps && run->samples <= run->planned)
		print_wrapped(out, "%sincomplete, %zu of %ju samples: %s", bullet, run->samples,
			      (uintmax_t)run->planned, run->why);
	else if (run->status == RUN_INCOMPLETE)
		print_wrapped(out, "%sincomplete, %zu samples: %s", bullet, run->samples, run->why);
	if (run->cut && ++gaps)
		print_wrapped(out, "%sthe last line of samples.jsonl was cut off and is left out",
			      bullet);
	return gaps + warn_damaged(out, run, bullet);
}

/* Samples of an open loop whose rate was too high: what they have of `op` is not to be compared. */
static size_t warn_behind(FILE *out, const struct run *run, const char *bullet)
{
	size_t undone = run_metric(run, "op.undone"), count = 0;
	const struct sample *first = NULL;

	for (size_t i = 0; i < run->samples && undone != RUN_NONE; i++) {
		const struct sample *s = &run->sample[i];

		if (s->status != SAMPLE_OK || !(s->value[undone] > 0))
			continue;
		if (!first)
			first = s;
		count++;
	}
	if (!count)
		return 0;
	print_wrapped(out,
		      "%s%zu of %zu samples fell behind their rate; the first, sample %ju: %.0f "
		      "operations were due, but never begun",
		      bullet, count, run->samples, (uintmax_t)first->number, first->value[undone]);
	return 1;
}

/* Counters that did not run all the time: their values are what they would have been, if nothing changed. */
static size_t warn_shared(FILE *out, const struct run *run, const char *bullet)
{
	size_t share = run_metric(run, "ctr.share"), count = 0;
	double least = 1;

	for (size_t i = 0; i < run->samples && share != RUN_NONE; i++) {
		const struct sample *s = &run->sample[i];

		if (s->status != SAMPLE_OK || !(s->value[share] < 1))
			continue;
		least = s->value[share] < least ? s->value[share] : least;
		count++;
	}
	if (!count)
		return 0;
	print_wrapped(out,
		      "%sin %zu of %zu samples the counters (ctr.) ran in a part of the time only, "
		      "at the least %.0f %%: their values are estimates",
		      bullet, count, run->samples, 100 * least);
	return 1;
}

static bool is_counter(const char *metric)
{
	size_t len = strlen(metric);

	return !strncmp(metric, "ctr.", 4) && strcmp(metric, "ctr.share") &&
	       (len < 6 || strcmp(metric + len - 6, ".total"));
}

/* For each metric that is a counter and that no sample has, a reason; to be freed. */
static const char **find_uncounted(const struct run *run)
{
	const char **why = calloc(run->metrics, sizeof(*why));

	for (size_t i = 0; why && i < run->samples; i++)
		for (size_t a = 0; a < run->sample[i].absents; a++)
			if (is_counter(run->metric[run->sample[i].absent[a].metric].name))
				why[run->sample[i].absent[a].metric] = run->sample[i].absent[a].why;
	for (size_t i = 0; why && i < run->samples; i++)
		for (size_t m = 0; m < run->metrics; m++)
			if (run->sample[i].status == SAMPLE_OK && !isnan(run->sample[i].value[m]))
				why[m] = NULL;
	return why;
}

/* The metrics from the @first-th on that share its reason, which is then told. */
static void print_uncounted(FILE *out, const struct run *run, const char **why, size_t first,
			    const char *bullet)
{
	const char *reason = why[first];
	char *names = NULL;
	size_t size;
	FILE *list = open_memstream(&names, &size);

	for (size_t m = first; list && m < run->metrics; m++) {
		if (!why[m] || strcmp(why[m], reason))
			continue;
		fprintf(list, "%s%s", m == first ? "" : ", ", run->metric[m].name);
		why[m] = NULL;
	}
	if (!list)
		return;
	fclose(list);
	print_wrapped(out, "%snot counted: %s: %s", bullet, names, reason);
	free(names);
}

/* Counters that were asked for, but could not be counted here: a table that is not there would say nothing. */
static size_t warn_uncounted(FILE *out, const struct run *run, const char *bullet)
{
	const char **why = find_uncounted(run);
	size_t warnings = 0;

	for (size_t m = 0; why && m < run->metrics; m++) {
		if (!why[m])
			continue;
		print_uncounted(out, run, why, m, bullet);
		warnings++;
	}
	free(why);
	return warnings;
}

/* Samples that were still getting faster or slower when they were measured. */
static size_t warn_unsteady(FILE *out, const struct run *run, const char *bullet)
{
	size_t metric = run_metric(run, "warmup.steady"), count = 0;
	const struct sample *first = NULL;

	for (size_t i = 0; metric != RUN_NONE && i < run->samples; i++) {
		const struct sample *s = &run->sample[i];

		if (s->status != SAMPLE_OK || s->value[metric] != 0)
			continue;
		if (!count++)
			first = s;
	}
	if (first)
		print_wrapped(
			out,
			"%s%zu of %zu samples were not steady at the end of their warm-up; the "
			"first, sample %ju",
			bullet, count, run->samples, (uintmax_t)first->number);
	return first != NULL;
}

/* Where notes are printed to, and how many were. */
struct noted {
	FILE *out;
	const struct run *run;
	const char *bullet;
	size_t count;
};

static void print_note(void *arg, const char *note, const struct sample *first, size_t count)
{
	struct noted *noted = arg;
	size_t kind = notes_kind(note);

	print_wrapped(noted->out, "%s%zu of %zu samples: %.*s; the first, sample %ju%s",
		      noted->bullet, count, noted->run->samples, (int)kind, note,
		      (uintmax_t)first->number, note + kind);
	noted->count++;
}

static size_t warn_noted(FILE *out, const struct run *run, const char *bullet)
{
	struct noted noted = { out, run, bullet, 0 };

	notes_each(run, print_note, &noted);
	return noted.count;
}

size_t head_warnings(FILE *out, const struct run *run, const char *bullet)
{
	size_t warnings = 0, count;
	const struct sample *s = first_with(run, SAMPLE_FAILED, &count);

	if (s && ++warnings)
		print_wrapped(out, "%s%zu of %zu samples failed; the first, sample %ju: %s", bullet,
			      count, run->samples, (uintmax_t)s->number, s->why);
	s = first_with(run, SAMPLE_SKIPPED, &count);
	if (s && ++warnings)
		print_wrapped(out, "%s%zu of %zu samples were skipped; the first, sample %ju: %s",
			      bullet, count, run->samples, (uintmax_t)s->number, s->why);
	warnings += warn_behind(out, run, bullet);
	warnings += warn_shared(out, run, bullet);
	warnings += warn_uncounted(out, run, bullet);
	warnings += warn_unsteady(out, run, bullet);
	warnings += warn_noted(out, run, bullet);
	warnings += head_gaps(out, run, bullet);
	if (run->emulated && ++warnings)
		print_wrapped(out, "%s%s", bullet, head_emulation(run));
	return warnings;
}

void head_constants(FILE *out, const struct grid *grid)
{
	const struct run *run = grid->run;
	size_t size, constants = 0;
	char *text = NULL;
	FILE *words = open_memstream(&text, &size);

	if (!words)
		return;
	fprintf(words, "everywhere:");
	for (size_t i = 0; i < run->axes; i++) {
		if (grid->varies[i] || i == grid->by)
			continue;
		fprintf(words, " %s=%s", run->axis[i].name, axis_constant(run, i));
		constants++;
	}
	fclose(words);
	if (constants > 0)
		text_wrap(out, text, INDENT);
	free(text);
}
