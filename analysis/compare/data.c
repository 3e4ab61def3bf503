// SPDX-License-Identifier: GPL-2.0-only
/* A comparison as programs read it: CSV and JSON. */
#include "compare.h"

#include <jansson.h>
#include <math.h>

#include "analysis/text/text.h"
#include "judge.h"
#include "util/err.h"

static const char *baseline_of(const struct comparison *c, const struct row *row)
{
	return point_axis(c->run, row->base, c->grid.by)->text;
}

static void csv_number(FILE *out, double value)
{
	char number[TEXT_NUMBER];

	fprintf(out, "%s,", isnan(value) ? "" : text_exact(number, value));
}

static void csv_text(FILE *out, const char *text)
{
	text_csv(out, text);
	fputc(',', out);
}

static void csv_row(const struct comparison *c, const struct row *row, FILE *out)
{
	const struct metric *metric = &c->run->metric[row->metric];

	csv_text(out, metric->name);
	csv_text(out, metric->unit);
	for (size_t i = 0; i < c->run->axes; i++)
		csv_text(out, point_axis(c->run, row->point, i)->text);
	fprintf(out, "%zu,%zu,%zu,", row->n, row->failed, row->skipped);
	csv_number(out, row->median);
	csv_number(out, row->sd);
	csv_number(out, row->interval.low);
	csv_number(out, row->interval.high);
	csv_text(out, baseline_of(c, row));
	csv_number(out, row->change);
	csv_number(out, row->change_interval.low);
	csv_number(out, row->change_interval.high);
	csv_number(out, row->shift);
	csv_number(out, row->shift_interval.low);
	csv_number(out, row->shift_interval.high);
	csv_number(out, row->p);
	csv_number(out, row->p_holm);
	csv_number(out, row->floor);
	csv_text(out, row->absolute ? "yes" : "");
	csv_text(out, judge_word(row->verdict));
	text_csv(out, row->note);
	fputs("\n", out);
}

int compare_print_csv(const struct comparison *c, FILE *out)
{
	fputs("metric,unit,", out);
	for (size_t i = 0; i < c->run->axes; i++)
		csv_text(out, c->run->axis[i].name);
	fputs("n,failed,skipped,median,sd,low,high,baseline,change,change_low,change_high,shift,"
	      "shift_low,shift_high,p,p_holm,floor,absolute,verdict,note\n",
	      out);
	for (size_t i = 0; i < c->rows; i++)
		csv_row(c, &c->row[i], out);
	return 0;
}

/* What is not there has no member. */
static void set_number(json_t *object, const char *key, double value)
{
	if (!isnan(value))
		json_object_set_new(object, key, json_real(value));
}

static void set_interval(json_t *object, const char *key, const struct interval *interval)
{
	if (!isnan(interval->low))
		json_object_set_new(object, key,
				    json_pack("[f, f]", interval->low, interval->high));
}

static json_t *axes_json(const struct run *run, const struct point *point)
{
	json_t *axes = json_object();

	for (size_t i = 0; i < run->axes; i++) {
		const struct axis_value *v = point_axis(run, point, i);

		if (isnan(v->number))
			json_object_set_new(axes, run->axis[i].name, json_string(v->text));
		else if (fabs(v->number) < 0x1p53 && v->number == floor(v->number))
			json_object_set_new(axes, run->axis[i].name,
					    json_integer((json_int_t)v->number));
		else
			json_object_set_new(axes, run->axis[i].name, json_real(v->number));
	}
	return axes;
}

static json_t *row_json(const struct comparison *c, const struct row *row)
{
	const struct metric *metric = &c->run->metric[row->metric];
	json_t *object = json_pack("{s:s, s:s, s:o, s:I, s:I, s:I}", "metric", metric->name, "unit",
				   metric->unit, "axes", axes_json(c->run, row->point), "n",
				   (json_int_t)row->n, "failed", (json_int_t)row->failed, "skipped",
				   (json_int_t)row->skipped);

	set_number(object, "median", row->median);
	set_number(object, "sd", row->sd);
	set_interval(object, "interval", &row->interval);
	json_object_set_new(object, "baseline", json_string(baseline_of(c, row)));
	set_number(object, "change", row->change);
	set_interval(object, "change_interval", &row->change_interval);
	set_number(object, "shift", row->shift);
	set_interval(object, "shift_interval", &row->shift_interval);
	if (row->absolute)
		json_object_set_new(object, "absolute", json_true());
	set_number(object, "p", row->p);
	set_number(object, "p_holm", row->p_holm);
	set_number(object, "floor", row->floor);
	json_object_set_new(object, "verdict", json_string(judge_word(row->verdict)));
	if (row->note[0])
		json_object_set_new(object, "note", json_string(row->note));
	return object;
}

int compare_print_json(const struct comparison *c, FILE *out)
{
	json_t *rows = json_array();
	json_t *root = json_pack("{s:s, s:i, s:s, s:s, s:b, s:s, s:f, s:o}", "format",
				 "shootdown-compare", "version", 1, "run", c->run->name, "kernel",
				 facts_get(&c->run->machine, "kernel", ""), "emulated",
				 c->run->emulated, "by", c->run->axis[c->grid.by].name,
				 "confidence", STATS_CONFIDENCE, "rows", rows);
	int ret;

	if (root && c->flat) {
		json_object_set_new(root, "runs", json_pack("[s, s]", c->a->name, c->b->name));
		json_object_set_new(root, "forced", json_boolean(c->forced));
	}
	for (size_t i = 0; root && i < c->rows; i++)
		json_array_append_new(rows, row_json(c, &c->row[i]));
	if (!root)
		return err_memory();
	ret = json_dumpf(root, out, JSON_INDENT(1) | JSON_REAL_PRECISION(15));
	fputc('\n', out);
	json_decref(root);
	return ret ? err_memory() : 0;
}
