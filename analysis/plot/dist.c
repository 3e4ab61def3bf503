// SPDX-License-Identifier: GPL-2.0-only
/*
 * The distribution of single operations, seen in three ways: histograms of all samples of a point
 * pooled, for the eye.
 */
#include "internal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/text/text.h"
#include "stats/quantile.h"
#include "util/err.h"

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

/*
 * A way to see a distribution. @put writes the row for @value, which @upto of @all operations did not
 * exceed; nothing where the axis has no place for it.
 */
struct view {
	const char *kind, *title, *template, *rows;
	double shown; /* the time axis ends here: a single operation may take a thousand times longer */
	void (*put)(FILE *dat, double value, __u64 upto, __u64 all);
};

static void put_share(FILE *dat, double value, __u64 upto, __u64 all)
{
	fprintf(dat, "%.10g %.10g\n", value, 100 * (double)upto / (double)all);
}

/* The axis is logarithmic: it has no 0. */
static void put_rest(FILE *dat, double value, __u64 upto, __u64 all)
{
	if (upto < all)
		fprintf(dat, "%.10g %.10g\n", value, 100 * (double)(all - upto) / (double)all);
}

/* One in how many took longer: 10 at the 90th percentile. */
static void put_one_in(FILE *dat, double value, __u64 upto, __u64 all)
{
	fprintf(dat, "%.10g %.10g\n", (double)all / (double)(upto < all ? all - upto : 1), value);
}

static const struct view view_cdf = {
	"cdf", "Distribution of", plot_cdf_template, "ns, % of", 0.999, put_share,
};
static const struct view view_tail = {
	"tail", "Tail of", plot_tail_template, "ns, % that took longer, of", 1, put_rest,
};
static const struct view view_spectrum = {
	"spectrum", "Percentiles of", plot_spectrum_template, "one in, ns, of", 1, put_one_in,
};

/* From the lower to the upper end of each bin that counts something; flat between bins. */
static void put_curve(FILE *dat, const struct loghist *h, double ns, const struct view *view)
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
		view->put(dat, (double)begin * ns, upto, h->count);
		upto += h->bin[i];
		view->put(dat, (double)end * ns, upto, h->count);
	}
}

/* The percentiles that have names, each as a mark on the line, as far as any operation is beyond. */
static void put_marks(FILE *dat, const struct loghist *h, double ns, const struct view *view)
{
	static const double marks[] = { 0.1, 0.5, 0.9, 0.99, 0.999, 0.9999, 0.99999, 0.999999 };

	fputs("\n\n# marks\n", dat);
	for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
		__u64 upto = (__u64)(marks[i] * (double)h->count);

		if (i < 2 || ((1 - marks[i]) * (double)h->count >= 1 && marks[i] <= view->shown))
			view->put(dat, loghist_quantile(h, marks[i]) * ns, upto, h->count);
	}
}

/* What was seen while NAME.dat was written. */
struct seen {
	const struct view *view;
	const struct point **line;
	size_t lines;
	struct extent x; /* ns */
	__u64 count, most;
};

static int put_line(struct draft *draft, struct seen *seen, const struct point *p, const char *name)
{
	const struct grid *grid = draft->grid;
	struct loghist *pool = malloc(sizeof(*pool));
	double hz = 1e9;
	int ret = pool ? pool_hists(draft, p, name, pool, &hz) : err_memory();

	if (!ret && pool->count > 0) {
		fprintf(draft->dat, "%s# %s %s: %s %llu operations\n", seen->lines ? "\n\n" : "",
			grid->run->axis[grid->by].name, point_axis(grid->run, p, grid->by)->text,
			seen->view->rows, pool->count);
		put_curve(draft->dat, pool, 1e9 / hz, seen->view);
		put_marks(draft->dat, pool, 1e9 / hz, seen->view);
		extent_add(&seen->x, (double)pool->min * 1e9 / hz);
		extent_add(&seen->x, loghist_quantile(pool, seen->view->shown) * 1e9 / hz);
		seen->count += pool->count;
		if (pool->count > seen->most)
			seen->most = pool->count;
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
	if (seen->view->shown < 1)
		draft_text(draft, "how_text",
			   "%llu operations pooled, for the eye only; x ends at %g %%", seen->count,
			   100 * seen->view->shown);
	else
		draft_text(draft, "how_text", "%llu operations pooled, for the eye only",
			   seen->count);
	fprintf(draft->gp, "factor = %.15g\nmost = %llu.0\n", scale.factor, seen->most);
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

	if (asprintf(&title, "%s %s%s%s%s%s", seen->view->title, name, x == RUN_NONE ? "" : ", ",
		     x == RUN_NONE ? "" : run->axis[x].name, x == RUN_NONE ? "" : "=",
		     x == RUN_NONE ? "" : point_axis(run, cell->point, x)->text) < 0)
		return err_memory();
	ret = draft_open(&draft, seen->view->kind, name, x == RUN_NONE ? NULL : cell->point, title);
	free(title);
	for (size_t i = 0; i < cell->count && !ret; i++)
		ret = put_line(&draft, seen, &cell->point[i], name);
	if (!ret)
		put_variables(&draft, seen, name);
	return draft_close(&draft, seen->view->template, ret);
}

static bool has_hist(const struct cell *cell, const char *name)
{
	for (size_t i = 0; i < cell->count; i++)
		for (size_t s = 0; s < cell->point[i].count; s++)
			if (find_hist(cell->point[i].sample[s], name))
				return true;
	return false;
}

static int draw_cell(const struct draft *draft, const struct cell *cell, const char *name,
		     const struct view *view)
{
	struct seen seen = { .view = view, .line = calloc(cell->count, sizeof(*seen.line)) };
	int ret = seen.line ? 0 : err_memory();

	if (!ret && has_hist(cell, name))
		ret = draw(*draft, cell, name, &seen);
	free(seen.line);
	return ret;
}

/* A line that nothing can be compared with says little, in a run that compares. */
static bool is_worth(const struct draft *draft, const struct cell *cell)
{
	return draft->asked || cell->count > 1 ||
	       draft->grid->run->axis[draft->grid->by].count == 1;
}

/* A number on the x axis: its last value stands for all. Text: each is a thing of its own. */
static int draw_cells(const struct draft *draft, const struct view *view)
{
	const struct block *block = draft->block;
	const char *metric = draft->grid->run->metric[draft->metric].name;
	const char *dot = strrchr(metric, '.');
	char *name = strndup(metric, dot ? (size_t)(dot - metric) : strlen(metric));
	int ret = name ? 0 : err_memory();

	for (size_t i = 0; i < block->count && !ret;) {
		struct cell cell = next_cell(block, i);

		i += cell.count;
		if (i < block->count &&
		    !isnan(point_axis(draft->grid->run, cell.point, block->x)->number))
			continue;
		if (is_worth(draft, &cell))
			ret = draw_cell(draft, &cell, name, view);
	}
	free(name);
	return ret;
}

int plot_cdf(struct draft draft)
{
	return draw_cells(&draft, &view_cdf);
}

int plot_tail(struct draft draft)
{
	return draw_cells(&draft, &view_tail);
}

int plot_spectrum(struct draft draft)
{
	return draw_cells(&draft, &view_spectrum);
}
