// SPDX-License-Identifier: GPL-2.0-only
/* What an operation's time is made of: a column for each point, its derived parts one on the other. */
#include "internal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/compare/breakdown.h"
#include "analysis/text/text.h"
#include "ceiling.h"
#include "gnuplot.h"
#include "stats/stats.h"
#include "util/err.h"

/* The columns of one plot. */
struct columns {
	struct stack *stack;
	size_t count;
	double *room;
	struct extent y, n;
	bool below; /* some part is below 0 */
};

/* From the bottom: the call itself, then what was taken away last. */
static const struct part *part_at(const struct stack *s, size_t level)
{
	return level ? &s->part[STACK_PARTS - level] : &s->rest;
}

static const char *name_at(size_t level)
{
	return stack_names[STACK_PARTS - level];
}

/* What is below 0 hangs below the axis, so that nothing is hidden: then the column is higher than the whole. */
static void put_level(struct draft *draft, struct columns *c, size_t level)
{
	fprintf(draft->dat, "%s# %s: column, from, to, value, low, high\n", level ? "\n\n" : "",
		name_at(level));
	for (size_t i = 0; i < c->count; i++) {
		const struct part *part = part_at(&c->stack[i], level);
		double from = 0;

		if (isnan(part->value)) { /* gnuplot does not count what is empty */
			fprintf(draft->dat, "%zu NaN NaN NaN NaN NaN\n", i);
			continue;
		}
		for (size_t below = 0; below < level; below++) {
			double value = part_at(&c->stack[i], below)->value;

			if (!isnan(value) && (value < 0) == (part->value < 0))
				from += value;
		}
		fprintf(draft->dat, "%zu %.10g %.10g %.10g %.10g %.10g\n", i, from,
			from + part->value, part->value, part->in.low, part->in.high);
		extent_add(&c->y, from + part->value);
		c->below |= part->value < 0;
	}
}

static void put_whole(struct draft *draft, struct columns *c)
{
	fputs("\n\n# whole: column, median, low, high, n\n", draft->dat);
	for (size_t i = 0; i < c->count; i++) {
		const struct stack *s = &c->stack[i];
		size_t n = point_values(s->point, draft->metric, c->room);
		double low = isnan(s->total_in.low) ? s->total : s->total_in.low;
		double high = isnan(s->total_in.high) ? s->total : s->total_in.high;

		fprintf(draft->dat, "%zu %.10g %.10g %.10g %zu\n", i, s->total, low, high, n);
		extent_add(&c->y, high);
		extent_add(&c->n, (double)n);
	}
}

/* The value on the x axis, and on the compared one where that tells columns apart. */
static void put_labels(struct draft *draft, const struct columns *c)
{
	const struct run *run = draft->grid->run;
	size_t x = draft->block->x, by = draft->grid->by;
	bool several = x == RUN_NONE;

	for (size_t i = 1; i < c->count; i++)
		several |= point_axis(run, c->stack[i].point, by) !=
			   point_axis(run, c->stack[0].point, by);
	fputs("set xtics ()\n", draft->gp);
	for (size_t i = 0; i < c->count; i++) {
		const struct point *p = c->stack[i].point;

		fprintf(draft->gp, "tick_%zu = ", i);
		gnuplot_string(draft->gp, x == RUN_NONE ? "" : point_axis(run, p, x)->text);
		fprintf(draft->gp, " . '%s' . ", several && x != RUN_NONE ? " " : "");
		gnuplot_string(draft->gp, several ? point_axis(run, p, by)->text : "");
		fprintf(draft->gp, "\nset xtics add (tick_%zu %zu)\n", i, i);
	}
	draft_text(draft, "x_text", "%s%s%s", x == RUN_NONE ? "" : run->axis[x].name,
		   several && x != RUN_NONE ? ", " : "", several ? run->axis[by].name : "");
}

/* Between the last column that is flushed page by page and the first that is not. */
static void put_ceiling(struct draft *draft, const struct columns *c)
{
	const struct run *run = draft->grid->run;
	struct ceiling ceiling = ceiling_of(draft->grid, draft->block);
	size_t x = draft->block->x;

	draft_ceiling_text(draft, &ceiling);
	fputs("ceiling = -1\n", draft->gp);
	if (x == RUN_NONE || strcmp(run->axis[x].name, "pages") || isnan(ceiling.pages))
		return;
	for (size_t i = 1; i < c->count; i++)
		if (point_axis(run, c->stack[i - 1].point, x)->number <= ceiling.pages &&
		    point_axis(run, c->stack[i].point, x)->number > ceiling.pages)
			fprintf(draft->gp, "ceiling = %zu.5\n", i - 1);
}

static void put_variables(struct draft *draft, struct columns *c)
{
	const struct metric *metric = &draft->grid->run->metric[draft->metric];
	struct text_scale scale;
	double least = INFINITY;

	for (size_t i = 0; i < c->count; i++)
		least = fmin(least, c->stack[i].total);
	scale = text_scale(metric->unit, least);
	put_labels(draft, c);
	draft_text(draft, "y_text", "%s, %s", metric->name, scale.unit);
	fprintf(draft->gp, "factor = %.15g\ncolumns = %zu\nlevels = %d\n", scale.factor, c->count,
		STACK_PARTS + 1);
	fprintf(draft->gp, "y_low = %.6g\ny_high = %.6g\n",
		c->below ? 1.1 * scale.factor * c->y.low : 0, 1.1 * scale.factor * c->y.high);
	for (size_t level = 0; level <= STACK_PARTS; level++) {
		bool any = false;

		for (size_t i = 0; i < c->count; i++)
			any |= !isnan(part_at(&c->stack[i], level)->value);
		fprintf(draft->gp, "shown_%zu = %d\n", level + 1, any);
	}
	fprintf(draft->gp, "array part[%d] = ['%s', '%s', '%s', '%s']\n", STACK_PARTS + 1,
		name_at(0), name_at(1), name_at(2), name_at(3));
	put_ceiling(draft, c);
	draft_samples(draft, c->n, "; parts are differences");
	draft_machine(draft);
}

static int draw(struct draft *draft, struct columns *c)
{
	const char *name = draft->grid->run->metric[draft->metric].name;
	char *title;
	int ret;

	if (asprintf(&title, "%s in parts: each the median with it, less the median without",
		     name) < 0)
		return err_memory();
	ret = draft_open(draft, "stack", name, NULL, title);
	free(title);
	if (!ret) {
		c->y = (struct extent){ .low = 0, .high = 0, .any = true };
		for (size_t level = 0; level <= STACK_PARTS; level++)
			put_level(draft, c, level);
		put_whole(draft, c);
		put_variables(draft, c);
	}
	return draft_close(draft, plot_stack_template, ret);
}

int plot_stack(struct draft draft)
{
	struct columns c = { 0 };
	int ret = 0;

	c.stack = calloc(draft.block->count, sizeof(*c.stack));
	c.room = calloc(2 * draft.grid->run->samples, sizeof(*c.room));
	if (!c.stack || !c.room)
		ret = err_memory();
	else
		c.count = stack_of_block(draft.grid, draft.block, draft.metric, c.stack, c.room);
	if (!ret && c.count)
		ret = draw(&draft, &c);
	free(c.stack);
	free(c.room);
	return ret;
}
