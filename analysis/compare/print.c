// SPDX-License-Identifier: GPL-2.0-only
/* A comparison as people read it: aligned for a mail, or as Markdown. */
#include "compare.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/text/text.h"
#include "comparison_table.h"
#include "heading.h"
#include "mean.h"
#include "run_diff.h"
#include "util/err.h"

enum {
	DIFFERENCE_COLUMNS = 60
};

static const char *const better_words[] = {
	[BETTER_LOWER] = ", lower is better",
	[BETTER_HIGHER] = ", higher is better",
	[BETTER_NEITHER] = "",
};

/* The value of the compared axis that all rows are compared with; NULL when there are several. */
static const char *baseline_of(const struct part *part)
{
	const struct comparison *c = part->comparison;
	const char *first = point_axis(c->run, part->row->base, c->grid.by)->text;

	for (size_t i = 1; i < part->rows; i++)
		if (point_axis(c->run, part->row[i].base, c->grid.by)->text != first)
			return NULL;
	return first;
}

/* "us, against none, A/A ±1.2%" */
static void put_terms(FILE *out, const struct part *part)
{
	const char *baseline = baseline_of(part), *unit = part->scale.unit;

	if (unit[0])
		fprintf(out, "%s, ", unit);
	if (baseline)
		fprintf(out, "against %s", baseline);
	else
		fputs("each against the first", out);
	part_put_floor(out, ", ", part->row, part->rows, &part->scale);
}

/* What the rows of a flat part have in common, and others have not. */
static int put_common(FILE *out, const struct part *part)
{
	const struct comparison *c = part->comparison;
	int bytes = 0;

	for (size_t i = 0; i < c->run->axes; i++) {
		const char *value = point_axis(c->run, part->row->point, i)->text;

		if (i != c->grid.by && c->grid.varies[i] && !part_varies(part, i) &&
		    strcmp(value, RUN_NO_VALUE))
			bytes += fprintf(out, "%s%s=%s", bytes ? " " : "", c->run->axis[i].name,
					 value);
	}
	return bytes;
}

static int put_label(FILE *out, const struct part *part)
{
	return part->flat ? put_common(out, part)
			  : block_print_label(out, &part->comparison->grid, part->row->block);
}

static void print_label(FILE *out, const struct part *part, const char *mark)
{
	char *label = NULL;
	size_t size;
	FILE *words = open_memstream(&label, &size);

	if (!words)
		return;
	if (put_label(words, part) > 0)
		fputs(": ", words);
	put_terms(words, part);
	fclose(words);
	fprintf(out, "\n%s", mark);
	if (mark[0])
		text_markdown(out, label);
	else
		text_wrap(out, label, 4);
	fputs(mark[0] ? "**\n" : "", out);
	free(label);
}

static int print_part(FILE *out, const struct part *part, bool markdown)
{
	print_label(out, part, markdown ? "**" : "");
	if (!markdown)
		return part_print(out, part);
	fputc('\n', out);
	return part_print_markdown(out, part);
}

static bool same_section(const struct comparison *c, const struct row *a, const struct row *b)
{
	size_t section = run_axis(c->run, "section");

	return section == RUN_NONE ||
	       a->point->sample[0]->axis[section] == b->point->sample[0]->axis[section];
}

/* How many of the rows up to @end make one table: those of a block, or of a section. */
static size_t count_rows(const struct part *part, const struct row *end)
{
	size_t rows = part->row->block->count;

	while (part->flat && part->row + rows < end &&
	       same_section(part->comparison, part->row, &part->row[rows]))
		rows += part->row[rows].block->count;
	return rows;
}

static int print_parts(const struct comparison *c, FILE *out, bool markdown)
{
	size_t rows = c->grid.points;
	int ret = 0;

	for (size_t m = 0; m < c->metrics && !ret; m++) {
		const struct metric *metric = &c->run->metric[c->metric[m]];
		struct part part = { .comparison = c, .row = &c->row[m * rows], .flat = c->flat };
		const struct row *end = part.row + rows;

		fprintf(out, "\n%s%s by %s%s\n", markdown ? "### " : "", metric->name,
			c->run->axis[c->grid.by].name, better_words[metric->better]);
		for (; part.row < end && !ret; part.row += part.rows) {
			part.rows = count_rows(&part, end);
			part.scale = part_scale(metric, part.row, part.rows);
			ret = print_part(out, &part, markdown);
		}
		if (!ret && c->flat)
			ret = compare_print_mean(out, c, end - rows, rows);
	}
	return ret;
}

void compare_print_legend(FILE *out)
{
	fputs("\n"
	      "%stddev   baseline, then the value: the median of samples, each a process\n"
	      "          of its own, and their standard deviation in % of it\n"
	      "%change   of the median; ~ not proven: p is 0.05 or more; ~ A/A the shift\n"
	      "          is within A/A, what a variant differs from itself in its run;\n"
	      "          where that is unknown, p alone decides; without %: the baseline\n"
	      "          is not above 0, so change and interval are differences\n"
	      "interval  of the shift (Hodges-Lehmann) at 95 %, in % of the baseline\n"
	      "p         Mann-Whitney, after Holm's correction over the rows of the metric\n"
	      "n         samples, baseline:value; 8/10: 8 of 10 have the value\n"
	      "-         not given, with the reason\n",
	      out);
}

int compare_print_rows(const struct comparison *c, FILE *out)
{
	return print_parts(c, out, false);
}

static void print_difference(FILE *out, const struct difference *d, bool forced)
{
	char a[4 * DIFFERENCE_COLUMNS + 1], b[4 * DIFFERENCE_COLUMNS + 1], *text;

	if (asprintf(&text, "%s%s.%s: %s -> %s", forced && d->forbids ? "! forced: " : "differs: ",
		     d->group, d->name, text_clip(a, d->a, DIFFERENCE_COLUMNS),
		     text_clip(b, d->b, DIFFERENCE_COLUMNS)) < 0)
		return;
	text_wrap(out, text, 4);
	free(text);
}

static bool is_told_by_both(const struct difference *d)
{
	return strcmp(d->a, "-") && strcmp(d->b, "-");
}

/* In what the two runs differ, what speaks against a comparison first. */
static void print_differences(FILE *out, const struct comparison *c)
{
	struct difference_list list;
	size_t untold = 0;
	int ret = differ_find(&list, c->a, c->b);

	for (size_t i = 0; i < list.count && !ret; i++)
		if (list.difference[i].forbids)
			print_difference(out, &list.difference[i], c->forced);
	for (size_t i = 0; i < list.count && !ret; i++) {
		if (list.difference[i].forbids)
			continue;
		if (is_told_by_both(&list.difference[i]))
			print_difference(out, &list.difference[i], c->forced);
		else
			untold++;
	}
	if (untold)
		fprintf(out, "differs: %zu facts that only one run.json has\n", untold);
	free(list.difference);
}

static void print_head(FILE *out, const struct comparison *c)
{
	if (!c->flat) {
		head_print(out, c->run);
	} else {
		fputs("A\n", out);
		head_print(out, c->a);
		fputs("\nB\n", out);
		head_print(out, c->b);
		fputc('\n', out);
		print_differences(out, c);
	}
	head_constants(out, &c->grid);
}

int compare_print_table(const struct comparison *c, FILE *out)
{
	int ret;

	print_head(out, c);
	ret = compare_print_rows(c, out);
	compare_print_legend(out);
	return ret;
}

int compare_print_markdown(const struct comparison *c, FILE *out)
{
	int ret;

	fputs("```\n", out);
	print_head(out, c);
	fputs("```\n", out);
	ret = print_parts(c, out, true);
	fputs("\n```", out);
	compare_print_legend(out);
	fputs("```\n", out);
	return ret;
}
