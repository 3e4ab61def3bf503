// SPDX-License-Identifier: GPL-2.0-only
/* A plot's two files: variables and template in NAME.gp, figures in NAME.dat. */
#include "internal.h"

#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "analysis/compare/heading.h"
#include "analysis/text/text.h"
#include "gnuplot.h"
#include "util/err.h"

enum {
	STYLES = 7
}; /* as many as style.gp has */

static bool is_taken(const struct plot_list *list, const char *name)
{
	for (size_t i = 0; i < list->count; i++)
		if (strcmp(list->plot[i].name, name) == 0)
			return true;
	return false;
}

static void print_name(FILE *out, const struct draft *draft, const char *kind, const char *what,
		       const struct point *at)
{
	const struct run *run = draft->grid->run;
	const struct block *block = draft->block;

	fprintf(out, "%s-%s", kind, what);
	for (size_t i = 0; i < run->axes && block; i++)
		if (block_has(draft->grid, block, i))
			fprintf(out, "-%s", point_axis(run, block->point, i)->text);
	if (at && block)
		fprintf(out, "-%s", point_axis(run, at, block->x)->text);
}

/* Only what any file system and any link takes as it is. */
static void tame(char *name)
{
	enum {
		LONGEST = 120
	};

	if (strlen(name) > LONGEST)
		name[LONGEST] = '\0';
	for (; *name; name++)
		if (!isalnum((unsigned char)*name) && !strchr(".-+", *name))
			*name = '_';
}

static int choose_name(struct draft *draft, const char *kind, const char *what,
		       const struct point *at)
{
	char *base = NULL, *name;
	size_t size;
	FILE *out = open_memstream(&base, &size);

	if (!out)
		return err_memory();
	print_name(out, draft, kind, what, at);
	fclose(out);
	tame(base);
	name = strdup(base);
	for (int i = 2; name && is_taken(draft->list, name); i++) {
		free(name);
		if (asprintf(&name, "%s-%d", base, i) < 0)
			name = NULL;
	}
	free(base);
	draft->plot.name = name;
	return name ? 0 : err_memory();
}

static void path_of(char path[PATH_MAX], const struct draft *draft, const char *ending)
{
	snprintf(path, PATH_MAX, "%s/%s.%s", draft->folder, draft->plot.name, ending);
}

static FILE *create(const struct draft *draft, const char *ending)
{
	char path[PATH_MAX];
	FILE *file;

	path_of(path, draft, ending);
	file = fopen(path, "we");
	if (!file)
		err_setup("cannot write %s: %s", path, strerror(errno));
	return file;
}

/* Of the block, "" for the whole run; to be freed, NULL when memory is out. */
static char *label_of(const struct draft *draft)
{
	char *label = NULL;
	size_t size;
	FILE *out = open_memstream(&label, &size);

	if (!out)
		return NULL;
	if (draft->block)
		block_print_label(out, draft->grid, draft->block);
	fclose(out);
	return label;
}

/* The label of the block stands left of how_text, and must not run into it. */
static int put_titles(struct draft *draft, const char *kind, const char *title)
{
	enum {
		COLUMNS = 44,
		TITLE_COLUMNS = 82
	};
	char *label = label_of(draft), clipped[4 * COLUMNS + 1], full[4 * TITLE_COLUMNS + 1];
	int written;

	if (!label)
		return err_memory();
	draft_text(draft, "name", "%s", draft->plot.name);
	draft_text(draft, "title_text", "%s", text_clip(full, title, TITLE_COLUMNS));
	draft_text(draft, "subtitle_text", "%s", text_clip(clipped, label, COLUMNS));
	draft->plot.title = strdup(title);
	written = asprintf(&draft->plot.alt, "%s plot: %s%s%s", kind, title, *label ? "; " : "",
			   label);
	if (written < 0)
		draft->plot.alt = NULL;
	free(label);
	return draft->plot.title && draft->plot.alt ? 0 : err_memory();
}

int draft_open(struct draft *draft, const char *kind, const char *what, const struct point *at,
	       const char *title)
{
	int ret = choose_name(draft, kind, what, at);

	if (ret)
		return ret;
	draft->gp = create(draft, "gp");
	draft->dat = draft->gp ? create(draft, "dat") : NULL;
	if (!draft->dat)
		return -ENODEV;
	fprintf(draft->gp,
		"# Written by shootdown; `gnuplot %s.gp` in this folder draws it again.\n",
		draft->plot.name);
	return put_titles(draft, kind, title);
}

static int close_file(FILE *file)
{
	bool bad;

	if (!file)
		return 0;
	bad = ferror(file);
	return fclose(file) || bad ? err_setup("cannot write a plot: %s", strerror(errno)) : 0;
}

/* A half of a script would be drawn, or looked at, by mistake. */
static void drop(struct draft *draft)
{
	char path[PATH_MAX];

	if (draft->gp) {
		path_of(path, draft, "gp");
		unlink(path);
		path_of(path, draft, "dat");
		unlink(path);
	}
	free(draft->plot.name);
	free(draft->plot.title);
	free(draft->plot.alt);
}

int draft_close(struct draft *draft, const char *template, int ret)
{
	struct plot_list *list = draft->list;
	struct plot *grown;

	if (!ret)
		fprintf(draft->gp, "\n%s\n%s", plot_style, template);
	if (close_file(draft->gp) || close_file(draft->dat))
		ret = -ENODEV;
	grown = ret ? NULL : reallocarray(list->plot, list->count + 1, sizeof(*grown));
	if (!grown) {
		drop(draft);
		return ret ? ret : err_memory();
	}
	list->plot = grown;
	list->plot[list->count++] = draft->plot;
	return 0;
}

void draft_text(struct draft *draft, const char *name, const char *format, ...)
{
	char *text;
	va_list args;

	va_start(args, format);
	if (vasprintf(&text, format, args) >= 0) {
		fprintf(draft->gp, "%s = ", name);
		gnuplot_string(draft->gp, text);
		fputc('\n', draft->gp);
		free(text);
	}
	va_end(args);
}

void draft_samples(struct draft *draft, struct extent n, const char *spread)
{
	if (n.low < n.high)
		draft_text(draft, "how_text", "median of %.0f to %.0f samples%s", n.low, n.high,
			   spread);
	else
		draft_text(draft, "how_text", "median of %.0f samples%s", n.low, spread);
}

void draft_ceiling_text(struct draft *draft, const struct ceiling *ceiling)
{
	if (isnan(ceiling->pages))
		draft_text(draft, "ceiling_text", "%s", "");
	else
		draft_text(draft, "ceiling_text", "flush ceiling: %.0f pages%s", ceiling->pages,
			   ceiling->seen ? " (seen)" : "");
}

/* Two runs are told by their names, which have the kernel in them; to be freed. */
static char *where_measured(const struct draft *draft)
{
	const struct comparison *c = draft->comparison;
	char *text;

	if (!c->flat)
		return head_machine(draft->grid->run);
	return asprintf(&text, "A: %s; B: %s", c->a->name, c->b->name) < 0 ? NULL : text;
}

void draft_machine(struct draft *draft)
{
	enum {
		COLUMNS = 90
	};
	const struct run *run = draft->grid->run;
	char clipped[4 * COLUMNS + 1], *text = where_measured(draft);

	draft_text(draft, "emulated_text", "%s", head_emulation(run));
	if (!text)
		return;
	draft_text(draft, "machine_text", "%s", text_clip(clipped, text, COLUMNS));
	free(text);
}

/* A word speaks for itself; a number does not. */
static void put_label(struct draft *draft, const struct point *point)
{
	size_t by = draft->grid->by;
	const struct axis_value *value = point_axis(draft->grid->run, point, by);
	char *label;

	if (asprintf(&label, "%s%s%s", isnan(value->number) ? "" : draft->grid->run->axis[by].name,
		     isnan(value->number) ? "" : "=", value->text) < 0)
		return;
	gnuplot_string(draft->gp, label);
	free(label);
}

/* A compared value looks the same in all plots of a run. */
void draft_series(struct draft *draft, const struct point *const *point, size_t series)
{
	size_t by = draft->grid->by;

	fprintf(draft->gp, "series = %zu\narray label[%zu] = [", series, series);
	for (size_t i = 0; i < series; i++) {
		fputs(i ? ", " : "", draft->gp);
		put_label(draft, point[i]);
	}
	fprintf(draft->gp, "]\narray style[%zu] = [", series);
	for (size_t i = 0; i < series; i++)
		fprintf(draft->gp, "%s%u", i ? ", " : "",
			point[i]->sample[0]->axis[by] % STYLES + 1);
	fputs("]\n", draft->gp);
}

void extent_add(struct extent *extent, double value)
{
	if (!isfinite(value))
		return;
	if (!extent->any || value < extent->low)
		extent->low = value;
	if (!extent->any || value > extent->high)
		extent->high = value;
	extent->any = true;
}

/* What is nearer to 0 is 0 to gnuplot, of which there is no logarithm. */
#define LEAST 1e-300

/* gnuplot knows no "inf". */
static double bounded(double value)
{
	return fmin(fmax(value, -1e300), 1e300);
}

static void put_range(struct draft *draft, const char *name, struct extent extent, bool logarithmic)
{
	double air = logarithmic ? 1.25 : 0.05 * (extent.high - extent.low), low, high;

	/* Or the ends are the same in six digits. */
	if (!logarithmic)
		air = fmax(air, 1e-4 * fmax(fabs(extent.low), fabs(extent.high)));
	if (air == 0)
		air = 1;
	low = bounded(logarithmic ? extent.low / air : extent.low - air);
	high = bounded(logarithmic ? extent.high * air : extent.high + air);
	if (!(low < high))
		low = -fabs(high);
	fprintf(draft->gp, "log_%s = %d\n%s_low = %.6g\n%s_high = %.6g\n", name, logarithmic, name,
		low, name, high);
}

void draft_range(struct draft *draft, const char *name, struct extent extent)
{
	put_range(draft, name, extent, extent.low > LEAST);
}

void draft_range_linear(struct draft *draft, const char *name, struct extent extent)
{
	put_range(draft, name, extent, extent.low > LEAST && extent.high > WIDE * extent.low);
}

struct text_scale draft_scale(struct draft *draft, const char *name, const struct metric *metric,
			      double smallest)
{
	struct text_scale scale = text_scale(metric->unit, smallest);

	draft_text(draft, name, "%s%s%s", metric->name, scale.unit[0] ? ", " : "", scale.unit);
	fprintf(draft->gp, "factor = %.15g\n", scale.factor);
	return scale;
}
