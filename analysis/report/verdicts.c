// SPDX-License-Identifier: GPL-2.0-only
/* report.html: each value against its baseline, as tables. The figures are those of summary.md. */
#include "internal.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/compare/comparison_table.h"
#include "analysis/text/text.h"
#include "html.h"

/*
 * The rows of one block in one metric.
 *
 * @compared: some row has a baseline; otherwise there are no columns for that
 * @noted:    some row has a note, which stands where the verdict does
 */
struct table_part {
	const struct comparison *c;
	const struct row *row;
	size_t rows;
	bool compared, noted;
	struct text_scale scale;
};

static const char *value_of(const struct table_part *part, const struct point *point, size_t axis)
{
	return point_axis(part->c->run, point, axis)->text;
}

static void put_caption(FILE *out, const struct table_part *part)
{
	const struct metric *metric = &part->c->run->metric[part->row->metric];
	char *label = NULL;
	size_t size;
	FILE *words = open_memstream(&label, &size);

	if (!words)
		return;
	if (block_print_label(words, &part->c->grid, part->row->block) > 0)
		fputs(": ", words);
	fprintf(words, "%s%s%s", metric->name, part->scale.unit[0] ? " in " : "", part->scale.unit);
	part_put_floor(words, "; ", part->row, part->rows, &part->scale);
	fclose(words);
	html_put(out, "<caption>%s</caption>\n", label);
	free(label);
}

static void put_head(FILE *out, const struct table_part *part)
{
	enum {
		ALONE = 3 /* of a row that is compared with nothing */
	};
	static const char *const numbers[] = {
		"n", "median", "95 % interval", "baseline", "change", "interval of the shift", "p",
	};
	const size_t count = part->compared ? sizeof(numbers) / sizeof(numbers[0]) : ALONE;
	const struct run *run = part->c->run;
	size_t x = part->row->block->x;

	fputs("<thead><tr>", out);
	if (x != RUN_NONE)
		html_put(out, "<th scope=\"col\">%s</th>", run->axis[x].name);
	html_put(out, "<th scope=\"col\">%s</th>", run->axis[part->c->grid.by].name);
	for (size_t i = 0; i < count; i++)
		html_put(out, "<th scope=\"col\" class=\"number\">%s</th>", numbers[i]);
	if (part->compared || part->noted)
		html_put(out, "<th scope=\"col\">%s</th>", part->compared ? "verdict" : "note");
	fputs("</tr></thead>\n", out);
}

static void put_number(FILE *out, const char *text)
{
	html_put(out, "<td class=\"number\">%s</td>", text);
}

static void put_interval(FILE *out, const char *low, const char *high)
{
	html_put(out, "<td class=\"number\">[%s, %s]</td>", low, high);
}

/* How many samples there are, and of how many where some lack the metric. */
static void put_count(FILE *out, const struct row *row)
{
	char text[64];

	if (row->n == row->point->count)
		snprintf(text, sizeof(text), "%zu", row->n);
	else
		snprintf(text, sizeof(text), "%zu/%zu", row->n, row->point->count);
	put_number(out, text);
}

static void put_median(FILE *out, const struct table_part *part, const struct row *row)
{
	char low[TEXT_NUMBER], high[TEXT_NUMBER];

	put_number(out, text_scaled(low, &part->scale, row->median));
	if (isnan(row->interval.low))
		put_number(out, "-");
	else
		put_interval(out, text_scaled(low, &part->scale, row->interval.low),
			     text_scaled(high, &part->scale, row->interval.high));
}

/* In per cent of the baseline, or where that is not above 0 in the unit of the table. */
static const char *change_of(char buf[static TEXT_NUMBER + 4], const struct table_part *part,
			     const struct row *row, double change)
{
	char number[TEXT_NUMBER];

	if (isnan(change))
		return "-";
	if (row->absolute)
		snprintf(buf, TEXT_NUMBER + 4, "%s%s", change > 0 ? "+" : "",
			 text_scaled(number, &part->scale, change));
	else
		snprintf(buf, TEXT_NUMBER + 4, "%s %%", text_change(number, change));
	return buf;
}

static const char *p_of(char buf[TEXT_NUMBER], double p)
{
	if (isnan(p))
		return "-";
	snprintf(buf, TEXT_NUMBER, p < 0.0005 ? "<.001" : "%.3f", p);
	return buf;
}

static void put_change(FILE *out, const struct table_part *part, const struct row *row)
{
	char a[TEXT_NUMBER + 4], b[TEXT_NUMBER + 4];

	if (row_is_base(row)) {
		fputs("<td class=\"number\"></td><td></td><td></td><td></td>", out);
		return;
	}
	put_number(out, value_of(part, row->base, part->c->grid.by));
	put_number(out, change_of(a, part, row, row->absolute ? row->shift : row->change));
	if (isnan(row->shift_interval.low))
		put_number(out, "-");
	else
		put_interval(out, change_of(a, part, row, row->shift_interval.low),
			     change_of(b, part, row, row->shift_interval.high));
	put_number(out, p_of(a, row->p_holm));
}

static void put_verdict(FILE *out, const struct table_part *part, const struct row *row)
{
	static const struct {
		const char *class, *word;
	} verdicts[] = {
		[VERDICT_NONE] = { "verdict", "-" },
		[VERDICT_UNPROVEN] = { "verdict", "~ not proven" },
		[VERDICT_NOISE] = { "verdict", "~ within A/A" },
		[VERDICT_BETTER] = { "verdict better", "better" },
		[VERDICT_WORSE] = { "verdict worse", "worse" },
		[VERDICT_DIFFERENT] = { "verdict", "different" },
	};
	const char *word = verdicts[row->verdict].word;

	if (row_is_base(row))
		word = row_is_alone(part->c, row) ? "" : "baseline";
	if (row->note[0])
		word = row->note;
	html_put(out, "<td class=\"%s\">%s</td>",
		 row->note[0] ? "note" : verdicts[row->verdict].class, word);
}

static void put_row(FILE *out, const struct table_part *part, const struct row *row)
{
	size_t x = row->block->x;

	fputs("<tr>", out);
	if (x != RUN_NONE)
		html_put(out, "<th scope=\"row\">%s</th>", value_of(part, row->point, x));
	html_put(out, x == RUN_NONE ? "<th scope=\"row\">%s</th>" : "<td>%s</td>",
		 value_of(part, row->point, part->c->grid.by));
	put_count(out, row);
	put_median(out, part, row);
	if (part->compared)
		put_change(out, part, row);
	if (part->compared || part->noted)
		put_verdict(out, part, row);
	fputs("</tr>\n", out);
}

static void put_part(FILE *out, const struct table_part *part)
{
	html_put(out,
		 "<div class=\"wide\" role=\"region\" tabindex=\"0\" aria-label=\"verdicts in "
		 "%s\"><table>\n",
		 part->c->run->metric[part->row->metric].name);
	put_caption(out, part);
	put_head(out, part);
	fputs("<tbody>\n", out);
	for (size_t i = 0; i < part->rows; i++)
		put_row(out, part, &part->row[i]);
	fputs("</tbody></table></div>\n", out);
}

static struct table_part part_of(const struct comparison *c, const struct row *row, size_t rows)
{
	struct table_part part = { .c = c, .row = row, .rows = rows };

	part.scale = part_scale(&c->run->metric[row->metric], row, rows);
	for (size_t i = 0; i < rows; i++) {
		part.compared |= !row_is_base(&row[i]);
		part.noted |= row[i].note[0] != '\0';
	}
	return part;
}

/* "14 comparisons with a baseline: 6 better, 5 worse, 3 not proven." */
static void put_tally(FILE *out, const struct comparison *c)
{
	static const char *const words[] = {
		[VERDICT_NONE] = "without a verdict",
		[VERDICT_UNPROVEN] = "not proven",
		[VERDICT_NOISE] = "within A/A",
		[VERDICT_BETTER] = "better",
		[VERDICT_WORSE] = "worse",
		[VERDICT_DIFFERENT] = "different",
	};
	size_t count[sizeof(words) / sizeof(words[0])] = { 0 }, all = 0;
	const char *before = ": ";

	for (size_t i = 0; i < c->rows; i++) {
		if (row_is_base(&c->row[i]))
			continue;
		count[c->row[i].verdict]++;
		all++;
	}
	fprintf(out, "<p>%zu comparisons with a baseline", all);
	for (size_t v = sizeof(words) / sizeof(words[0]); v-- > 0;) {
		if (!count[v])
			continue;
		fprintf(out, "%s%zu %s", before, count[v], words[v]);
		before = ", ";
	}
	fputs(".</p>\n", out);
}

static void put_legend(FILE *out)
{
	fputs("<p class=\"faint\">Each sample is a process of its own; n counts those that have "
	      "the figure, 8/10: 8 of 10. change: of the median. The interval is that of the "
	      "Hodges-Lehmann shift at 95 %, in % of the baseline. p: Mann-Whitney, after "
	      "Holm's correction over the rows of the metric. ~ not proven: p is 0.05 or more. "
	      "~ within A/A: the shift is within what a variant differs from itself in this "
	      "run; where that is unknown, p alone decides. Without %: the baseline is not above "
	      "0, so change and interval are differences.</p>\n",
	      out);
}

void report_verdicts(FILE *out, const struct report *r)
{
	static const char *const better[] = { "lower is better", "higher is better",
					      "neither is better" };
	const struct comparison *c = &r->comparison;
	const struct row *row = c->row;

	fputs("<section id=\"verdicts\">\n<h2>Verdicts</h2>\n", out);
	put_tally(out, c);
	for (size_t m = 0; m < c->metrics; m++) {
		const struct metric *metric = &c->run->metric[c->metric[m]];

		html_put(out, "<h3>%s by %s</h3>\n<p>%s%s%s.</p>\n", metric->name,
			 c->run->axis[c->grid.by].name, metric->help, metric->help[0] ? "; " : "",
			 better[metric->better]);
		for (size_t b = 0; b < c->grid.blocks; b++) {
			struct table_part part = part_of(c, row, c->grid.block[b].count);

			put_part(out, &part);
			row += part.rows;
		}
	}
	put_legend(out);
	fputs("</section>\n", out);
}
