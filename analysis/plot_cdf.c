// SPDX-License-Identifier: GPL-2.0-only
/*
 * The distribution of single operations: histograms of all samples of a point pooled, for
 * the eye.
 */
#include "plot_parts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "text.h"
#include "util/err.h"
#include "util/quantile.h"

/* The points that share one plot: at one place of the block's x axis. */
struct cell {
	const struct point *point;
	size_t count;
};

static struct cell next_cell(const struct block *block, size_t first)
{
	struct cell cell = { &block->point[first], 1 };
	size_t x = block->x;

	while (first + cell.count < block->count &&
	       (x == RUN_NONE ||
		cell.point->sample[0]->axis[x] == cell.point[cell.count].sample[0]->axis[x]))
		cell.count++;
	return cell;
}

/* Empty ones are as good as none. */
static const struct hist *find_hist(const struct sample *s, const char *name)
{
	for (size_t i = 0; i < s->hists; i++)
		if (s->hist[i].count > 0 && strcmp(s->hist[i].name, name) == 0)
			return &s->hist[i];
	return NULL;
}

/*
 * All operations of the ok samples of @p into @pool; *@hz of the first. An error when
 * samples count in different units.
 */
static int pool_hists(const struct draft *draft, const struct point *p, const char *name,
		      struct loghist *pool, double *hz)
{
	memset(pool, 0, sizeof(*pool));
	loghist_init(pool);
	for (size_t i = 0; i < p->count; i++) {
		const struct hist *h = find_hist(p->sample[i], name);

		if (!h)
			continue;
		if (pool->count > 0 && h->hz != *hz)
			return err_usage("%s/samples.jsonl: histogram \"%s\" of sample %ju has "
					 "another \"hz\" than those before it",
					 draft->grid->run->path, name,
					 (uintmax_t)p->sample[i]->number);
		*hz = h->hz;
		hist_add(pool, h);
	}
	return 0;
}

/* From the lower to the upper end of each bin that counts something; flat between bins. */
static void put_curve(FILE *dat, const struct loghist *h, double ns)
{
	__u64 upto = 0;

	for (unsigned int i = 0; i < LOGHIST_BINS; i++) {
		__u64 begin = loghist_lower(i), end = loghist_lower(i + 1) - 1;

		if (h->bin[i] == 0)
			continue;
		if (begin < h->min)
			begin = h->min;
		if (end > h->max || i == LOGHIST_BINS - 1)
			end = h->max;
		fprintf(dat, "%.10g %.10g\n", (double)begin * ns,
			100 * (double)upto / (double)h->count);
		upto += h->bin[i];
		fprintf(dat, "%.10g %.10g\n", (double)end * ns,
			100 * (double)upto / (double)h->count);
	}
}

/*
 * The x axis ends here: a single operation may take a thousand times longer, and would leave
 * the rest no room.
 */
#define SHOWN 0.999

/* What was seen while NAME.dat was written. */
struct seen {
	const struct point **line;
	size_t lines;
	struct extent x; /* ns */
	__u64 count;
};

static int put_line(struct draft *draft, struct seen *seen, const struct point *p, const char *name)
{
	const struct grid *grid = draft->grid;
	struct loghist *pool = malloc(sizeof(*pool));
	double hz = 1e9;
	int ret = pool ? pool_hists(draft, p, name, pool, &hz) : err_memory();

	if (!ret && pool->count > 0) {
		fprintf(draft->dat, "%s# %s %s: ns, %% of %llu operations\n",
			seen->lines ? "\n\n" : "", grid->run->axis[grid->by].name,
			point_axis(grid->run, p, grid->by)->text, pool->count);
		put_curve(draft->dat, pool, 1e9 / hz);
		extent_add(&seen->x, (double)pool->min * 1e9 / hz);
		extent_add(&seen->x, loghist_quantile(pool, SHOWN) * 1e9 / hz);
		seen->count += pool->count;
		seen->line[seen->lines++] = p;
	}
	free(pool);
	return ret;
}

static void put_variables(struct draft *draft, const struct seen *seen, const char *name)
{
	struct text_scale scale = text_scale("ns", seen->x.low);
	struct extent x = { seen->x.low * scale.factor, seen->x.high * scale.factor, true };

	draft_text(draft, "x_text", "time of %s, %s", name, scale.unit);
	draft_text(draft, "y_text", "%% of operations that took no longer");
	draft_text(draft, "how_text", "%llu operations pooled, for the eye only; x ends at %g %%",
		   seen->count, 100 * SHOWN);
	fprintf(draft->gp, "factor = %.15g\n", scale.factor);
	draft_range(draft, "x", x);
	draft_series(draft, seen->line, seen->lines);
	draft_machine(draft);
}

static int draw(struct draft draft, const struct cell *cell, const char *name, struct seen *seen)
{
	size_t x = draft.block->x;
	const struct run *run = draft.grid->run;
	char *title;
	int ret;

	if (asprintf(&title, "Distribution of %s%s%s%s%s", name, x == RUN_NONE ? "" : ", ",
		     x == RUN_NONE ? "" : run->axis[x].name, x == RUN_NONE ? "" : "=",
		     x == RUN_NONE ? "" : point_axis(run, cell->point, x)->text) < 0)
		return err_memory();
	ret = draft_open(&draft, "cdf", name, x == RUN_NONE ? NULL : cell->point, title);
	free(title);
	for (size_t i = 0; i < cell->count && !ret; i++)
		ret = put_line(&draft, seen, &cell->point[i], name);
	if (!ret)
		put_variables(&draft, seen, name);
	return draft_close(&draft, plot_cdf_template, ret);
}

static bool has_hist(const struct cell *cell, const char *name)
{
	for (size_t i = 0; i < cell->count; i++)
		for (size_t s = 0; s < cell->point[i].count; s++)
			if (find_hist(cell->point[i].sample[s], name))
				return true;
	return false;
}

static int draw_cell(const struct draft *draft, const struct cell *cell, const char *name)
{
	struct seen seen = { .line = calloc(cell->count, sizeof(*seen.line)) };
	int ret = seen.line ? 0 : err_memory();

	if (!ret && has_hist(cell, name))
		ret = draw(*draft, cell, name, &seen);
	free(seen.line);
	return ret;
}

/* A number on the x axis: its last value stands for all. Text: each is a thing of its own. */
int plot_cdf(struct draft draft)
{
	const struct block *block = draft.block;
	const char *metric = draft.grid->run->metric[draft.metric].name;
	const char *dot = strrchr(metric, '.');
	char *name = strndup(metric, dot ? (size_t)(dot - metric) : strlen(metric));
	int ret = name ? 0 : err_memory();

	for (size_t i = 0; i < block->count && !ret;) {
		struct cell cell = next_cell(block, i);

		i += cell.count;
		if (i == block->count ||
		    isnan(point_axis(draft.grid->run, cell.point, block->x)->number))
			ret = draw_cell(&draft, &cell, name);
	}
	free(name);
	return ret;
}
